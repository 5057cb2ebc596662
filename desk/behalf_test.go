package desk_test

import (
	"slices"
	"strings"
	"testing"

	"maildesk/desk/notify"
)

// TestOnBehalf: "#for ADDRESS" on top of an agent's new mail says whose request it is.
func TestOnBehalf(t *testing.T) {
	for _, tt := range []struct{ name, from, text, requester string }{
		{"an agent after a call", "alice@example.org", "#for Ana <ana@example.net>\nShe called: the printer is dead.\n", ana},
		{"a bare address", "alice@example.org", "#For ana@example.net\n\nShe called: the printer is dead.\n", ana},
		{"not on top", "alice@example.org", "She called: the printer is dead.\n#for ana@example.net\n", "alice@example.org"},
		{"no address", "alice@example.org", "#for Ana\nShe called: the printer is dead.\n", "alice@example.org"},
		{"the desk itself", "alice@example.org", "#for support@example.org\nShe called: the printer is dead.\n", "alice@example.org"},
		{"a stranger", "eve@example.com", "#for ana@example.net\nShe called: the printer is dead.\n", "eve@example.com"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			m := b.take(letter{from: tt.from, to: support, subject: "Printer", text: tt.text})
			if got := b.ticket(m.Ticket); got.Requester != tt.requester {
				t.Fatalf("the requester is %q, want %q", got.Requester, tt.requester)
			}
			if author := b.entries(m.Ticket)[0].Author; author != tt.from {
				t.Errorf("the words are said to be those of %s", author)
			}
			if tt.requester == ana {
				if ack := b.last(notify.TemplateAcknowledgement, ana); strings.Contains(ack.msg.Subject+ack.msg.Text, "rinter") {
					t.Errorf("the receipt shows words that nobody proved to be the reader's:\n%s", ack.msg.Text)
				}
			}
			if !slices.Contains(b.summary(), "new-ticket bob@example.org") {
				t.Errorf("bob is not told: %q", b.summary())
			}
		})
	}
}
