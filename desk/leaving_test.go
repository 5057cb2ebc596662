package desk_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// TestParticipantsLeave: by a word or by List-Unsubscribe, in their own name only. Who
// leaves gets one mail that says so, unless a program asked, and nobody else gets any.
func TestParticipantsLeave(t *testing.T) {
	const piet, ulla = "piet@example.com", "ulla@example.com"
	for _, tt := range []struct {
		name, from, to, subject, text, header string // to: answer, unsubscribe, support
		left                                  string
	}{
		{"a word", piet, "answer", "Re: VPN drops", "Unsubscribe\n", "", ticket.LeftAsked},
		{"a word above the quoted mail", piet, "answer", "Re: VPN drops", "abmelden\n\n> My VPN drops.\n", "", ticket.LeftAsked},
		{"List-Unsubscribe", piet, "unsubscribe", "unsubscribe", "", "", ticket.LeftUnsubscribe},
		{"List-Unsubscribe, by a program", piet, "unsubscribe", "unsubscribe", "This message was automatically generated.\n", "Auto-Submitted: auto-generated\n", ticket.LeftUnsubscribe},
		{"more than a word", piet, "answer", "Re: VPN drops", "Unsubscribe me from the VPN, it drops.\n", "", ""},
		{"by the number alone", piet, "support", "Re: [Example IT #1] VPN drops", "unsubscribe\n", "", ""},
		{"in another's name", ulla, "unsubscribe", "unsubscribe", "", "", ""},
		{"a stranger", "eve@example.com", "unsubscribe", "unsubscribe", "", "", ""},
		{"called forged", piet, "unsubscribe", "unsubscribe", "", results + "dmarc=fail header.from=example.com\n", ""},
		{"called forged, as a program's", piet, "unsubscribe", "unsubscribe", "", "Auto-Submitted: auto-generated\n" + results + "dmarc=fail header.from=example.com\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, withPeople)
			m := b.take(letter{from: ana, to: support, subject: "VPN drops", text: "My VPN drops.\n", header: "Cc: " + piet + ", " + ulla + "\n"})
			b.agentWrites(alices, notify.TemplateNewTicket, "#take\nPlease update it.\n")
			reply := b.last(notify.TemplateReply, piet)
			if toAna := b.last(notify.TemplateReply, ana); toAna.msg.Header.Get("List-Unsubscribe") != "" || strings.Contains(toAna.msg.Text, "unsubscribe") {
				t.Errorf("the requester is told how to leave:\n%s", toAna.Bytes)
			}
			if !strings.Contains(reply.msg.Text, "unsubscribe") {
				t.Errorf("piet is not told how to leave:\n%s", reply.msg.Text)
			}
			link, err := url.Parse(strings.Trim(reply.msg.Header.Get("List-Unsubscribe"), "<>"))
			if err != nil || link.Scheme != "mailto" || link.Query().Get("subject") != "unsubscribe" {
				t.Fatalf("List-Unsubscribe is %v, %v", link, err)
			}
			to := map[string]string{"answer": reply.answer(), "unsubscribe": link.Opaque, "support": support}[tt.to]
			n := len(b.summary())
			b.take(letter{from: tt.from, to: to, subject: tt.subject, text: tt.text, header: tt.header})
			want := []string{ulla}
			if tt.left == "" {
				want = []string{piet, ulla}
			} else {
				confirmed := []string{"left " + piet}
				if strings.Contains(tt.header, "Auto-Submitted") {
					confirmed = nil
				}
				equal(t, "sent because somebody leaves", b.since(n), confirmed)
				again := len(b.summary())
				b.take(letter{from: tt.from, to: link.Opaque, subject: "unsubscribe", header: tt.header})
				equal(t, "sent because they ask again", b.since(again), nil)
			}
			equal(t, "in copy", b.inCopy(m.Ticket), want)
			if tt.left != "" {
				if events := b.events(m.Ticket); !slices.ContainsFunc(events, func(e string) bool { return strings.HasPrefix(e, fmt.Sprintf("left: %s", piet)) }) {
					t.Errorf("events: %q", events)
				}
				b.agentWrites(alices, notify.TemplateNewTicket, "And restart it.\n")
				if slices.Contains(b.since(n), "reply "+piet) {
					t.Error("piet left and gets the next answer")
				}
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}
