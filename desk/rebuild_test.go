package desk_test

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk"
	"maildesk/desk/notify"
	"maildesk/desk/recover"
	"maildesk/desk/settings"
	"maildesk/faulttest"
	"maildesk/routing"
	"maildesk/store"
	"maildesk/ticket"
)

// TestRebuild makes the tickets of an eventful desk anew: nothing differs but
// what is only known from elsewhere.
func TestRebuild(t *testing.T) {
	b, broken := openBrittle(t)
	first := b.request()
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#take\n\nWhich version do you have?\n")
	b.deliver()
	reply := b.last(notify.TemplateReply, ana)
	b.take(letter{from: ana, to: reply.answer(), subject: "Re: whatever", text: "Version 4.\n"})
	b.agentWrites("alice@example.org", notify.TemplateMessage, "#note it is the old one\n#escalate version 4 is known to drop\n")
	b.take(letter{from: ana, to: support, subject: "poison", text: "drink me\n"})
	kept := b.take(letter{from: ana, to: support, subject: "more poison", text: "drink me\n"})
	dropped := b.take(letter{from: ana, to: support, subject: "still poison", text: "drink me\n"})
	broken.Store(false)
	b.agentWrites("carol@example.org", notify.TemplateEscalation, "#resolve\n\nPlease restart once.\n")
	b.deliver()
	again := b.last(notify.TemplateResolution, ana)
	b.take(letter{from: ana, to: again.answer(), subject: "Re: x", text: "Still broken.\n"})
	b.agentWrites("carol@example.org", notify.TemplateReopened, "#close\nNow it works.\n")
	b.deliver()
	b.take(letter{from: ana, to: again.answer(), subject: "Re: x", text: "It is back.\n"})
	l := letter{from: "ben@example.net", to: support, subject: "copied", text: "once\n", id: "<copied@example.net>"}
	b.take(l)
	b.take(l)
	b.take(letter{from: "robot@example.net", to: support, subject: "away", header: "Auto-Submitted: auto-replied\n", text: "I am away\n"})
	b.take(letter{from: "evil@example.net", to: support, subject: "lottery", text: "you won\n"})
	if err := b.DropMail(b.ctx, dropped.ID, "root at the console", "junk"); err != nil {
		t.Fatal(err)
	}
	b.sound()
	if got := b.ticket(first.ID); got.Status != ticket.StatusClosed {
		t.Fatalf("the first ticket is %s, want closed", got.Status)
	}

	now := b.rebuilt()
	var found []recover.Difference
	if err := recover.Compare(b.ctx, b.db, now.db, func(d recover.Difference) { found = append(found, d) }); err != nil {
		t.Fatal(err)
	}
	if len(found) > 0 {
		t.Errorf("differences: %v", found)
	}
	now.sound()
	if got := now.mail(kept.ID); got.Disposition != ticket.DispositionQuarantined || got.Reason != kept.Reason {
		t.Errorf("the mail in quarantine is %s (%s)", got.Disposition, got.Reason)
	}
	equal(t, "outgoing mails", now.summary(), b.summary())
	for i, was := range b.outbox() {
		if is := now.outbox()[i]; is.MessageID != was.MessageID || is.State != was.State {
			t.Errorf("outgoing mail %d (%s to %s) was %s %s, is %s %s", was.ID, was.Template, was.Recipient, was.State, was.MessageID, is.State, is.MessageID)
		}
	}
	// Whoever has a mail of the old desk can answer it.
	m := now.take(letter{from: ana, to: now.last(notify.TemplateAcknowledgement, ana).answer(), subject: "x", text: "more\n"})
	if m.Disposition != ticket.DispositionAppended {
		t.Errorf("an answer to a mail of the old desk is %s (%s), want appended", m.Disposition, m.Reason)
	}
}

// A mail that was released has a ticket besides that of its stub: the numbers of
// the others stay.
func TestRebuildAfterARelease(t *testing.T) {
	b, broken := openBrittle(t)
	m := b.take(letter{from: ana, to: support, subject: "poison", text: "drink me\n"})
	broken.Store(false)
	b.request()
	if err := b.ReleaseMail(b.ctx, m.ID, "root at the console"); err != nil {
		t.Fatal(err)
	}
	b.work()
	b.request()
	now := b.rebuilt()
	if err := recover.Compare(b.ctx, b.db, now.db, func(d recover.Difference) {
		if d.What != "people" && d.Ticket != 1 { // what is left of the stub is not in the journal
			t.Errorf("difference: %v", d)
		}
	}); err != nil {
		t.Fatal(err)
	}
	now.sound()
}

