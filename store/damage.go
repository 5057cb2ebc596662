package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"
)

// DamagedError says that the database file is not as it was written.
type DamagedError struct {
	Err     error
	Journal bool // it is the journal
}

func (e *DamagedError) Error() string {
	what, name := "database", File
	if e.Journal {
		what, name = "journal", JournalFile
	}
	return "the " + what + " is damaged (" + e.Err.Error() + "); restore a backup, make the tickets anew from what can be read of the journal with: maildesk rebuild FOLDER, or save what is left with: sqlite3 " + name + " .recover"
}
func (e *DamagedError) Unwrap() error { return e.Err }

// damaged makes a DamagedError of the errors of SQLite that mean it.
func damaged(err error) error {
	if e, ok := errors.AsType[sqlite3.Error](err); ok && (e.Code == sqlite3.ErrCorrupt || e.Code == sqlite3.ErrNotADB) {
		return &DamagedError{Err: err}
	}
	return err
}

// inJournal says of a damage that it is one of the journal.
func inJournal(err error) error {
	if e, ok := errors.AsType[*DamagedError](err); ok {
		e.Journal = true
	}
	return err
}

// quickCheck reads the whole database once and refuses a damaged one.
func quickCheck(ctx context.Context, q querier) error {
	return look(ctx, q, "PRAGMA quick_check(5)")
}

// quickCheckTables is quickCheck with an end of reading after each table. Pages
// that belong to none are not looked at.
func quickCheckTables(ctx context.Context, q querier) error {
	tables, err := collect(scanText)(q.QueryContext(ctx, "SELECT name FROM main.sqlite_schema WHERE type = 'table'"))
	if err != nil {
		return damaged(fmt.Errorf("quick_check: %w", err))
	}
	for _, table := range tables {
		if err := look(ctx, q, "PRAGMA quick_check("+table+")"); err != nil {
			return err
		}
	}
	return nil
}

func look(ctx context.Context, q querier, query string) error {
	texts, err := checkTexts(ctx, q, query)
	if err != nil {
		return damaged(fmt.Errorf("quick_check: %w", err))
	}
	if len(texts) > 0 {
		return &DamagedError{Err: errors.New(strings.Join(texts, "; "))}
	}
	return nil
}

// checkTexts returns the findings of quick_check or integrity_check.
func checkTexts(ctx context.Context, q querier, query string) ([]string, error) {
	texts, err := collect(scanText)(q.QueryContext(ctx, query))
	if len(texts) == 1 && texts[0] == "ok" {
		texts = nil
	}
	return texts, err
}

// startPatience is how long a start waits for the look for damage. A large
// database takes longer, and nobody should wait for their desk: the rest is
// done beside its work.
var startPatience = 3 * time.Second

// checkAtStart refuses a damaged database, as far as that shows soon.
func (db *DB) checkAtStart(ctx context.Context, w *writer) error {
	soon, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	err := quickCheck(soon, w.conn)
	if err != nil && soon.Err() != nil && ctx.Err() == nil {
		db.unchecked = append(db.unchecked, w)
		return nil
	}
	return err
}

// checkBeside looks for damage while the store is at work, table by table: as
// long as somebody reads, the write-ahead log cannot begin anew. Commits would
// try in vain to move it, and the longer it is the longer that takes.
func (db *DB) checkBeside(ctx context.Context) {
	for _, w := range db.unchecked {
		db.checkOneBeside(ctx, w)
	}
}

func (db *DB) checkOneBeside(ctx context.Context, w *writer) {
	conn, err := db.readersOf(w).Conn(ctx)
	if err != nil {
		return
	}
	defer conn.Close()
	moveFrom := func(pages string) {
		w.alone(context.WithoutCancel(ctx), func() error { return w.exec("PRAGMA wal_autocheckpoint=" + pages) })
	}
	moveFrom("0")
	defer moveFrom(longLog)
	err = quickCheckTables(ctx, conn)
	if w == db.journal {
		err = inJournal(err)
	}
	if _, ok := errors.AsType[*DamagedError](err); ok {
		db.breakDown(err)
	}
}

// readersOf returns connections whose main database is that of a writer.
func (db *DB) readersOf(w *writer) *sql.DB {
	if w == db.journal {
		return db.mails
	}
	return db.readers
}
