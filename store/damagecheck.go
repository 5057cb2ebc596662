package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"maildesk/store/groupcommit"
	"maildesk/store/sqlite"
)

// startPatience is how long a start waits for the look for damage. A large
// database takes longer, and nobody should wait for their desk: the rest is
// done beside its work.
var startPatience = 3 * time.Second

// checkAtStart refuses a damaged database, as far as that shows soon.
func (db *DB) checkAtStart(ctx context.Context, w *groupcommit.Writer) error {
	soon, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	err := sqlite.QuickCheck(soon, w.Conn)
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

func (db *DB) checkOneBeside(ctx context.Context, w *groupcommit.Writer) {
	conn, err := db.readersOf(w).Conn(ctx)
	if err != nil {
		return
	}
	defer conn.Close()
	moveFrom := func(pages int) {
		w.Alone(context.WithoutCancel(ctx), func() error { return sqlite.MoveLogFrom(context.Background(), w.Conn, pages) })
	}
	moveFrom(0)
	defer moveFrom(sqlite.LongLog)
	err = sqlite.InBackground(func() error { return sqlite.QuickCheckTables(ctx, conn) })
	if w == db.journal {
		err = sqlite.InJournal(err)
	}
	if _, ok := errors.AsType[*sqlite.DamagedError](err); ok {
		db.BreakDown(err)
	}
}

// readersOf returns connections whose main database is that of a writer.
func (db *DB) readersOf(w *groupcommit.Writer) *sql.DB {
	if w == db.journal {
		return db.mails
	}
	return db.readers
}
