package store

import (
	"context"
	"testing"

	"maildesk/faulttest"
	"maildesk/ticket"
)

// A change that is only wanted soon is durable when UpdateSoon returns, and
// shares the commit of the next one that is wanted now.
func TestUpdateSoonSharesACommit(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		before := db.tickets.Commits.Load()
		if err := db.UpdateSoon(t.Context(), insert("alone")); err != nil {
			t.Fatal(err)
		}
		equal(t, "commits of one alone", db.tickets.Commits.Load()-before, int64(1))
		equal(t, "kept", subjects(t, db), map[string]int{"alone": 1})

		before = db.tickets.Commits.Load()
		crowd(t, db, 64, func(i int) error {
			update := []func(context.Context, func(ticket.Tx) error) error{db.UpdateSoon, db.Update, db.updateFirst}[i%3]
			return update(t.Context(), insert("crowd"))
		})
		if n := db.tickets.Commits.Load() - before; n > either[int64](db, 16, 48) { // as many as a slow machine needs, and one that asks a server
			t.Errorf("%d commits for 64 changes that came together", n)
		}
		equal(t, "kept", subjects(t, db), map[string]int{"alone": 1, "crowd": 64})
	})
}

// Words that a damaged search index cannot take cost nobody their change.
func TestT014DamagedSearchIndex(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		update(t, db, insert("before"))
		update(t, db, func(tx ticket.Tx) error {
			_, err := db.tickets.Conn.ExecContext(t.Context(), either(db, "UPDATE search_data SET block = NULL WHERE id = 10", "ALTER TABLE search RENAME TO damaged"))
			return err
		})
		m, raw := testMail("a")
		for i, err := range crowd(t, db, 2, func(i int) error {
			return db.Update(t.Context(), func(tx ticket.Tx) error {
				if i == 0 {
					return insert("after")(tx)
				}
				_, _, err := appendMail(db, m, raw)
				return err
			})
		}) {
			if err != nil {
				t.Errorf("Update %d with a damaged search index = %v", i, err)
			}
		}
		if db.SearchFault() == nil || db.Broken() != nil {
			t.Errorf("SearchFault = %v, Broken = %v; want a fault, and a store that goes on", db.SearchFault(), db.Broken())
		}
		equal(t, "kept", subjects(t, db), map[string]int{"before": 1, "after": 1})
		equal(t, "mails", accepted(db), int64(1))
		faulttest.Seen(t, "T014", "the search index is damaged while the store is at work", "mails and tickets are kept, only the words of new ones are not found; /readyz says so")
	})
}
