package store

import (
	"context"
	"testing"

	"maildesk/faulttest/pgserver"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// openTest opens a new data folder as the daemon does.
func openTest(t testing.TB) *DB {
	t.Helper()
	return openFolder(t, t.TempDir(), Options{Exclusive: true})
}

// openServerTest opens a new database on PostgreSQL as the daemon does.
func openServerTest(t testing.TB) *DB {
	t.Helper()
	return openFolder(t, t.TempDir(), Options{Exclusive: true, Database: newDatabase(t)})
}

// newDatabase returns the URL of a database with the newest schema and without rows.
func newDatabase(t testing.TB) string {
	t.Helper()
	return pgserver.Copy(t, "maildesk", func(url string) error {
		db, err := Open(context.Background(), t.TempDir(), Options{Exclusive: true, Database: url})
		if err != nil {
			return err
		}
		return db.Close()
	})
}

func openFolder(t testing.TB, folder string, o Options) *DB {
	t.Helper()
	db, err := Open(t.Context(), folder, o)
	if err != nil {
		t.Fatalf("Open = %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close = %v", err)
		}
	})
	return db
}

// appendMail takes a mail into custody, and returns its number and the first mail of
// its fingerprint.
func appendMail(s ticket.Journal, m ticket.Mail, raw []byte) (id, first ticket.MailID, err error) {
	kept, _, err := s.Keep(context.Background(), ticket.First, m, raw)
	return kept.ID, kept.DuplicateOf, err
}

// updateFirst is Update for which somebody outside waits.
func (db *DB) updateFirst(ctx context.Context, fn func(ticket.Tx) error) error {
	return db.update(ctx, ticket.First, func(t *tables.Tx) error { return fn(t) })
}
