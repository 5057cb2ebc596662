package desk_test

import (
	"slices"
	"strings"
	"testing"

	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/ticket"
)

// TestContraryWords: words that say the contrary of the address to which they came hold what it asks for, whatever that
// is. An agent reads them, and who is to act by that address is told.
func TestContraryWords(t *testing.T) {
	voting := func(action string) func(b *bench) letter {
		return func(b *bench) letter {
			b.request()
			b.agentWrites(alices, notify.TemplateNewTicket, "#approve "+chief+"\nMay she?\n")
			return letter{from: chief, to: voteAt(b.last(notify.TemplateApproval, chief), action)}
		}
	}
	reviewing := func(action string) func(b *bench) letter {
		return func(b *bench) letter {
			return letter{from: alices, to: actionOf(b.t, b.draft(b.t, "#resolve\n#kb"), action)}
		}
	}
	rating := func(command, action string) func(b *bench) letter {
		return func(b *bench) letter {
			_, notice := b.solved(command)
			return letter{from: ana, to: voteAt(notice, action)}
		}
	}
	notDone := "your words say the contrary"
	for _, tt := range []struct {
		name, words string
		ask         func(b *bench) letter
		kept        []ticket.EventKind // of which there are no more
		told, how   string             // who reads what
	}{
		{"approve", "I do NOT approve this.", voting("approve"), []ticket.EventKind{ticket.EventVoted, ticket.EventApproval}, chief, notDone},
		{"approve, in German", "Das genehmige ich nicht.", voting("approve"), []ticket.EventKind{ticket.EventVoted}, chief, notDone},
		{"reject", "I approve this.", voting("reject"), []ticket.EventKind{ticket.EventVoted, ticket.EventApproval}, chief, notDone},
		{"publish", "Do not publish this.", reviewing("publish"), []ticket.EventKind{ticket.EventArticle}, alices, "words of your email say the contrary"},
		{"internal", "Please drop it, it is wrong.", reviewing("internal"), []ticket.EventKind{ticket.EventArticle}, alices, "words of your email say the contrary"},
		{"drop", "Please do not drop it!", reviewing("drop"), []ticket.EventKind{ticket.EventArticle}, alices, "words of your email say the contrary"},
		{"take", "I do not take this one.", func(b *bench) letter {
			b.request()
			return letter{from: alices, to: actionOf(b.t, b.last(notify.TemplateNewTicket, alices), "take")}
		}, []ticket.EventKind{ticket.EventAssigned, ticket.EventAnswered}, alices, "words of your email say the contrary"},
		{"undo", "Do not undo that.", func(b *bench) letter {
			b.request()
			b.agentWrites(alices, notify.TemplateNewTicket, "#priority low\n")
			return letter{from: alices, to: actionOf(b.t, b.last(notify.TemplateTranscript, alices), "undo")}
		}, []ticket.EventKind{ticket.EventUndone, ticket.EventTakenBack, ticket.EventPriority}, alices, "words of your email say the contrary"},
		{"leave", "I do NOT want to leave.", func(b *bench) letter { return leaves(b, 0) }, []ticket.EventKind{ticket.EventLeft}, alices, "its words say the contrary"},
		{"good", "It still does not work.", rating("#resolve", "good"), []ticket.EventKind{ticket.EventRated}, aliceBox, "its words say the contrary"},
		{"bad", "Great help, all works.", rating("#resolve", "bad"), []ticket.EventKind{ticket.EventRated}, aliceBox, "its words say the contrary"},
		{"close", "Please do not close it.", func(b *bench) letter {
			b.request()
			b.agentWrites(aliceBox, notify.TemplateNewTicket, "#take\n")
			return letter{from: ana, to: voteAt(b.last(notify.TemplateAcknowledgement, ana), "close")}
		}, []ticket.EventKind{ticket.EventInformed}, aliceBox, "its words say the contrary"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, withPeople)
			l := tt.ask(b)
			n := len(b.outbox())
			l.subject, l.text = "Re: x", tt.words+"\n"
			count := func(id ticket.ID) (n int) {
				b.view(func(r ticket.Reader) error {
					all, err := r.Events(id, tt.kept...)
					n = len(all)
					return err
				})
				return n
			}
			before, was := count(1), b.ticket(1)
			m := b.take(l)
			if m.Reason != incoming.ReasonContrary || m.Disposition != ticket.DispositionAppended {
				t.Errorf("the mail is %s, %s", m.Disposition, m.Reason)
			}
			if now := count(1); now != before {
				t.Errorf("it was done: %q", b.events(1))
			}
			if now := b.ticket(1); now.Status == ticket.StatusResolved && was.Status != now.Status {
				t.Errorf("the ticket is %s", now.Status)
			}
			told, agents := "", ""
			for _, s := range b.outbox()[n:] {
				text := strings.Join(strings.Fields(s.msg.Text), " ")
				if s.Recipient == tt.told {
					told += text
				}
				if strings.HasSuffix(s.Recipient, "@example.org") {
					agents += text
				}
			}
			if !strings.Contains(told, tt.how) || !strings.Contains(agents, tt.words) {
				t.Errorf("%s reads %q, and agents %q", tt.told, told, agents)
			}
			if l.from == alices && slices.ContainsFunc(b.outbox()[n:], func(s sent) bool { return s.Recipient == ana }) {
				t.Error("the requester is sent the words")
			}
			l.text = ""
			b.take(l)
			if tt.name != "good" && tt.name != "bad" && tt.name != "leave" && tt.name != "undo" && tt.name != "close" && count(1) == before {
				t.Errorf("an empty mail does nothing afterwards: %q", b.events(1))
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}
