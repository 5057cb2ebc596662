package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// idle lets an owner in the first line be idle for a working day.
func idle(s *settings.Settings) {
	promises(s)
	s.Routing.Targets = nil
	s.Routing.Queues[0].OwnerIdle = "1d"
}

// TestIdleOwner: whoever lets a requester wait for a working day loses the ticket to its queue;
// the time counts from what was for the owner to do, and from what they did last.
func TestIdleOwner(t *testing.T) {
	// On Friday 2000-01-07, 09:05 in Berlin, the request comes.
	for _, tt := range []struct {
		name  string
		after func(b *bench) // what happens on that Friday
		loses string         // when, in Berlin; empty: not by the next Wednesday
	}{
		{"nothing", func(*bench) {}, "2000-01-10 09:05"},
		{"the owner answers", func(b *bench) { b.agentWrites(alice, notify.TemplateNewTicket, "Does it beep?\n") }, ""},
		{"a colleague answers", func(b *bench) { b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#anyway\nDoes it beep?\n") }, ""},
		{"the requester writes again", func(b *bench) {
			b.agentWrites(alice, notify.TemplateNewTicket, "Does it beep?\n")
			b.until("2000-01-07 13:00")
			b.take(letter{from: ana, to: b.last(notify.TemplateReply, ana).answer(), subject: "Re: VPN drops", text: "It does, all the time.\n"})
		}, "2000-01-10 13:00"},
		{"the requester says thanks", func(b *bench) {
			b.agentWrites(alice, notify.TemplateNewTicket, "Does it beep?\n")
			b.take(letter{from: ana, to: b.last(notify.TemplateReply, ana).answer(), subject: "Re: VPN drops", text: "Thank you!\n"})
		}, ""},
		{"the owner writes a note", func(b *bench) {
			b.until("2000-01-07 11:00")
			b.agentWrites(alice, notify.TemplateNewTicket, "#note I have to look for the cable.\n")
		}, "2000-01-10 11:00"},
		{"a colleague writes a note", func(b *bench) {
			b.until("2000-01-07 11:00")
			b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#note It is the cable.\n")
		}, "2000-01-10 09:05"},
		{"it waits for the requester", func(b *bench) { b.agentWrites(alice, notify.TemplateNewTicket, "#pending\n") }, ""},
		{"it waits until Monday", func(b *bench) { b.agentWrites(alice, notify.TemplateNewTicket, "#pending Monday 12:00\n") }, "2000-01-11 12:00"},
		{"it is solved", func(b *bench) { b.agentWrites(alice, notify.TemplateNewTicket, "#resolve It was the cable.\n") }, ""},
		{"it goes to another queue", func(b *bench) { b.agentWrites(alice, notify.TemplateNewTicket, "#queue sales\n") }, ""},
		{"it goes to a colleague", func(b *bench) {
			b.until("2000-01-07 15:00")
			b.agentWrites(alice, notify.TemplateNewTicket, "#assign bob\n")
		}, "2000-01-10 15:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, idle)
				b.until("2000-01-07 09:05")
				of := b.request()
				b.agentWrites(alice, notify.TemplateNewTicket, "#take\n")
				tt.after(b)
				before := len(b.summary())
				b.until("2000-01-12 09:00")
				var lost time.Time
				b.view(func(r ticket.Reader) error {
					events, err := r.Events(of.ID, ticket.EventAssigned)
					for _, e := range events {
						if e.Reason == ticket.ReasonIdle {
							lost = e.At
						}
					}
					return err
				})
				loses, err := time.ParseInLocation("2006-01-02 15:04", tt.loses, zone(t, "Europe/Berlin"))
				if late := lost.Sub(loses); lost.IsZero() != (err != nil) || err == nil && (late < 0 || late > 20*time.Minute) { // the clock strikes every quarter
					t.Errorf("the owner loses it at %s, want %q", lost, tt.loses)
				}
				told := slices.DeleteFunc(b.since(before), func(s string) bool { return !strings.HasPrefix(s, "idle ") })
				want := []string{"idle " + alice, "idle bob@example.org"}
				if tt.loses == "" {
					want = nil
				}
				if !slices.Equal(told, want) {
					t.Errorf("told are %q", told)
				}
				if got := b.ticket(of.ID); tt.loses != "" && got.Assignee != "" || !got.AwaitAt.IsZero() && !got.AwaitAt.After(time.Now()) {
					t.Errorf("%q has the ticket, and the clock looks at it at %s", got.Assignee, got.AwaitAt)
				}
				if tt.loses != "" {
					b.sameRebuilt()
				}
			})
		})
	}
}

