package store

import (
	"testing"
	"time"

	"maildesk/desk"
)

// TestBudgetsCountWhatWasLetGo: held mails count for no budget until the guard
// lets them go, by then and not by when they were made.
func TestBudgetsCountWhatWasLetGo(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		mail := func(to, mailbox, domain string, standing desk.Standing, at time.Time, held string) desk.OutboxMail {
			m := desk.OutboxMail{Template: "acknowledgement", Recipient: to, Automatic: true, BudgetMailbox: mailbox, BudgetDomain: domain, Standing: standing, CreatedAt: at, AllowedAt: at, Held: held}
			if held != "" {
				m.AllowedAt, m.NextAt = time.Time{}, at.Add(time.Hour)
			}
			return m
		}
		ids := addOutgoing(t, s,
			mail("ana+1@example.net", "ana@example.net", "example.net", desk.StandingUnknown, noon, ""),
			mail("Ana@example.net", "ana@example.net", "example.net", desk.StandingProven, noon.Add(time.Minute), ""),
			mail("ben@mail.example.net", "ben@mail.example.net", "example.net", desk.StandingHouse, noon.Add(2*time.Minute), ""),
			mail("eva@example.com", "eva@example.com", "example.com", desk.StandingUnknown, noon, "budget-hour"),
			desk.OutboxMail{Template: "reply", Recipient: "ana@example.net", CreatedAt: noon})
		all := desk.OutboxCount{Most: desk.StandingProven}
		for _, tt := range []struct {
			name string
			q    desk.OutboxCount
			want int
		}{
			{"all", all, 3},
			{"all since a time", desk.OutboxCount{Most: desk.StandingProven, Since: noon.Add(time.Minute)}, 2},
			{"a mailbox", desk.OutboxCount{Most: desk.StandingProven, Mailbox: "ana@example.net"}, 2},
			{"a proven one", desk.OutboxCount{Least: desk.StandingProven, Most: desk.StandingProven, Mailbox: "ana@example.net"}, 1},
			{"a domain's unknown", desk.OutboxCount{Domain: "example.net"}, 1},
			{"a domain's unproven", desk.OutboxCount{Domain: "example.net", Most: desk.StandingHouse}, 2},
			{"one that is held", desk.OutboxCount{Most: desk.StandingProven, Mailbox: "eva@example.com"}, 0},
		} {
			view(t, s, func(r desk.Reader) error {
				n, err := r.CountOutbox(tt.q)
				equal(t, "CountOutbox of "+tt.name, n, tt.want)
				return err
			})
		}
		view(t, s, func(r desk.Reader) error {
			for n, want := range map[int]time.Time{1: noon.Add(2 * time.Minute), 3: noon, 4: {}} {
				got, err := r.AllowedBack(all, n)
				if !got.Equal(want) || err != nil {
					t.Errorf("AllowedBack(%d) = %v, %v; want %v", n, got, err, want)
				}
			}
			return nil
		})
		if got := heldIDs(t, s, desk.HeldFilter{DueBy: noon.Add(59 * time.Minute)}); len(got) > 0 {
			t.Errorf("held and due before its time: %v", got)
		}
		equal(t, "held and due", heldIDs(t, s, desk.HeldFilter{DueBy: noon.Add(time.Hour)}), []desk.OutboxID{ids[3]})
		claimed := func(now time.Time) (got []desk.OutboxID) {
			update(t, s, func(tx desk.Tx) error {
				mails, err := tx.ClaimOutbox("test", now, now.Add(time.Minute), 10)
				for _, m := range mails {
					got = append(got, m.ID)
				}
				return err
			})
			return got
		}
		equal(t, "claimed though one is held", len(claimed(noon.Add(48*time.Hour))), 4)
		update(t, s, func(tx desk.Tx) error { return tx.AllowOutbox(ids[3], noon.Add(2*time.Hour)) })
		equal(t, "claimed when it was let go", claimed(noon.Add(2*time.Hour)), []desk.OutboxID{ids[3]})
		view(t, s, func(r desk.Reader) error {
			n, err := r.CountOutbox(desk.OutboxCount{Domain: "example.com", Since: noon.Add(2 * time.Hour)})
			equal(t, "CountOutbox of the one that was let go later", n, 1)
			return err
		})
	})
}

// TestHeldMails: whatever ends the waiting of a held mail, it counts from then on.
func TestHeldMails(t *testing.T) {
	every(t, func(t *testing.T, s desk.Store) {
		held := func(to string) desk.OutboxMail {
			return desk.OutboxMail{Template: "resolution", Recipient: to, Automatic: true, CreatedAt: noon, Held: "budget-hour", NextAt: noon.Add(time.Hour)}
		}
		ids := addOutgoing(t, s, held("a@example.net"), held("b@example.net"), held("c@example.net"))
		attempted(t, s, desk.Attempt{Outbox: ids[0], At: noon.Add(time.Minute), State: desk.OutboxSent})
		update(t, s, func(tx desk.Tx) error {
			if err := tx.RetryOutbox(ids[1], noon.Add(2*time.Minute)); err != nil {
				return err
			}
			return tx.SetOutboxState(ids[2], desk.OutboxCancelled, noon.Add(3*time.Minute))
		})
		if got := heldIDs(t, s, desk.HeldFilter{}); len(got) > 0 {
			t.Errorf("still held: %v", got)
		}
		view(t, s, func(r desk.Reader) error {
			n, err := r.CountOutbox(desk.OutboxCount{Since: noon})
			equal(t, "counted: the one that was sent and the one that an admin sends", n, 2)
			return err
		})
	})
}

func heldIDs(t *testing.T, s desk.Store, q desk.HeldFilter) (ids []desk.OutboxID) {
	t.Helper()
	view(t, s, func(r desk.Reader) error {
		mails, err := r.HeldOutbox(q)
		for _, m := range mails {
			ids = append(ids, m.ID)
		}
		return err
	})
	return ids
}
