package desk_test

import (
	"slices"
	"testing"
	"time"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// A report that was resolved or closed before its incident was solved stays as it is,
// and its requester is not told again.
func TestSolutionLeavesDoneReportsAlone(t *testing.T) {
	for text, want := range map[string]ticket.Status{
		"#close\nIt is mended at yours.\n":   ticket.StatusClosed,
		"#resolve\nIt is mended at yours.\n": ticket.StatusResolved,
		"#spam\n":                            ticket.StatusClosed,
	} {
		t.Run(text, func(t *testing.T) {
			b := open(t)
			lead, report := b.request(), b.request()
			b.deliver()
			b.agentTells(lead.ID, "#incident\n")
			if got := b.reports(lead.ID); !slices.Contains(got, report.ID) { // they are alike
				t.Fatalf("the incident has the reports %v, want #%d among them", got, report.ID)
			}
			b.agentTells(report.ID, text)
			b.deliver()
			before := len(b.summary())
			b.agentTells(lead.ID, "#resolve\nThe line is mended.\n")
			b.due(time.Now())
			b.deliver()
			if got := b.ticket(report.ID); got.Status != want {
				t.Errorf("the report is %s, want %s", got.Status, want)
			}
			for _, s := range b.outbox()[before:] {
				if s.Ticket == report.ID && s.Template == string(notify.TemplateResolution) {
					t.Errorf("its requester is told again:\n%s", s.msg.Text)
				}
			}
			b.sound()
		})
	}
}
