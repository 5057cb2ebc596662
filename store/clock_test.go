package store

import (
	"slices"
	"testing"
	"time"

	"maildesk/faulttest"
	"maildesk/ticket"
)

// TestT143Clock: rows that were written while the clock was a year ahead, one
// ready and one leased, are claimed when it is right again; what waits for its
// next try or for a budget is not.
func TestT143Clock(t *testing.T) {
	both(t, func(t *testing.T, s *DB) {
		year := noon.AddDate(1, 0, 0)
		ids := addOutgoing(t, s,
			ticket.OutboxMail{Recipient: "a@example.net", NextAt: year, CreatedAt: year},
			ticket.OutboxMail{Recipient: "b@example.net", NextAt: year.Add(time.Hour), CreatedAt: year},
			ticket.OutboxMail{Recipient: "c@example.net", NextAt: noon.Add(9 * time.Hour)},
			ticket.OutboxMail{Recipient: "d@example.net", NextAt: noon.Add(24 * time.Hour)})
		if got := claim(t, s, year, year.Add(30*time.Minute), 10); !slices.Contains(got, ids[0]) {
			t.Errorf("claimed %v while the clock was ahead, want %d too", got, ids[0])
		}
		for _, id := range ids[2:] { // as they were
			update(t, s, func(tx ticket.Tx) error {
				m, err := tx.OutboxMail(id)
				if err == nil {
					err = tx.SetOutboxState(id, ticket.OutboxReady, map[string]time.Time{"c@example.net": noon.Add(9 * time.Hour), "d@example.net": noon.Add(24 * time.Hour)}[m.Recipient])
				}
				return err
			})
		}
		got := claim(t, s, noon, noon.Add(30*time.Minute), 10)
		if slices.Sort(got); !slices.Equal(got, ids[:2]) {
			t.Errorf("claimed %v when the clock was right again, want %v", got, ids[:2])
		}
		if got := claim(t, s, noon.Add(-24*time.Hour), noon.Add(-23*time.Hour), 10); slices.Contains(got, ids[0]) || slices.Contains(got, ids[1]) {
			t.Errorf("claimed %v by a clock a day behind, want none of %v: their leases are fresh", got, ids[:2])
		}
		faulttest.Seen(t, "T143", "a row ready and one leased by a clock a year ahead, then the right clock, then one a day behind", "both claimed at once, then none twice; what waits for its next try or a budget goes on waiting")
	})
}
