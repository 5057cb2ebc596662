package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"maildesk/store/tables"
	"maildesk/ticket"
)

// On a server the statements of a change whose answer nobody needs go out together. What a later
// statement reads has them; where one fails, the change is told why and nothing of it is kept, but
// what others put into the same commit is.
func TestGatheredStatements(t *testing.T) {
	db := openServerTest(t)
	mail, raw := testMail("kept")
	kept, _, err := appendMail(db, mail, raw)
	if err != nil {
		t.Fatal(err)
	}
	begun := func(r *tables.Reader) (n int) {
		t.Helper()
		if err := r.Querier().QueryRowContext(t.Context(), `SELECT attempts FROM begun WHERE mail = $1`, kept).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	const puts = 250 // more than wait at once
	err = db.update(t.Context(), ticket.InTurn, func(tx *tables.Tx) error {
		for i := range puts {
			if err := tx.Put(`INSERT INTO begun (mail, attempts) VALUES ($1, $2) ON CONFLICT (mail) DO UPDATE SET attempts = excluded.attempts`, kept, i+1); err != nil {
				return err
			}
		}
		equal(t, "attempts within the change", begun(&tx.Reader), puts)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}

	met := errors.New("met what had failed")
	for name, after := range map[string]func(*tables.Tx) error{
		"at its end":       func(*tables.Tx) error { return nil },
		"before a read":    func(tx *tables.Tx) error { _, err := tx.Mail(kept); return err },
		"before its error": func(tx *tables.Tx) error { _, err := tx.Mail(kept); return fmt.Errorf("%w: %w", met, err) },
	} {
		err := db.update(t.Context(), ticket.InTurn, func(tx *tables.Tx) error {
			if err := tx.Put(`UPDATE begun SET attempts = 7 WHERE mail = $1`, kept); err != nil {
				return err
			}
			if err := tx.Put(`INSERT INTO handled (mail, disposition, reason, attempts, handled_at, place) VALUES ($1, 'nonsense', '', 1, 1, 1)`, kept); err != nil {
				return err
			}
			return after(tx)
		})
		if constraint, ok := errors.AsType[*pgconn.PgError](err); !ok || !strings.HasPrefix(constraint.ConstraintName, "handled_") {
			t.Errorf("a statement that fails %s: Update = %v, want the broken constraint of handled", name, err)
		}
		if db.Broken() != nil {
			t.Fatalf("the store is broken: %v", db.Broken())
		}
	}
	err = db.viewReader(t.Context(), func(r *tables.Reader) error {
		equal(t, "attempts after changes that failed", begun(r), puts)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
