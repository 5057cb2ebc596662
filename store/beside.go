package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

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
	moveFrom := func(pages int) {
		w.alone(context.WithoutCancel(ctx), func() error { return moveLogFrom(context.Background(), w.conn, pages) })
	}
	moveFrom(0)
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
