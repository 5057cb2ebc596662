package desk_test

import (
	"strings"
	"testing"

	"maildesk/desk/notify"
)

// TestRepeatedCommands: what an agent wrote before may be written again, and what only asks is
// answered, whoever else wrote it. What stands in a requester's words, or in those that an agent
// passed on, is still asked about.
func TestRepeatedCommands(t *testing.T) {
	for _, tt := range []struct {
		name, opens, from string // the mail that opens the ticket
		commands          string
		held              bool
	}{
		{"a command of the mail that the agent opened it with", "#for ana@example.net\n#priority high\n\nShe called: the door squeaks.\n", alice, "#priority high\n", false},
		{"the same, with a text", "#for ana@example.net\n#priority high\n\nShe called: the door squeaks.\n", alice, "#priority high\nWe come today.\n", false},
		{"a command below the agent's, as somebody else wrote it", "#for ana@example.net\n#priority high\n\nShe writes:\n#spam\nthe door squeaks.\n", alice, "#spam\n", true},
		{"a requester's command", "#spam\nThe door squeaks.\n", ana, "#spam\n", true},
		{"a requester's #history", "#history\nThe door squeaks.\n", ana, "#history\n", false},
		{"a requester's #help", "#help\nThe door squeaks.\n", ana, "#help\n", false},
		{"a requester's #history, with a text", "#history\nThe door squeaks.\n", ana, "#history\nThe door squeaks.\n", true},
	} {
		b := open(t)
		id := b.take(letter{from: tt.from, to: support, subject: "Door", text: tt.opens}).Ticket
		notice := b.last(notify.TemplateNewTicket, bobAt)
		for i := range 2 {
			m := b.take(letter{from: bobAt, to: notice.answer(), subject: "Re: " + notice.msg.Subject, text: tt.commands})
			if held := strings.HasPrefix(m.Reason, "held-"); held != tt.held || m.Ticket != id {
				t.Errorf("%s, time %d: %s on #%d", tt.name, i+1, m.Reason, m.Ticket)
			}
		}
	}
}
