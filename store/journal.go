package store

import (
	"context"
	"fmt"
	"path/filepath"

	"maildesk/store/datafolder"
	"maildesk/store/groupcommit"
	"maildesk/store/migrations"
	"maildesk/store/sqlite"
)

// openJournal opens the journal of a database that is up to date.
func (db *DB) openJournal(ctx context.Context, o Options) (err error) {
	path := filepath.Join(db.folder, datafolder.JournalFile)
	if err := datafolder.JournalThere(path); err != nil {
		return err
	}
	if db.journal, err = groupcommit.Open(ctx, sqlite.Engine{}, sqlite.Open(path, sqlite.Writing), db.Fault); err != nil {
		return sqlite.InJournal(sqlite.Damaged(err))
	}
	if err := db.look(ctx, db.journal, o); err != nil {
		return sqlite.InJournal(err)
	}
	found, err := migrations.SchemaVersion(ctx, db.journal.Conn)
	if err == nil && found == 0 {
		err = &datafolder.LostError{File: datafolder.JournalFile, What: "has no tables"}
	}
	if err == nil {
		err = migrations.Run(ctx, db.journal.Conn, path, migrations.Journal(), o.Exclusive, nil)
	}
	return sqlite.InJournal(sqlite.Damaged(err))
}

// makeJournal makes the journal of a new data folder. One with mails belongs to a
// database that was lost.
func makeJournal(ctx context.Context, folder string) error {
	path := filepath.Join(folder, datafolder.JournalFile)
	if err := datafolder.Touch(path); err != nil {
		return err
	}
	pool := sqlite.Open(path, sqlite.Writing)
	defer pool.Close()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return sqlite.InJournal(sqlite.Damaged(err))
	}
	defer conn.Close()
	// Nobody who makes the same folder is in the way for long.
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", patience.Milliseconds())); err != nil {
		return err
	}
	if err := migrations.Run(ctx, conn, path, migrations.Journal(), true, nil); err != nil {
		return sqlite.InJournal(sqlite.Damaged(err))
	}
	var mails bool
	if err := conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM mail)`).Scan(&mails); err != nil {
		return sqlite.InJournal(sqlite.Damaged(err))
	}
	if mails {
		return &datafolder.LostError{File: datafolder.File, What: "is not the one of " + datafolder.JournalFile + ", which has mails"}
	}
	return nil
}
