package report

import (
	"testing"
	"time"

	"maildesk/ticket"
)

// TestVolume compares what came with what came before, where percents say something.
func TestVolume(t *testing.T) {
	for _, tt := range []struct {
		now, before int
		want        string
	}{
		{12, 8, "Requests: 12, which is 50 % more than before; solved: 7."},
		{32, 8, "Requests: 32, which is 300 % more than before; solved: 7."},
		{33, 8, "Requests: 33; solved: 7."},
		{3, 0, "Requests: 3; solved: 7."},
		{6, 8, "Requests: 6, which is 25 % fewer than before; solved: 7."},
		{8, 8, "Requests: 8, as many as before; solved: 7."},
	} {
		s := Summary{Now: &Sheet{Figures: Figures{Requests: tt.now, Solved: 7}}, Before: &Sheet{Figures: Figures{Requests: tt.before}}}
		if got := s.volume().String(); got != tt.want {
			t.Errorf("%d after %d: %q, want %q", tt.now, tt.before, got, tt.want)
		}
	}
}

// nobody is a desk without tickets.
type nobody struct{}

func (nobody) Tickets(ticket.Filter) ([]ticket.Ticket, error) { return nil, nil }
func (nobody) EventsOfAll([]ticket.ID, ...ticket.EventKind) ([]ticket.Event, error) {
	return nil, nil
}

// TestSummariseSince: a time until now stands beside as long a time before, in steps that fit
// onto a chart and leave nothing out.
func TestSummariseSince(t *testing.T) {
	now := at(t, "2026-11-18 15:30") // a Wednesday
	for days, steps := range map[int]int{1: 2, 7: 8, 30: 5, 365: 13} {
		from := now.AddDate(0, 0, -days)
		s, err := SummariseSince(nobody{}, func(ticket.Ticket) Terms { return Terms{} }, from, now)
		if err != nil {
			t.Fatal(err)
		}
		if !s.Now.From.Equal(from) || !s.Now.To.Equal(now) || !s.Before.To.Equal(from) || s.Now.To.Sub(s.Now.From) != s.Before.To.Sub(s.Before.From) {
			t.Errorf("%d days: %v beside %v", days, s.Now.Period, s.Before.Period)
		}
		next := from
		for _, step := range s.Steps {
			if !step.From.Equal(next) || step.To.Sub(step.From) > 31*24*time.Hour {
				t.Errorf("%d days: a step of %v, want it from %v", days, step.Period, next)
			}
			next = step.To
		}
		if len(s.Steps) != steps || !next.Equal(now) {
			t.Errorf("%d days: %d steps until %v, want %d", days, len(s.Steps), next, steps)
		}
	}
}
