package store

import (
	"errors"
	"strings"
	"testing"

	"maildesk/store/datafolder"
	"maildesk/ticket"
)

// A journal of another day, in the database of a server, is refused by the name of that, not of a file.
func TestServerJournalOfAnotherDay(t *testing.T) {
	url := newDatabase(t)
	db := openFolder(t, t.TempDir(), Options{Exclusive: true, Database: url})
	m, raw := testMail("handled")
	id, _, err := appendMail(db, m, raw)
	if err != nil {
		t.Fatal(err)
	}
	update(t, db, func(tx ticket.Tx) error { return tx.Dispose(id, ticket.DispositionMachine, "", 0, noon) })
	if err := db.tickets.Exec(`UPDATE given SET seq = 0 WHERE name = 'mail'`); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), t.TempDir(), Options{Database: url})
	if _, lost := errors.AsType[*datafolder.LostError](err); !lost || strings.Contains(err.Error(), ".db") || !strings.Contains(err.Error(), db.server.Place()) || !strings.Contains(err.Error(), "maildesk restore") {
		t.Errorf("Open with an older journal = %v, want the database named, and the ways out", err)
	}
}
