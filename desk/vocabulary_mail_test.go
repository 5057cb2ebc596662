package desk_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// TestCommandsInOtherLanguages: they do what the command does, and nothing of them goes
// to the requester.
func TestCommandsInOtherLanguages(t *testing.T) {
	b := open(t)
	b.request()
	m := b.agentWrites(alice, notify.TemplateNewTicket, "#priorität hoch\n#gelöst\n\nIhr Drucker geht wieder.\n")
	got := b.ticket(m.Ticket)
	if got.Status != ticket.StatusResolved || got.Priority != ticket.PriorityHigh {
		t.Errorf("the ticket is %s, %s, want it resolved and high", got.Status, got.Priority)
	}
	if told := b.last(notify.TemplateResolution, ana); !says(told, "Ihr Drucker geht wieder.") || strings.Contains(told.msg.Text, "#gel") || strings.Contains(told.msg.Text, "#prio") {
		t.Errorf("the requester reads:\n%s", told.msg.Text)
	}
}

// TestMistakesAreExplained: what was probably meant, and what an argument may be.
func TestMistakesAreExplained(t *testing.T) {
	for _, tt := range []struct{ text, says string }{
		{"#solved\nDone.\n", "did you mean #resolve?"},
		{"#erledigt\nDone.\n", "did you mean #resolve?"},
		{"#résolut\nDone.\n", "did you mean #résolu?"},
		{"#frobnicate\n", "#help lists them"},
		{"#queue netwrok\n", "did you mean network? Queues: first-line, network"},
		{"#queue\n", "the name of a queue is missing. Queues: first-line, network, sales"},
		{"#category xyzzy\n", `there is no category named "xyzzy". Categories: network`},
		{"#assign bbo\n", "did you mean bob? Agents: "},
		{"#priority hihg\n", "did you mean high? Priorities: low, normal, high, urgent"},
		{"#pending soonish\n", `"soonish" is not a time; write 2d`},
		{"#pending 2020-01-01\n", "is over"},
		{"#pending 3/4\n", "write one of them"},
	} {
		t.Run(tt.text, func(t *testing.T) {
			b := open(t)
			opened := b.request()
			b.agentWrites(alice, notify.TemplateNewTicket, "#take\n"+tt.text)
			told := b.last(notify.TemplateRefusal, alice)
			if !says(told, tt.says) || !says(told, "✓ #take") || !says(told, "✗ #") {
				t.Errorf("the agent reads:\n%s\nwant %q", told.msg.Text, tt.says)
			}
			if got := b.ticket(opened.ID); got.Assignee == "alice" || got.Status != ticket.StatusNew {
				t.Errorf("something was done: %s, %s", got.Assignee, got.Status)
			}
		})
	}
}

// TestPendingUntil: a day is when the desk opens, a length is counted from now.
func TestPendingUntil(t *testing.T) { synctest.Test(t, pendingUntil) }

func pendingUntil(t *testing.T) {
	time.Sleep(22 * 24 * time.Hour) // 24/1 cannot be read in two ways
	day := time.Date(2000, 1, 25, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		day.Weekday().String():                          day.Add(8 * time.Hour),
		"until " + day.Format(time.DateOnly):            day.Add(8 * time.Hour),
		"bis " + day.Format("2006-01-02") + " 14:30":    day.Add(14*time.Hour + 30*time.Minute),
		"jusqu'au " + day.Format("2/1/2006") + " à 14h": day.Add(14 * time.Hour),
	} {
		b := open(t)
		opened := b.request()
		b.agentWrites(alice, notify.TemplateNewTicket, "#pending "+text+"\n")
		if got := b.ticket(opened.ID); !got.WakeAt.Equal(want) {
			t.Errorf("#pending %s: comes back at %s, want %s", text, got.WakeAt, want)
		}
	}
}
