package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"maildesk/ticket"
)

// TestRetryGoesFirst: a mail that a person wants sent again is claimed before
// everything else, of whatever priority that is and however long it waits.
func TestRetryGoesFirst(t *testing.T) {
	every(t, func(t *testing.T, s ticket.Store) {
		const others = 3000
		var bulk, waits, older, apart ticket.OutboxID
		add := func(tx ticket.Tx, m ticket.OutboxMail) ticket.OutboxID {
			m.CreatedAt, m.MessageID = noon, "<x@example.org>"
			id, err := tx.AddOutbox(m)
			if err != nil || id == 0 {
				t.Fatalf("AddOutbox = %d, %v", id, err)
			}
			return id
		}
		update(t, s, func(tx ticket.Tx) error {
			if _, err := tx.InsertTicket(testTicket("late")); err != nil {
				return err
			}
			for i := range others {
				add(tx, ticket.OutboxMail{Template: fmt.Sprint(i), Recipient: "a@example.net", NextAt: noon.Add(-time.Duration(i) * time.Minute)})
			}
			bulk = add(tx, ticket.OutboxMail{Template: "bulk", Recipient: "b@example.net", Priority: 2, NextAt: noon.Add(time.Hour)})
			older = add(tx, ticket.OutboxMail{Template: "older", Ticket: 1, Recipient: "c@example.net", Priority: 1, NextAt: noon.Add(time.Hour)})
			apart = add(tx, ticket.OutboxMail{Template: "apart", Ticket: 1, Recipient: "d@example.net", Priority: 1, NextAt: noon.Add(time.Hour)})
			waits = add(tx, ticket.OutboxMail{Template: "waits", Ticket: 1, Recipient: "c@example.net", Priority: 1, NextAt: noon.Add(time.Hour)})
			return nil
		})
		claim := func() (ids []ticket.OutboxID) {
			mails, err := s.Claim(t.Context(), "me", noon.Add(time.Minute), noon.Add(time.Hour), 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range mails {
				ids = append(ids, m.ID)
				attempted(t, s, ticket.Attempt{Outbox: m.ID, At: noon, State: ticket.OutboxSent})
			}
			return ids
		}
		retry := func(id ticket.OutboxID) {
			update(t, s, func(tx ticket.Tx) error { return tx.RetryOutbox(id, noon) })
		}
		retry(bulk)
		equal(t, "claimed after a retry of the bulk mail", claim(), []ticket.OutboxID{bulk})
		retry(bulk) // once more
		equal(t, "claimed after the second retry", claim(), []ticket.OutboxID{bulk})
		retry(waits)
		equal(t, "claimed after a retry of one that waits for another", slices.Concat(claim(), claim()), []ticket.OutboxID{older, waits})
		if got := claim(); len(got) != 1 || got[0] == apart {
			t.Errorf("then %v is claimed, want one of the others", got)
		}
		if got := claim(); len(got) != 1 {
			t.Errorf("then %v is claimed", got)
		}
	})
}
