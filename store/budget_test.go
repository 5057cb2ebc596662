package store

import (
	"testing"
	"time"

	"maildesk/ticket"
)

// TestBudgetsCountWhatWasLetGo: held mails count for no budget until the guard
// lets them go, by then and not by when they were made.
func TestBudgetsCountWhatWasLetGo(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		mail := func(to, mailbox, domain string, standing ticket.Standing, at time.Time, held string) ticket.OutboxMail {
			m := ticket.OutboxMail{Template: "acknowledgement", Recipient: to, Automatic: true, BudgetMailbox: mailbox, BudgetDomain: domain, Standing: standing, CreatedAt: at, AllowedAt: at, Held: held}
			if held != "" {
				m.AllowedAt, m.NextAt = time.Time{}, at.Add(time.Hour)
			}
			return m
		}
		ids := addOutgoing(t, s,
			mail("ana+1@example.net", "ana@example.net", "example.net", ticket.StandingUnknown, noon, ""),
			mail("Ana@example.net", "ana@example.net", "example.net", ticket.StandingProven, noon.Add(time.Minute), ""),
			mail("ben@mail.example.net", "ben@mail.example.net", "example.net", ticket.StandingHouse, noon.Add(2*time.Minute), ""),
			mail("eva@example.com", "eva@example.com", "example.com", ticket.StandingUnknown, noon, "budget-hour"),
			ticket.OutboxMail{Template: "reply", Recipient: "ana@example.net", CreatedAt: noon})
		all := ticket.OutboxCount{Most: ticket.StandingProven}
		for _, tt := range []struct {
			name string
			q    ticket.OutboxCount
			want int
		}{
			{"all", all, 3},
			{"all since a time", ticket.OutboxCount{Most: ticket.StandingProven, Since: noon.Add(time.Minute)}, 2},
			{"a mailbox", ticket.OutboxCount{Most: ticket.StandingProven, Mailbox: "ana@example.net"}, 2},
			{"a proven one", ticket.OutboxCount{Least: ticket.StandingProven, Most: ticket.StandingProven, Mailbox: "ana@example.net"}, 1},
			{"a domain's unknown", ticket.OutboxCount{Domain: "example.net"}, 1},
			{"a domain's unproven", ticket.OutboxCount{Domain: "example.net", Most: ticket.StandingHouse}, 2},
			{"one that is held", ticket.OutboxCount{Most: ticket.StandingProven, Mailbox: "eva@example.com"}, 0},
		} {
			view(t, s, func(r ticket.Reader) error {
				n, err := r.CountOutbox(tt.q)
				equal(t, "CountOutbox of "+tt.name, n, tt.want)
				return err
			})
		}
		view(t, s, func(r ticket.Reader) error {
			for n, want := range map[int]time.Time{1: noon.Add(2 * time.Minute), 3: noon, 4: {}} {
				got, err := r.AllowedBack(all, n)
				if !got.Equal(want) || err != nil {
					t.Errorf("AllowedBack(%d) = %v, %v; want %v", n, got, err, want)
				}
			}
			return nil
		})
		if got := heldIDs(t, s, ticket.HeldFilter{DueBy: noon.Add(59 * time.Minute)}); len(got) > 0 {
			t.Errorf("held and due before its time: %v", got)
		}
		equal(t, "held and due", heldIDs(t, s, ticket.HeldFilter{DueBy: noon.Add(time.Hour)}), []ticket.OutboxID{ids[3]})
		claimed := func(now time.Time) (got []ticket.OutboxID) {
			mails, err := s.Claim(t.Context(), "test", now, now.Add(time.Minute), 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range mails {
				got = append(got, m.ID)
			}
			return got
		}
		equal(t, "claimed though one is held", len(claimed(noon.Add(48*time.Hour))), 4)
		update(t, s, func(tx ticket.Tx) error { return tx.AllowOutbox(ids[3], noon.Add(2*time.Hour)) })
		equal(t, "claimed when it was let go", claimed(noon.Add(2*time.Hour)), []ticket.OutboxID{ids[3]})
		view(t, s, func(r ticket.Reader) error {
			n, err := r.CountOutbox(ticket.OutboxCount{Domain: "example.com", Since: noon.Add(2 * time.Hour)})
			equal(t, "CountOutbox of the one that was let go later", n, 1)
			return err
		})
	})
}

// TestHeldMails: whatever ends the waiting of a held mail, it counts from then on.
func TestHeldMails(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		held := func(to string) ticket.OutboxMail {
			return ticket.OutboxMail{Template: "resolution", Recipient: to, Automatic: true, CreatedAt: noon, Held: "budget-hour", NextAt: noon.Add(time.Hour)}
		}
		ids := addOutgoing(t, s, held("a@example.net"), held("b@example.net"), held("c@example.net"))
		attempted(t, s, ticket.Attempt{Outbox: ids[0], At: noon.Add(time.Minute), State: ticket.OutboxSent})
		update(t, s, func(tx ticket.Tx) error {
			if err := tx.RetryOutbox(ids[1], noon.Add(2*time.Minute)); err != nil {
				return err
			}
			return tx.SetOutboxState(ids[2], ticket.OutboxCancelled, noon.Add(3*time.Minute))
		})
		if got := heldIDs(t, s, ticket.HeldFilter{}); len(got) > 0 {
			t.Errorf("still held: %v", got)
		}
		view(t, s, func(r ticket.Reader) error {
			n, err := r.CountOutbox(ticket.OutboxCount{Since: noon})
			equal(t, "counted: the one that was sent and the one that an admin sends", n, 2)
			return err
		})
	})
}

func heldIDs(t *testing.T, s ticket.Store, q ticket.HeldFilter) (ids []ticket.OutboxID) {
	t.Helper()
	view(t, s, func(r ticket.Reader) error {
		mails, err := r.HeldOutbox(q)
		for _, m := range mails {
			ids = append(ids, m.ID)
		}
		return err
	})
	return ids
}