// TestIdleOwnerIsOff: without the key nobody loses anything.
func TestIdleOwnerIsOff(t *testing.T) {
	b := open(t)
	of := b.request()
	b.agentWrites(alice, notify.TemplateNewTicket, "#take\n")
	b.due(time.Now().AddDate(1, 0, 0))
	if got := b.ticket(of.ID); got.Assignee != "alice" || !got.AwaitAt.IsZero() {
		t.Errorf("%q has the ticket, awaited at %s", got.Assignee, got.AwaitAt)
	}
}

// TestTakeTells: the others of the queue learn that a ticket is taken, but nobody hears of
// a first answer.
func TestTakeTells(t *testing.T) {
	for text, want := range map[string][]string{
		"#take\n":                      {"colleague bob@example.org", "transcript " + alice},
		"#take\n\nDoes it beep?\n":     {"reply " + ana, "colleague bob@example.org"},
		"Does it beep?\n":              {"reply " + ana},
		"#take\n#resolve The cable.\n": {"resolution " + ana},
	} {
		b := open(t)
		b.request()
		before := len(b.summary())
		b.agentWrites(alice, notify.TemplateNewTicket, text)
		equal(t, text, b.since(before), want)
	}
	b := open(t)
	b.request()
	b.agentWrites(alice, notify.TemplateNewTicket, "#take\n")
	if got := b.last(notify.TemplateColleague, "bob@example.org"); !says(got, "alice has taken this request") {
		t.Errorf("bob reads:\n%s", got.msg.Text)
	}
	before := len(b.summary())
	b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#take\n")
	equal(t, "taking it from her", b.since(before), []string{"colleague " + alice, "transcript bob@example.org"})
}

// TestHandover: at the end of a shift all goes to a colleague, but for what they may not
// have, and each of the two gets one mail.
func TestHandover(t *testing.T) {
	const bob = "bob@example.org"
	for _, how := range []struct {
		name  string
		write func(b *bench) ticket.Mail
		mails []string
	}{
		{"control", func(b *bench) ticket.Mail { return b.question("carol@example.org", "#übergabe bob\n") }, []string{"answer " + bob, "answer carol@example.org"}},
		{"reply", func(b *bench) ticket.Mail {
			return b.agentWrites("carol@example.org", notify.TemplateAssigned, "#handover Bob\n")
		}, []string{"answer " + bob, "answer carol@example.org"}},
		{"with a text", func(b *bench) ticket.Mail {
			return b.agentWrites("carol@example.org", notify.TemplateAssigned, "#handover bob\n#reply\n\nDoes it beep?\n")
		}, []string{"reply " + ana, "answer " + bob, "answer carol@example.org"}},
	} {
		t.Run(how.name, func(t *testing.T) {
			b := filled(t) // 1 VPN, 2 salary in the private queue, 3 mouse
			b.agentWrites(alice, notify.TemplateNewTicket, "#assign carol\n")
			b.take(letter{from: ana, to: support, subject: "VPN again", text: "It drops still.\n"})
			b.agentWrites(alice, notify.TemplateNewTicket, "#assign carol\n")
			b.writesOn(2, "carol@example.org", notify.TemplateNewTicket, "#take\n")
			before := len(b.summary())
			how.write(b)
			equal(t, "mails", b.since(before), how.mails)
			got := ""
			for id := ticket.ID(1); id <= 4; id++ {
				got += b.ticket(id).Assignee + " "
			}
			if want := " carol bob bob "; got != want {
				t.Errorf("the tickets are %q's, want %q", got, want)
			}
			if m := b.last(notify.TemplateAnswer, bob); !says(m, "Handed over to you by carol: 2") || !says(m, "#3 A new mouse") || !says(m, "#4 VPN again") || strings.Contains(m.msg.Text, "salary") || len(m.msg.InReplyTo) != 1 {
				t.Errorf("bob reads, in answer to %q:\n%s", m.msg.InReplyTo, m.msg.Text)
			}
			if m := b.last(notify.TemplateAnswer, "carol@example.org"); !says(m, "Übergeben an bob: 2") || !says(m, "✗ #2 – sie bleibt bei Ihnen: die Warteschlange hr ist vertraulich") {
				t.Errorf("carol reads:\n%s", m.msg.Text)
			}
			b.sameRebuilt()
		})
	}
}

