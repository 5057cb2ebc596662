package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/faulttest"
	"maildesk/ticket"
)

func TestAgentWritesFromAnotherAddress(t *testing.T) {
	b := open(t, func(s *settings.Settings) {
		s.Agents[0].Mail = append(s.Agents[0].Mail, "a.smith@example.org")
	})
	opened := b.request()
	notice := b.last(notify.TemplateNewTicket, "alice@example.org")
	b.take(letter{from: "a.smith@example.org", to: notice.answer(), subject: "Re: x", text: "#take\n"})
	if got := b.ticket(opened.ID); got.Assignee != "alice" {
		t.Errorf("alice took the ticket from her second address, and it has %q", got.Assignee)
	}
}

// A support address too long for tokens still gets answers back to the ticket.
func TestT057LongSupportAddress(t *testing.T) {
	long := strings.Repeat("support", 7) + "@example.org"
	b := open(t, func(s *settings.Settings) { s.Addresses[0].Mail = long })
	first := b.take(letter{from: ana, to: long, subject: "VPN drops", text: "It drops.\n"})
	if first.Disposition != ticket.DispositionNew {
		t.Fatalf("a request became %s (%s)", first.Disposition, first.Reason)
	}
	notice := b.last(notify.TemplateNewTicket, "alice@example.org")
	if notice.answer() != long {
		t.Errorf("answers go to %s, want %s", notice.answer(), long)
	}
	b.take(letter{from: "alice@example.org", to: long, subject: "Re: x", text: "#take\n", header: "In-Reply-To: " + notice.MessageID + "\n"})
	if got := b.ticket(first.Ticket); got.Assignee != "alice" {
		t.Errorf("alice took the ticket by In-Reply-To, and it has %q", got.Assignee)
	}
	faulttest.Seen(t, "T057", "answers that carry only the signed reply address, for long support addresses too", "they join their ticket")
}

// In a trusted archive, mails belong together that name one mail which comes
// later or never; an id that is used again joins nothing.
func TestTrustedArchive(t *testing.T) {
	b := open(t)
	for i, tt := range []struct {
		id, names string
		want      ticket.ID
	}{
		{"<answer-1@a>", "<root@a>", 1},
		{"<answer-2@a>", "<root@a>", 1},
		{"<root@a>", "", 1},
		{"<answer-3@a>", "<never@a> <answer-2@a>", 1},
		{"<other@a>", "", 2},
		{"<root@a>", "<another@a>", 3},
	} {
		l := letter{from: fmt.Sprintf("person%d@example.net", i), to: support, subject: "one subject", id: tt.id, text: fmt.Sprintf("mail %d\n", i)}
		if tt.names != "" {
			l.header = "References: " + tt.names + "\n"
		}
		m, err := b.Import(b.ctx, ticket.Envelope{Unknown: true}, l.bytes(), true)
		if err != nil {
			t.Fatal(err)
		}
		if m.Ticket != tt.want {
			t.Errorf("mail %d, %s naming %q, went to ticket %d, want %d", i, tt.id, tt.names, m.Ticket, tt.want)
		}
	}
}
