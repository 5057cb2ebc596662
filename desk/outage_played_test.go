package desk_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// TestPlayedOutage: within half an hour 150 people of one company write in two
// languages that the internet is down, and others want other things. Nothing
// proves who wrote. Everybody is acknowledged, the reports make one incident that
// nobody joins wrongly, and when it is over everybody is told in their language.
func TestPlayedOutage(t *testing.T) {
	const people = 150
	for name, address := range map[string]string{"a customer": "p%d@mill.example.com", "the house": "p%d@example.org"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, usual, netDesk, func(s *settings.Settings) { s.Limits.SenderHour = 30 })
				// French and English texts by turns, the others strewn among them.
				r := rand.New(rand.NewPCG(7, people))
				mails := make([]letter, 0, people+len(netOther))
				for i := range people {
					m := netDownEnglish[r.IntN(len(netDownEnglish)-1)] // the last one is too short to have a language
					if i%2 > 0 {
						m = netDownFrench[r.IntN(len(netDownFrench))]
					}
					subject, text, _ := strings.Cut(m, "|")
					mails = append(mails, letter{from: fmt.Sprintf(address, i), subject: subject, text: text + "\n"})
				}
				for i, m := range netOther {
					subject, text, _ := strings.Cut(m, "|")
					mails = append(mails, letter{from: fmt.Sprintf("other%d@company%d.example", i, i), subject: subject, text: text + "\n"})
				}
				r.Shuffle(len(mails), func(i, j int) { mails[i], mails[j] = mails[j], mails[i] })
				tickets := map[string]ticket.ID{} // by requester
				for _, l := range mails {
					l.to = support
					tickets[l.from] = b.take(l).Ticket
					b.deliver()
					time.Sleep(30 * time.Minute / time.Duration(len(mails)))
				}
				b.pass(90 * time.Minute)
				acknowledged := b.sentNow(notify.TemplateAcknowledgement, 0)
				for _, l := range mails {
					if _, is := acknowledged[l.from]; !is {
						t.Errorf("%s (%s) is not acknowledged", l.from, l.subject)
					}
				}

				incidents := b.incidents()
				if len(incidents) != 1 {
					t.Fatalf("%d incidents, want one", len(incidents))
				}
				lead := incidents[0].Lead
				joined := b.reports(lead)
				alone := 0
				for _, l := range mails {
					belongs, is := !strings.HasPrefix(l.from, "other"), slices.Contains(joined, tickets[l.from])
					switch {
					case is && !belongs:
						t.Errorf("%s joined wrongly: %s", l.from, l.subject)
					case belongs && !is:
						alone++
						b.agentTells(tickets[l.from], fmt.Sprintf("#incident %d\n", lead))
					}
				}
				if t.Logf("%d of %d reports stayed alone until an agent joined them", alone, people); alone > people/5 {
					t.Errorf("%d of %d reports stayed alone", alone, people)
				}

				before := len(b.summary())
				b.agentTells(lead, "#resolve\n[en]\nThe line is mended.\n[fr]\nLa ligne est réparée.\n")
				b.due(time.Now())
				b.pass(time.Minute)
				told := b.sentNow(notify.TemplateResolution, before)
				for _, l := range mails {
					s, is := told[l.from]
					french := slices.ContainsFunc(netDownFrench, func(m string) bool { return strings.HasPrefix(m, l.subject+"|") })
					own, foreign := "The line is mended.", "La ligne est réparée."
					if french {
						own, foreign = foreign, own
					}
					switch belongs := !strings.HasPrefix(l.from, "other"); {
					case is != belongs:
						t.Errorf("%s (%s) is told of the solution: %t", l.from, l.subject, is)
					case is && (!strings.Contains(s.msg.Text, own) || strings.Contains(s.msg.Text, foreign)):
						t.Errorf("%s is told in the wrong language:\n%s", l.from, s.msg.Text)
					}
				}
			})
		})
	}
}

// sentNow returns the mails of a template that were sent, of those made after the
// first n, by recipient.
func (b *bench) sentNow(template notify.Template, n int) map[string]sent {
	b.t.Helper()
	all := map[string]sent{}
	for _, s := range b.outbox()[n:] {
		if s.Template == string(template) && s.State == ticket.OutboxSent {
			all[s.Recipient] = s
		}
	}
	return all
}

// agentTells lets the first agent who has a signed address of a ticket write to it.
func (b *bench) agentTells(id ticket.ID, text string) {
	b.t.Helper()
	for _, s := range b.outbox() {
		if s.Ticket == id && strings.HasSuffix(s.Recipient, "@example.org") && len(s.msg.ReplyTo) > 0 && s.Participant != 0 && slices.Contains([]string{"alice@example.org", "bob@example.org", "carol@example.org"}, s.Recipient) {
			m := b.take(letter{from: s.Recipient, to: s.answer(), subject: "Re: " + s.msg.Subject, text: text, header: "In-Reply-To: " + s.MessageID + "\n"})
			if m.Disposition != ticket.DispositionAppended || m.Ticket != id || m.Reason == "refused-command" {
				b.t.Fatalf("the agent's mail is %s (%s) in #%d", m.Disposition, m.Reason, m.Ticket)
			}
			return
		}
	}
	b.t.Fatalf("no agent knows of ticket %d", id)
}