// TestHandoverRefused: nothing is done where it cannot be meant so.
func TestHandoverRefused(t *testing.T) {
	for _, tt := range []struct{ who, text, says string }{
		{alice, "#handover bbo\n", "did you mean bob?"},
		{alice, "#handover\n", "the name of an agent is missing"},
		{alice, "#handover alice\n", "you have your requests already"},
		{"bob@example.org", "#handover alice\n", "you have no open requests"},
		{alice, "#handover carol\n", "carol is away"},
	} {
		b := filled(t)
		b.question("carol@example.org", "#away until "+time.Now().UTC().AddDate(0, 0, 3).Format(time.DateOnly)+"\n")
		b.question(tt.who, tt.text)
		if got := b.last(notify.TemplateAnswer, tt.who); !says(got, tt.says) || b.ticket(3).Assignee != "alice" {
			t.Errorf("%q by %s: #3 is %q's, they read\n%s", tt.text, tt.who, b.ticket(3).Assignee, got.msg.Text)
		}
	}
}

// TestHandoverUndone: one of the requests is taken back by #undo on it.
func TestHandoverUndone(t *testing.T) {
	b := filled(t)
	b.question(alice, "#handover bob\n")
	if got := b.ticket(3).Assignee; got != "bob" {
		t.Fatalf("#3 is %q's", got)
	}
	b.agentWrites(alice, notify.TemplateNewTicket, "#undo\n")
	if got := b.ticket(3).Assignee; got != "alice" {
		t.Errorf("#3 is %q's after #undo", got)
	}
}

