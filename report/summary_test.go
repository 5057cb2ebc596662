package report

import (
	"fmt"
	"slices"
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

// TestWhereItHurts: the promise that was broken most is named with the category in which it was
// broken most, where one stands out.
func TestWhereItHurts(t *testing.T) {
	const first, solution = ticket.TargetFirstResponse, ticket.TargetResolution
	figures := func(requests int, broken map[ticket.TargetKind]int) *Figures {
		return &Figures{Requests: requests, Broken: broken}
	}
	for _, tt := range []struct {
		name   string
		groups map[string]*Figures
		want   string
	}{
		{"all were kept", map[string]*Figures{"network": figures(3, nil)}, ""},
		{"in one category", map[string]*Figures{
			"network": figures(3, map[ticket.TargetKind]int{first: 4, solution: 1}), "printing": figures(5, map[ticket.TargetKind]int{first: 2, solution: 3}), "": figures(9, nil),
		}, "The promise of a first response was broken most: in 6 of 16 cases. The category hit hardest is network: 4."},
		{"of as many the one with more requests", map[string]*Figures{"account": figures(3, map[ticket.TargetKind]int{solution: 2}), "printing": figures(5, map[ticket.TargetKind]int{solution: 2})},
			"The promise of a solution was broken most: in 4 of 14 cases. The category hit hardest is printing: 2."},
		{"once in each", map[string]*Figures{"account": figures(3, map[ticket.TargetKind]int{solution: 1}), "printing": figures(5, map[ticket.TargetKind]int{solution: 1})},
			"The promise of a solution was broken most: in 2 of 12 cases."},
		{"without a category", map[string]*Figures{"": figures(3, map[ticket.TargetKind]int{solution: 7})}, "The promise of a solution was broken most: in 7 of 17 cases."},
	} {
		now := &Sheet{Figures: Figures{Kept: map[ticket.TargetKind]int{first: 10, solution: 10}, Broken: map[ticket.TargetKind]int{}}, Groups: tt.groups}
		for _, f := range tt.groups {
			for k, n := range f.Broken {
				now.Broken[k] += n
			}
		}
		s := Summary{Now: now, Before: &Sheet{}}
		if got := s.broken().String(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestCategoriesByRequests: the category of which most requests came is the first, whatever was
// solved or waits in others.
func TestCategoriesByRequests(t *testing.T) {
	s := Summary{
		Now:    &Sheet{Groups: map[string]*Figures{"": {Requests: 4}, "account": {Requests: 5, Solved: 1}, "network": {Requests: 2, Solved: 9, Backlog: 9}, "rooms": {}}},
		Before: &Sheet{Groups: map[string]*Figures{"printing": {Requests: 7}, "network": {Requests: 1}}},
	}
	if got, want := s.Categories(), []string{"account", "", "network", "printing", "rooms"}; !slices.Equal(got, want) {
		t.Errorf("the categories are %q, want %q", got, want)
	}
	if now, before := s.Counts("printing"); now != 0 || before != 7 {
		t.Errorf("of printing %d after %d", now, before)
	}
}

// TestForemost: the categories that are named and the others together have all requests; one that
// would be the only other is named.
func TestForemost(t *testing.T) {
	s := Summary{Now: &Sheet{Groups: map[string]*Figures{"solved only": {Solved: 3}}}, Before: &Sheet{Groups: map[string]*Figures{"gone": {Requests: 2}}}}
	for i, name := range []string{"a", "b", "c", ""} {
		s.Now.Groups[name] = &Figures{Requests: 10 - i}
	}
	for most, want := range map[int]string{
		2: "[a b] 3 15 2", 3: "[a b c] 2 7 2", 4: "[a b c  gone] 0 0 0", 9: "[a b c  gone] 0 0 0",
	} {
		names, others, now, before := s.Foremost(most)
		if got := fmt.Sprint(names, others, now, before); got != want {
			t.Errorf("Foremost(%d) = %s, want %s", most, got, want)
		}
	}
}

// TestGrown: the category that grew most is named, where it grew by three requests and a fifth at least.
func TestGrown(t *testing.T) {
	requests := func(n map[string]int) *Sheet {
		s := &Sheet{Groups: map[string]*Figures{}}
		for name, n := range n {
			s.Groups[name] = &Figures{Requests: n}
		}
		return s
	}
	for _, tt := range []struct {
		name        string
		now, before map[string]int
		want        string
	}{
		{"by most, not to most", map[string]int{"account": 40, "network": 9}, map[string]int{"account": 38, "network": 5}, "The category that grew most is network: 9 after 5."},
		{"a new one", map[string]int{"rooms": 3}, nil, "The category that grew most is rooms: 3 after 0."},
		{"by two", map[string]int{"rooms": 2}, nil, ""},
		{"by a fifth", map[string]int{"rooms": 24}, map[string]int{"rooms": 20}, "The category that grew most is rooms: 24 after 20."},
		{"by less than a fifth", map[string]int{"rooms": 46}, map[string]int{"rooms": 39}, ""},
		{"the most by less than a fifth, another by more", map[string]int{"network": 115, "printing": 15}, map[string]int{"network": 100, "printing": 5}, "The category that grew most is printing: 15 after 5."},
		{"two notably", map[string]int{"network": 130, "printing": 15}, map[string]int{"network": 100, "printing": 5}, "The category that grew most is network: 130 after 100."},
		{"without a category", map[string]int{"": 50, "rooms": 5}, map[string]int{"rooms": 1}, "The category that grew most is rooms: 5 after 1."},
		{"fewer", map[string]int{"rooms": 1}, map[string]int{"rooms": 9}, ""},
	} {
		s := Summary{Now: requests(tt.now), Before: requests(tt.before)}
		if got := s.grown().String(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestOldest: the request that waits longest is named with the day on which it came, in the desk's zone.
func TestOldest(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	s := Summary{Now: &Sheet{Period: Period{To: at(t, "2026-11-18 15:30").In(berlin)}}}
	if got := s.oldest(); !got.IsZero() {
		t.Errorf("where nothing waits it says %q", got)
	}
	s.Now.Backlog, s.Now.Oldest = 12, []Old{{Ticket: ticket.Ticket{ID: 7, CreatedAt: time.Date(2026, 11, 2, 23, 30, 0, 0, time.UTC)}}, {Ticket: ticket.Ticket{ID: 9}}}
	want := ticket.Say("Requests that wait: %d; the oldest, #%d, came on %s.", 12, 7, ticket.Day(time.Date(2026, 11, 3, 0, 30, 0, 0, berlin))).String()
	if got := s.oldest().String(); got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
}
