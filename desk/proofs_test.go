package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"maildesk/desk/ladder"
	"maildesk/desk/notify"
	"maildesk/desk/proofs"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// TestProofs: on either ladder an admin reads how many of the last mails of each agent to signed
// addresses, notes with them, were authenticated; what others wrote in an agent's name, or an agent
// wrote elsewhere, does not count.
func TestProofs(t *testing.T) {
	const pass, fail = results + "dmarc=pass header.from=example.org\n", results + "dmarc=fail header.from=example.org\n"
	for _, l := range []ladder.Ladder{{}, {Strict: true}} {
		b := open(t, onLadder, func(s *settings.Settings) { s.Ladder = l })
		b.request()
		of := func(who string) sent { return b.last(notify.TemplateNewTicket, who) }
		answer := func(who, from, header string) {
			b.take(letter{from: from, envelope: &who, to: of(who).answer(), subject: "Re: " + of(who).msg.Subject, header: header, text: "#note\nLooked at it.\n"})
		}
		answers := func(who, from, header string) {
			b.take(letter{from: from, envelope: &who, to: of(who).answer(), subject: "Re: " + of(who).msg.Subject, header: header, text: "Is it plugged in?\n"})
		}
		answers(aliceAt, aliceAt, pass)
		answers(aliceAt, "a.berger@example.org", pass)
		answers(aliceAt, aliceAt, "")
		answer(aliceAt, aliceAt, pass)
		answers(aliceAt, aliceAt, fail)             // somebody else
		answers(aliceAt, "mallory@example.com", "") // likewise
		b.take(letter{from: aliceAt, to: support, subject: "Rack", text: "Open the rack.\n"})
		answer("bob@example.org", "bob@example.org", "")
		b.view(func(r ticket.Reader) error {
			all, err := proofs.Of(r, b.Settings())
			var got []string
			for _, a := range all {
				got = append(got, fmt.Sprintf("%s %d of %d", a.Name, a.Proven, a.Mails))
			}
			equal(t, fmt.Sprintf("proofs, strict is %t", l.Strict), got, []string{"alice 3 of 4", "bob 0 of 1"})
			return err
		})
	}
	all := proofs.Agent{Name: "alice", Mails: 20, Proven: 20}
	some := proofs.Agent{Name: "bob", Mails: 20, Proven: 19}
	if got := all.Words(); got != "20 of the last 20 mails of alice to signed addresses were authenticated" {
		t.Errorf("it says %q", got)
	}
	if got := some.Words(); !strings.Contains(got, "19 of the last 20 mails of bob to signed addresses were authenticated; on the strict ladder answers to requesters and most commands wait, without that, until they are confirmed: ") || !strings.Contains(got, "maildesk passwd bob") {
		t.Errorf("it says %q", got)
	}
}
