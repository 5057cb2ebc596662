package desk_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"maildesk/desk"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// restart lets the desk forget what it has in memory.
func (b *bench) restart() {
	b.t.Helper()
	b.Desk = desk.New(b.db, b.keys, b.Settings(), slog.New(slog.NewTextHandler(b.t.Output(), nil)))
}

// roundRobin lets the first queue give out its tickets.
func roundRobin(s *settings.Settings) { s.Routing.Queues[0].Assign = "round-robin" }

// everybodyGoes lets both agents of the first queue go away, and a request come meanwhile.
func everybodyGoes(b *bench) (meanwhile ticket.ID) {
	for _, who := range []string{"alice", "bob"} {
		b.take(letter{from: ana, to: support, subject: "Printer of " + who, text: "It prints nothing but stripes, for " + who + ".\n"})
		b.agentWrites(who+"@example.org", notify.TemplateNewTicket, "#away until "+time.Now().AddDate(0, 1, 0).Format(time.DateOnly)+"\n")
	}
	m := b.take(letter{from: gus, to: support, subject: "Scanner", text: "Bonjour, le scanner de la ferme ne marche plus.\n"})
	for _, who := range []string{"alice", "bob"} {
		b.agentWrites(who+"@example.org", notify.TemplateTranscript, "#back\n")
	}
	return m.Ticket
}

// TestRebuildGivesOutWhatTheDeskGaveOut: whoever the desk gave a ticket has it again,
// whatever made it give the ticket out. The events of a ticket say who has it.
func TestRebuildGivesOutWhatTheDeskGaveOut(t *testing.T) {
	for _, tt := range []struct {
		name string
		set  func(*settings.Settings)
		play func(*bench) ticket.ID
	}{
		{"a new request", roundRobin, func(b *bench) ticket.ID { return b.request().ID }},
		{"a mail that is split off", roundRobin, func(b *bench) ticket.ID {
			solvedThenNew(b)
			b.agentWrites("alice@example.org", notify.TemplateReopened, "#split\n")
			return 2
		}},
		{"a merge that is taken back", roundRobin, func(b *bench) ticket.ID {
			id := everybodyGoes(b)
			b.writesOn(id, "alice@example.org", notify.TemplateNewTicket, "#merge 1\n")
			b.agentWrites("alice@example.org", notify.TemplateTranscript, "#split\n")
			return id
		}},
		{"a report that is taken out of its incident", func(s *settings.Settings) { watchful(s); roundRobin(s) }, func(b *bench) ticket.ID {
			for n := range 5 {
				b.report(n)
			}
			b.agentWrites("carol@example.org", notify.TemplateIncident, "#split 5\n")
			return 5
		}},
		{"a report that is solved with its incident", watchful, func(b *bench) ticket.ID {
			for n := range 4 {
				b.report(n)
			}
			b.agentWrites("carol@example.org", notify.TemplateIncident, "#resolve\n\nThe gateway was restarted.\n")
			b.due(time.Now())
			return 2
		}},
		{"a queue in which the same agent is next", func(s *settings.Settings) { s.Routing.Queues[2].Assign = "round-robin" }, func(b *bench) ticket.ID {
			id := b.request().ID
			b.writesOn(id, "bob@example.org", notify.TemplateNewTicket, "#take\n")
			b.writesOn(id, "bob@example.org", notify.TemplateTranscript, "#queue sales\n")
			return id
		}},
		{"an escalation", func(s *settings.Settings) { roundRobin(s); s.Routing.Queues[1].Assign = "round-robin" }, func(b *bench) ticket.ID {
			id := b.request().ID
			b.writesOn(id, "alice@example.org", notify.TemplateNewTicket, "#escalate the gateway is broken\n")
			return id
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, tt.set)
			id := tt.play(b)
			got := b.ticket(id)
			if got.Assignee == "" {
				t.Fatalf("nobody has #%d: %v", id, b.events(id))
			}
			last := ""
			b.view(func(r ticket.Reader) error {
				events, err := r.Events(id, ticket.EventAssigned)
				for _, e := range events {
					last = e.To
				}
				return err
			})
			if last != got.Assignee {
				t.Errorf("%s has #%d, and its events say %q", got.Assignee, id, last)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// asEve brings three reports, of which the third came by Ana's mailbox and is Eve's. What
// a desk that has run on since knows of them is that two people wrote.
func asEve(b *bench) {
	b.report(0)
	b.report(1)
	b.take(letter{from: ana, to: support, subject: outageReports[2].subject, text: outageReports[2].text})
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#for eve@example.net\n")
}

// TestRebuildMakesTheSameIncidents: which tickets report one incident, and which of them
// leads, depends on what a desk had in memory. What followed from it then follows again.
func TestRebuildMakesTheSameIncidents(t *testing.T) {
	for _, tt := range []struct {
		name    string
		play    func(*bench)
		reports map[ticket.ID][]ticket.ID // by lead
		refused bool                      // the last mail
	}{
		{"that the desk found", func(b *bench) {
			asEve(b)
			b.restart()
			b.report(3)
		}, map[ticket.ID][]ticket.ID{1: {1, 2, 3, 4}}, false},
		{"that a request joined", func(b *bench) {
			asEve(b)
			b.restart()
			b.report(3)
			b.report(4)
		}, map[ticket.ID][]ticket.ID{1: {1, 2, 3, 4, 5}}, false},
		{"that an agent declared", func(b *bench) {
			asEve(b)
			b.restart()
			b.writesOn(1, "alice@example.org", notify.TemplateNewTicket, "#incident\n")
		}, map[ticket.ID][]ticket.ID{1: {1, 2, 3}}, false},
		{"whose lead cannot be merged", func(b *bench) {
			b.take(letter{from: gus, to: support, subject: "A chair", text: "I need a chair.\n"})
			asEve(b)
			b.restart()
			b.report(3)
			b.writesOn(2, "alice@example.org", notify.TemplateIncident, "#merge 1\n")
		}, map[ticket.ID][]ticket.ID{2: {2, 3, 4, 5}}, true},
		{"out of which a report is taken", func(b *bench) {
			asEve(b)
			b.restart()
			b.report(3)
			b.writesOn(1, "alice@example.org", notify.TemplateIncident, "#split 3\n")
		}, map[ticket.ID][]ticket.ID{1: {1, 2, 4}}, false},
		{"of which two become one", func(b *bench) {
			chair := b.take(letter{from: gus, to: support, subject: "A chair", text: "I need a chair.\n"}).Ticket
			b.writesOn(chair, "alice@example.org", notify.TemplateNewTicket, "#incident\n")
			asEve(b)
			b.restart()
			b.report(3)
			b.writesOn(2, "alice@example.org", notify.TemplateIncident, fmt.Sprintf("#incident %d\n", chair))
		}, map[ticket.ID][]ticket.ID{1: {1, 2, 3, 4, 5}}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, watchful)
			tt.play(b)
			now := b.rebuilt()
			for _, on := range []*bench{b, now} {
				found := on.incidents()
				for _, i := range found {
					if i.SolvedAt.IsZero() && tt.reports[i.Lead] == nil {
						t.Errorf("#%d leads an incident", i.Lead)
					}
				}
				for lead, want := range tt.reports {
					sameTickets(t, "the incident", on.reports(lead), want)
				}
				last := ticket.Mail{}
				on.view(func(r ticket.Reader) error {
					all, err := r.Mails("", 0, 100)
					last = all[len(all)-1]
					return err
				})
				if (last.Reason == "refused-command") != tt.refused {
					t.Errorf("the last mail is %s (%s), want it refused: %t", last.Disposition, last.Reason, tt.refused)
				}
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}
