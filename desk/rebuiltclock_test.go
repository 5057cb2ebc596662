package desk_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// stands lets the clock stand for a time, and then strike.
func (b *bench) stands(d time.Duration) {
	b.t.Helper()
	time.Sleep(d)
	b.due(time.Now())
	b.deliver()
}

// TestRebuildFindsTheNoticesOfTheClock: what the clock brings follows from when the clock of
// the desk did what came before, which was not on the hour. A notice of it that is out is
// the same one in a rebuilt desk, with its number, so that the answers to it are answers.
func TestRebuildFindsTheNoticesOfTheClock(t *testing.T) {
	take := func(b *bench) { b.agentWrites(aliceBox, notify.TemplateNewTicket, "#take\n") }
	// An agent has the ticket, and has a time of waiting behind them.
	idleAfter := func(command string) func(*bench) {
		return func(b *bench) {
			b.take(letter{from: "Ana Roth <" + ana + ">", to: support, subject: "A licence", text: "I would like a licence for drawing.\n"})
			take(b)
			b.agentWrites(aliceBox, notify.TemplateNewTicket, command)
			b.deliver()
			b.stands(4*time.Hour + 25*time.Minute)
			b.stands(26*time.Hour + 50*time.Minute)
		}
	}
	for _, tt := range []struct {
		name string
		set  func(*settings.Settings)
		play func(*bench)
		last notify.Template // that the clock brings
		to   string
	}{
		{"an owner is idle after a time of waiting", idle, idleAfter("#pending 2h\n\nPlease wait.\n"), notify.TemplateIdle, aliceBox},
		{"an owner is idle after a vendor was late", idle, idleAfter("#hold\n#ask " + vera + " within 2h Is there a newer one?\n"), notify.TemplateIdle, aliceBox},
		{"an owner is idle after an approval was late", idle, idleAfter("#hold\n#approve " + chief + " within 2h May they have it?\n"), notify.TemplateIdle, aliceBox},
		{"a deputy is late", withDeputies, func(b *bench) {
			asksBoss(b, "#approve "+chief+" within 2h May they have it?\n")
			b.deliver()
			b.stands(2*time.Hour + 25*time.Minute)
			b.stands(2*time.Hour + 25*time.Minute)
		}, notify.TemplateApprovalLate, aliceBox},
		{"a target is late after a time of waiting", promises, func(b *bench) {
			b.request()
			b.agentWrites(aliceBox, notify.TemplateNewTicket, "#take\n#pending 2h\n\nPlease wait.\n")
			b.deliver()
			b.stands(2*time.Hour + 25*time.Minute)
			b.stands(24*time.Hour + 10*time.Minute)
			b.stands(24*time.Hour + 10*time.Minute)
		}, notify.TemplateEscalation, "carol@example.org"},
		{"several targets are late at one beat", promises, func(b *bench) {
			b.request()
			time.Sleep(20 * time.Minute)
			b.request()
			time.Sleep(20 * time.Minute)
			b.request()
			b.deliver()
			b.stands(3*time.Hour + 10*time.Minute)
		}, notify.TemplateOverdue, aliceBox},
		{"reminders of a vendor end", withDeputies, func(b *bench) {
			asksVendor(b, "#hold\n#ask "+vera+" Is there a newer one?\n#chase 1x1d\n")
			b.deliver()
			b.stands(25*time.Hour + 25*time.Minute)
			b.stands(25*time.Hour + 25*time.Minute)
		}, notify.TemplateVendorLate, aliceBox},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := open(t, tt.set)
				b.until("2000-01-11 09:05")
				tt.play(b)
				b.last(tt.last, tt.to)
				now := b.rebuilt()
				if was, is := b.mails(), now.mails(); !slices.Equal(is, was) {
					t.Errorf("outgoing mails are\n%v\nand were\n%v", is, was)
				}
				b.sameRebuilt()
				now.sound()
			})
		})
	}
}

// TestRebuildRemindsBeforeWhatFollowed: what the clock brings without an event on a ticket,
// within a minute before it did something else, comes in a rebuilt desk before the mails in
// between, too: who went away after they were reminded of an article was reminded.
func TestRebuildRemindsBeforeWhatFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, withControl)
		time.Sleep(54*time.Hour + 40*time.Second) // Monday, 06:00:40
		a := ticket.Article{
			Slug: "jam", State: ticket.ArticlePublished, Audience: ticket.AudiencePublic, Owner: "alice", Review: time.Now().UTC().Format(time.DateOnly),
			Texts: []ticket.Text{{Language: "en", Title: "Jam", Body: "Open tray 2."}}, CreatedAt: time.Now(), ChangedAt: time.Now(), Revision: 1,
		}
		if err := b.db.Update(b.ctx, func(tx ticket.Tx) error { return tx.SaveArticle(a) }); err != nil {
			t.Fatal(err)
		}
		b.request()
		b.agentWrites(aliceBox, notify.TemplateNewTicket, "#pending 2h\n\nPlease wait.\n")
		b.deliver()
		b.stands(2*time.Hour - 30*time.Second)
		b.last(notify.TemplateArticle, aliceBox)
		time.Sleep(20 * time.Second)
		b.question(aliceBox, "#away until 2000-01-07\n")
		b.stands(30 * time.Second)
		b.last(notify.TemplateWoken, bobAt)
		now := b.rebuilt()
		now.view(func(r ticket.Reader) error {
			day, err := r.ArticleReminded("jam")
			if day != a.Review {
				t.Errorf("rebuilt, the owner of the article was reminded of %q, want %s", day, a.Review)
			}
			return err
		})
		b.sameRebuilt()
	})
}

// outgoing is what must be the same of an outgoing mail in a rebuilt desk.
type outgoing struct {
	id                    ticket.OutboxID
	template, to, message string
	state                 ticket.OutboxState
	cause                 int64
}

// mails returns every mail that was made, in the order of their numbers.
func (b *bench) mails() (all []outgoing) {
	b.t.Helper()
	for _, m := range b.outbox() {
		all = append(all, outgoing{m.ID, m.Template, m.Recipient, m.MessageID, m.State, m.CauseEvent})
	}
	slices.SortFunc(all, func(a, b outgoing) int { return int(a.id - b.id) })
	return all
}
