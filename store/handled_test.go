package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"maildesk/store/sqlrow"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// Mails that were handled come in the order of that, from behind a place on, with what makes one loose; what is before
// that place costs nothing.
func TestHandledAfter(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		of := insertOne(t, db, "Printer")
		var all []ticket.MailID
		for i, as := range []ticket.Disposition{ticket.DispositionSpam, ticket.DispositionNew, ticket.DispositionMachine, ticket.DispositionMachine, "", ticket.DispositionDuplicate, ticket.DispositionSpam} {
			m, raw := testMail(fmt.Sprint(i))
			id, _, err := appendMail(db, m, raw)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, id)
			if as == "" {
				continue // it waits
			}
			update(t, db, func(tx ticket.Tx) error {
				ticketOf := ticket.ID(0)
				if as == ticket.DispositionNew || i == 3 {
					ticketOf = of
				}
				return tx.Dispose(id, as, "", ticketOf, noon.Add(time.Duration(i)*time.Hour))
			})
		}
		err := db.EraseMails(t.Context(), func(tx *tables.Tx) error {
			err := tx.ReplaceMail(ticket.ErasedMail{Mail: all[0], How: ticket.ErasedOut, Erasure: 1}, []byte("gone"))
			if err == nil {
				err = tx.ReplaceMail(ticket.ErasedMail{Mail: all[2], How: ticket.ErasedCut, Erasure: 1}, []byte("cut"))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		after, pages := tables.Place{}, 0
		for page := make([]tables.Handled, 4); len(page) == 4; pages++ {
			if page, err = db.HandledAfter(t.Context(), after, 4); err != nil {
				t.Fatal(err)
			}
			for _, h := range page {
				got, after = append(got, fmt.Sprint(h.Mail-all[0], " ", h.At.Sub(noon).Hours(), " ", h.Loose)), h.Place
			}
		}
		equal(t, "pages", pages, 2)
		equal(t, "handled", strings.Join(got, ", "), "0 0 false, 1 1 false, 2 2 true, 3 3 false, 5 5 true, 6 6 true")

		// Half of many mails have no place of their own.
		err = db.tickets.Exec(either(db,
			`WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) INSERT INTO handled SELECT i, 'spam', '', NULL, 1, 1, max(0, i - 30000) FROM n`,
			`INSERT INTO handled SELECT i, 'spam', '', NULL, 1, 1, greatest(0, i - 30000) FROM generate_series(100, 60000) i; ANALYZE handled`))
		if err != nil {
			t.Fatal(err)
		}
		for statement, args := range map[string][]any{tables.HandledOld: {9000, 100}, tables.HandledAbove: {29000, 100}} {
			plan, err := sqlrow.Collect(planLine)(db.readers.QueryContext(t.Context(), either(db, "EXPLAIN QUERY PLAN ", "EXPLAIN ")+statement, args...))
			text := strings.Join(plan, "\n")
			if err != nil || strings.Contains(text, "SCAN h") || strings.Contains(text, "Seq Scan on handled") || strings.Contains(text, "TEMP B-TREE") || strings.Contains(text, "Sort") {
				t.Errorf("the plan of %s is\n%s\n%v", statement, text, err)
			}
		}
	})
}

// planLine reads a line of a plan: SQLite's has three numbers before.
func planLine(row sqlrow.Scanner) (line string, err error) {
	var n any
	if err = row.Scan(&n, &n, &n, &line); err != nil {
		err = row.Scan(&line)
	}
	return line, err
}
