package desk_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// TestAnswersInOurName: what somebody writes about a ticket is read by an agent also where an address
// of the desk stands where the mail names who sent it: a scanner wrote it there, a gateway on the way,
// or a person answers from the desk's mailbox. It moves nothing, and nobody outside is written to.
func TestAnswersInOurName(t *testing.T) {
	for _, tt := range []struct {
		name, from, header string
		signed             bool // it goes to the address in an agent's notice
		want               ticket.Disposition
		on                 ticket.ID
	}{
		{"of a scanner", support, "", false, ticket.DispositionNew, 2},
		{"from the desk's mailbox", support, "Sender: alice@example.org\n", true, ticket.DispositionMachine, 1},
		{"through a filter that writes X-Loop", ana, "X-Loop: support@example.org\n", false, ticket.DispositionMachine, 1},
		{"sent for somebody by the desk's mailbox", ana, "Sender: support@example.org\n", false, ticket.DispositionMachine, 1},
		{"passed on by the desk's mailbox", ana, "Resent-From: support@example.org\n", false, ticket.DispositionMachine, 1},
	} {
		for _, client := range []string{"", "192.0.2.9"} {
			t.Run(tt.name+" "+client, func(t *testing.T) {
				b := open(t, onLadder)
				b.request()
				b.agentWrites(aliceAt, notify.TemplateNewTicket, "#resolve\nIt has a new fan.\n")
				b.deliver()
				n, before := b.last(notify.TemplateNewTicket, aliceAt), len(b.summary())
				l := letter{from: tt.from, to: support, subject: "Re: " + n.msg.Subject, text: "Order 4711 is attached.\n", header: tt.header, client: client}
				if tt.signed {
					l.to = n.answer()
				}
				m := b.take(l)
				if m.Disposition != tt.want || m.Ticket != tt.on {
					t.Errorf("it is %s (%s) in #%d, want %s in #%d", m.Disposition, m.Reason, m.Ticket, tt.want, tt.on)
				}
				if got := b.ticket(1).Status; got != ticket.StatusResolved {
					t.Errorf("the ticket that it names is %s", got)
				}
				told := false
				for _, s := range b.outbox()[before:] {
					told = told || s.Recipient == aliceAt && strings.Contains(s.msg.Text, "Order 4711")
					if !strings.HasSuffix(s.Recipient, "@example.org") {
						t.Errorf("%s is sent %s", s.Recipient, s.Template)
					}
				}
				if !told {
					t.Errorf("alice does not read it: %v", b.since(before))
				}
				b.sound()
				b.sameRebuilt()
			})
		}
	}
}

// TestOursComesBackUnmarked: a mail of ours that comes back without its Message-ID and its mark is known
// by its words, and ends there.
func TestOursComesBackUnmarked(t *testing.T) {
	for _, client := range []string{"", "192.0.2.9"} {
		b := open(t, onLadder)
		b.request()
		b.agentWrites(aliceAt, notify.TemplateNewTicket, "Please hold the red button until the lamp is green.\n")
		for _, n := range []sent{b.last(notify.TemplateAcknowledgement, ana), b.last(notify.TemplateNewTicket, aliceAt), b.last(notify.TemplateReply, ana)} {
			for _, footer := range []string{"", "\n-- \nScanned by the gateway of example.net\n"} {
				before := len(b.summary())
				m := b.take(letter{from: "Example IT <" + support + ">", to: support, subject: n.msg.Subject, text: n.msg.Text + footer, client: client})
				if m.Reason != "own-address" || len(b.since(before)) > 0 {
					t.Errorf("%s with the footer %q is %s (%s), and makes %v", n.Template, footer, m.Disposition, m.Reason, b.since(before))
				}
			}
		}
		b.sound()
		b.sameRebuilt()
	}
}

// TestLoopInOurName: an agent's mailbox that sends every notice back in the desk's name, with other
// words and without any mark, does so into nothing after a while, within the house as well.
func TestLoopInOurName(t *testing.T) {
	for _, client := range []string{"", "192.0.2.9"} {
		synctest.Test(t, func(t *testing.T) { loopInOurName(t, client) }) // the rounds of a day are counted
	}
}

func loopInOurName(t *testing.T, client string) {
	const most = 21
	b := open(t, onLadder)
	b.request()
	for rounds := 0; ; rounds++ {
		all := b.outbox()
		i := len(all) - 1
		for all[i].Recipient != aliceAt {
			i--
		}
		m := b.take(letter{from: support, to: support, subject: "FW: " + all[i].msg.Subject, text: "Gateway " + word(rounds) + " has passed on:\n\n" + all[i].msg.Text, client: client})
		if !slices.ContainsFunc(b.since(len(all)), func(s string) bool { return strings.HasSuffix(s, " "+aliceAt) }) {
			break
		}
		if rounds > most {
			t.Errorf("from %q the notices of %d rounds came back, the last as %s (%s)", client, rounds, m.Disposition, m.Reason)
			break
		}
	}
	b.sound()
	b.sameRebuilt()
}