// TestT152RebuildKeepsAnswers: whatever the configuration says today of who gets a
// ticket and who is an agent, the answers that agents gave are answers.
func TestT152RebuildKeepsAnswers(t *testing.T) {
	assign := func(how string, agents ...string) func(*settings.Settings) {
		return func(s *settings.Settings) {
			s.Routing.Queues[0].Assign, s.Routing.Queues[0].Agents = how, agents
		}
	}
	for _, tt := range []struct {
		name        string
		then, today func(*settings.Settings)
	}{
		{"as it was", assign("round-robin", "alice", "bob"), assign("round-robin", "alice", "bob")},
		{"another order", assign("round-robin", "alice", "bob"), assign("round-robin", "bob", "alice")},
		{"given out today, not then", assign("", "alice", "bob"), assign("round-robin", "bob", "alice")},
		{"given out then, not today", assign("round-robin", "alice", "bob"), assign("", "bob", "alice")},
		{"by who has fewest", assign("round-robin", "alice", "bob"), assign("least-open", "bob", "alice")},
		{"who had it left the queue", assign("round-robin", "alice", "bob"), assign("round-robin", "bob")},
		{"who had it is away today", assign("round-robin", "alice", "bob"), func(s *settings.Settings) {
			assign("round-robin", "alice", "bob")(s)
			s.Agents[0].Absent = []settings.Days{{First: "2000-01-01", Last: "2100-01-01"}}
		}},
		{"who had it has another address", assign("round-robin", "alice", "bob"), func(s *settings.Settings) {
			assign("round-robin", "alice", "bob")(s)
			s.Agents[0].Mail = []string{"alice.berger@example.org"}
		}},
		{"who had it left the house", assign("round-robin", "alice", "bob"), func(s *settings.Settings) {
			assign("round-robin", "bob")(s)
			s.Agents = s.Agents[1:]
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, tt.then)
			first := b.request()
			b.agentWrites("alice@example.org", notify.TemplateNewTicket, "Which version do you have?\n")
			b.deliver()
			reply := b.last(notify.TemplateReply, ana)
			b.take(letter{from: ana, to: reply.answer(), subject: "Re: whatever", text: "Version 4.\n"})
			b.agentWrites("alice@example.org", notify.TemplateMessage, "#escalate it is the old one\n")
			second := b.request()
			b.deliver()

			today := exampleIT(t, b.Settings().Name)
			tt.today(today)
			var err error
			if today.Rules, err = routing.Compile(today.Routing); err != nil {
				t.Fatal(err)
			}
			now := b.rebuiltBy(today)
			for _, id := range []ticket.ID{first.ID, second.ID} {
				is, was := now.ticket(id), b.ticket(id)
				if is.Assignee != was.Assignee || is.Status != was.Status || is.Queue != was.Queue {
					t.Errorf("ticket %d was %s in %s with %q, is %s in %s with %q", id, was.Status, was.Queue, was.Assignee, is.Status, is.Queue, is.Assignee)
				}
				kinds := func(entries []ticket.Entry) (list []string) {
					for _, e := range entries {
						list = append(list, string(e.Kind)+" of "+e.Author)
					}
					return list
				}
				equal(t, "correspondence", kinds(now.entries(id)), kinds(b.entries(id)))
			}
			now.sound()
		})
	}
	faulttest.Seen(t, "T152", "rebuild by nine other configurations: agents in another order, given out otherwise, away, renamed, gone", "every answer is an answer, and tickets are with whom they were")
}

// rebuilt is a desk with the same keys and settings, made of the journal.
func (b *bench) rebuilt() *bench { return b.rebuiltBy(b.Settings()) }

// rebuiltBy is rebuilt with other settings.
func (b *bench) rebuiltBy(s *settings.Settings) *bench {
	b.t.Helper()
	db, err := store.Open(b.ctx, b.t.TempDir(), store.Options{Exclusive: true})
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { db.Close() })
	log := slog.New(slog.NewTextHandler(b.t.Output(), nil))
	if err := recover.Rebuild(b.ctx, db, b.keys, s, b.db, recover.NumbersOut{}, log); err != nil {
		b.t.Fatal(err)
	}
	return &bench{Desk: desk.New(db, b.keys, s, log), t: b.t, ctx: b.ctx, db: db, keys: b.keys, count: 1000}
}

// What the clock caused has the same cause when the tickets are made anew, whatever
// numbers their events get.
func TestRebuildKnowsWhatTheClockCaused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t)
		opened := b.request()
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#pending 2d\nPlease wait.\n")
		// Others happen in between, and decisions that were made in vain.
		if err := b.db.View(b.ctx, func(r ticket.Reader) error { r.NextNumber(ticket.EventNumber); return nil }); err != nil {
			t.Fatal(err)
		}
		time.Sleep(49 * time.Hour)
		b.due(time.Now())
		woken := b.last(notify.TemplateWoken, "alice@example.org")
		if woken.Ticket != opened.ID {
			t.Fatalf("the woken ticket is #%d, want #%d", woken.Ticket, opened.ID)
		}
		now := b.rebuilt()
		if again := now.last(notify.TemplateWoken, "alice@example.org"); again.MessageID != woken.MessageID || again.CauseEvent != woken.CauseEvent {
			t.Errorf("the notice of the clock is %s (%d), was %s (%d)", again.MessageID, again.CauseEvent, woken.MessageID, woken.CauseEvent)
		}
		now.sound()
	})
}
