package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// then are the facts of a desk that decided by the rules of an older version: events that a mail caused.
type then []ticket.EventKind

func (f then) Caused(kind ticket.EventKind) bool { return slices.Contains(f, kind) }
func (then) Told(string) bool                    { return false }

// TestRebuildDecidesAsThen: what an older version decided of a mail that today's rules judge otherwise stays so when
// its journal is read again.
func TestRebuildDecidesAsThen(t *testing.T) {
	caused := func(kind ticket.EventKind) func(b *bench) bool {
		return func(b *bench) (is bool) {
			b.view(func(r ticket.Reader) error {
				all, err := r.Events(1, kind)
				is = len(all) > 0
				return err
			})
			return is
		}
	}
	for _, tt := range []struct {
		name   string
		set    func(*settings.Settings)
		ask    func(b *bench) letter
		reason string // of the disposition then
		facts  then
		done   func(b *bench) bool
	}{
		{"a marked mail closed the request", withPeople, func(b *bench) letter {
			b.request()
			b.agentWrites(alices, notify.TemplateNewTicket, "#take\n")
			return letter{from: ana, to: voteAt(b.last(notify.TemplateAcknowledgement, ana), "close"), header: marks[0]}
		}, "reply-address", nil, func(b *bench) bool { return b.ticket(1).Status == ticket.StatusResolved }},
		{"a marked mail said that an article solved it", withPeople, func(b *bench) letter {
			b.withArticles()
			b.take(vpnProblem)
			return letter{from: ana, to: voteAt(b.last(notify.TemplateAcknowledgement, ana), "solved"), header: marks[0]}
		}, "reply-address", then{ticket.EventArticleSolved}, func(b *bench) bool { return b.ticket(1).Status == ticket.StatusResolved }},
		{"a marked mail voted", nil, func(b *bench) letter {
			asksBoss(b, "#approve "+chief+"\nMay Ana have this?\n")
			return letter{from: chief, to: voteAt(b.last(notify.TemplateApproval, chief), "approve"), header: marks[0]}
		}, "approver", then{ticket.EventVoted}, caused(ticket.EventVoted)},
		{"a vote counted whatever its words", nil, func(b *bench) letter {
			asksBoss(b, "#approve "+chief+"\nMay Ana have this?\n")
			return letter{from: chief, to: voteAt(b.last(notify.TemplateApproval, chief), "approve"), text: "I do NOT approve this.\n"}
		}, "approver", nil, caused(ticket.EventVoted)},
		{"words beside leaving went to nobody", withPeople, func(b *bench) letter {
			l := leaves(b, 0)
			l.text = "The red one smells of smoke.\n"
			return l
		}, "left", nil, func(b *bench) bool {
			return !slices.ContainsFunc(b.outbox(), func(s sent) bool { return strings.Contains(s.msg.Text, "smells of smoke") })
		}},
		{"words beside leaving once more went to nobody", withPeople, func(b *bench) letter {
			l := leaves(b, 1)
			l.text = "The red one smells of smoke.\n"
			return l
		}, "left", nil, func(b *bench) bool {
			return !slices.ContainsFunc(b.outbox(), func(s sent) bool { return strings.Contains(s.msg.Text, "smells of smoke") })
		}},
		{"words beside a confirmation did not matter", strictly, func(b *bench) letter {
			b.request()
			b.agentWrites(aliceAt, notify.TemplateNewTicket, "#priority low\n")
			return letter{from: aliceAt, to: b.confirmation(), text: "Yes, and please hurry up with that one.\n"}
		}, "reply-address", nil, func(b *bench) bool { return b.ticket(1).Priority == "low" }},
		{"commands beside a confirmation did not matter", strictly, func(b *bench) letter {
			b.request()
			b.agentWrites(aliceAt, notify.TemplateNewTicket, "#priority low\n")
			return letter{from: aliceAt, to: b.confirmation(), text: "#note\nMind that.\n"}
		}, "reply-address", then{ticket.EventReleased}, func(b *bench) bool { return b.ticket(1).Priority == "low" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, func(s *settings.Settings) {
				if tt.set != nil {
					tt.set(s)
				}
			})
			l := tt.ask(b)
			l.subject, l.id = "Re: x", "<then@example.net>"
			raw := l.bytes()
			id, err := b.Accept(b.ctx, ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: l.from, ForwardPaths: []string{l.to}}, raw)
			if err == nil {
				err = b.HandleAgain(b.ctx, b.mail(id), raw, &incoming.Was{At: time.Now(), Reason: tt.reason, Ticket: 1, Facts: tt.facts})
			}
			if err != nil {
				t.Fatal(err)
			}
			if m := b.mail(id); !tt.done(b) || m.Reason != tt.reason {
				t.Errorf("handled as then it is %s (%s): %q", m.Disposition, m.Reason, b.events(1))
			}
			b.sameRebuilt()
		})
	}
}