// TestHandoverTakenBack: #undo in answer to the receipt of a handover, or by its link, gives
// back what nobody has worked on since; the agent reads what and why not, the colleague
// gets one mail.
func TestHandoverTakenBack(t *testing.T) {
	const bob = "bob@example.org"
	var handed ticket.MailID
	receipt := func(b *bench) sent { return b.last(notify.TemplateAnswer, alice) }
	undo := func(b *bench) {
		b.take(letter{from: alice, to: receipt(b).answer(), subject: "Re: x", text: "#undo\n", client: "192.0.2.7", header: "In-Reply-To: " + receipt(b).MessageID + "\n"})
	}
	for _, tt := range []struct {
		name      string
		between   func(b *bench)
		undo      func(b *bench)
		assignees string // of 1, 3 and 4
		says      string // divided by |
		mails     []string
	}{
		{"receipt", nil, undo, "alice alice alice", "✓ #undo – what you handed over to bob is yours again|Yours again: 3|#4 VPN again", []string{"answer " + bob, "answer " + alice}},
		{"link", nil, func(b *bench) {
			if want := fmt.Sprintf("%%23undo%%20%d", handed); !strings.Contains(receipt(b).msg.Text+receipt(b).msg.HTML, want) {
				b.t.Errorf("the receipt has no link with %s:\n%s", want, receipt(b).msg.Text)
			}
			b.question(alice, fmt.Sprintf("#undo %d\n", handed))
		}, "alice alice alice", "Yours again: 3", []string{"answer " + bob, "answer " + alice}},
		{"no answer to anything", nil, func(b *bench) { b.question(alice, "undo\n") }, "alice alice alice", "Yours again: 3", []string{"answer " + bob, "answer " + alice}},
		{"worked on", func(b *bench) {
			b.writesOn(1, bob, notify.TemplateNewTicket, "#priority low\n")
		}, undo, "bob alice alice", "but for what is marked ✗|✗ #1 – bob has worked on it since|Yours again: 2", []string{"answer " + bob, "answer " + alice}},
		{"passed on", func(b *bench) {
			b.writesOn(1, bob, notify.TemplateNewTicket, "#assign carol\n")
		}, undo, "carol alice alice", "✗ #1 – carol has it now", []string{"answer " + bob, "answer " + alice}},
		{"solved", func(b *bench) {
			b.writesOn(1, bob, notify.TemplateNewTicket, "#resolve It is the cable.\n")
		}, undo, "bob alice alice", "✗ #1 – it was solved since", []string{"answer " + bob, "answer " + alice}},
		{"the requester wrote", func(b *bench) {
			b.take(letter{from: ana, to: b.last(notify.TemplateAcknowledgement, ana).answer(), subject: "Re: VPN again", text: "Any news?\n"})
		}, undo, "alice alice alice", "Yours again: 3", []string{"answer " + bob, "answer " + alice}},
		{"merged", func(b *bench) {
			b.writesOn(4, alice, notify.TemplateNewTicket, "#merge 1\n")
		}, undo, "alice alice bob", "✗ #4 – it is worked on in #1", []string{"answer " + bob, "answer " + alice}},
		{"twice", undo, undo, "alice alice alice", "nothing was handed over by that email", []string{"answer " + alice}},
		{"by number twice", undo, func(b *bench) {
			b.question(alice, fmt.Sprintf("#undo %d\n", handed))
		}, "alice alice alice", "nothing of what you handed over to bob can be given back|✗ #1 – it is yours already", []string{"answer " + alice}},
		{"of another's", nil, func(b *bench) { b.question(bob, "#undo\n") }, "bob bob bob", "", []string{"answer " + bob}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := filled(t) // 1 VPN, 2 salary in the private queue, 3 mouse
			b.take(letter{from: ana, to: support, subject: "VPN again", text: "It drops still.\n"})
			b.agentWrites(alice, notify.TemplateNewTicket, "#take\n")
			b.writesOn(1, alice, notify.TemplateNewTicket, "#take\n")
			handed = b.question(alice, "#handover bob\n").ID
			if tt.between != nil {
				tt.between(b)
			}
			before := len(b.summary())
			tt.undo(b)
			equal(t, "mails", b.since(before), tt.mails)
			if got := b.ticket(1).Assignee + " " + b.ticket(3).Assignee + " " + b.ticket(4).Assignee; got != tt.assignees {
				t.Errorf("the tickets are %q's, want %q", got, tt.assignees)
			}
			for says := range strings.SplitSeq(tt.says, "|") {
				if m := b.last(notify.TemplateAnswer, alice); !strings.Contains(m.msg.Text, says) {
					t.Errorf("alice does not read %q, but\n%s", says, m.msg.Text)
				}
			}
			if m := b.last(notify.TemplateAnswer, bob); len(tt.mails) == 2 && (!strings.Contains(m.msg.Text, "alice takes the handover back") || !strings.Contains(m.msg.Text, "Taken back by alice")) {
				t.Errorf("bob reads\n%s", m.msg.Text)
			}
			b.sound()
			b.sameRebuilt()
		})
	}
}

// TestIdleOwnerWhileTheClockStood: a rebuild takes a ticket from its owner where the desk
// did, not where it would have with a clock that always ran.
func TestIdleOwnerWhileTheClockStood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, idle)
		b.until("2000-01-07 09:05")
		of := b.request()
		b.agentWrites(alice, notify.TemplateNewTicket, "#take\n#pending Monday 9:00\n")
		// The desk runs again on Tuesday: only then it is for alice to do something.
		time.Sleep(time.Until(time.Date(2000, 1, 11, 11, 0, 0, 0, zone(t, "Europe/Berlin"))))
		b.due(time.Now())
		time.Sleep(time.Hour)
		b.due(time.Now())
		if got := b.ticket(of.ID); got.Assignee != "alice" || got.Status != ticket.StatusOpen {
			t.Fatalf("the ticket is %s, with %q", got.Status, got.Assignee)
		}
		b.sameRebuilt()
	})
}
