package store

import (
	"context"
	"fmt"
	"time"

	"maildesk/store/datafolder"
	"maildesk/store/sqlite"
	"maildesk/store/sqlrow"
)

// goOn sees to it that the database hands out no number that may be in use. Where it
// has to be moved on, past is called first: addresses that were made by a
// database that is gone are out too.
func (db *DB) goOn(ctx context.Context, past func(datafolder.Numbers) error) error {
	if err := db.numbers.Read(); err != nil {
		return err
	}
	has, err := numbersOf(ctx, db.tickets.Conn, db.engine)
	if err != nil {
		return err
	}
	if !db.numbers.Found {
		return db.numbers.Leave(has)
	}
	if !db.numbers.Behind(has) {
		return nil
	}
	return db.moveOn(ctx, past)
}

// moveOn is goOn when nobody else writes: who does may be ahead in the file of
// what it has committed.
func (db *DB) moveOn(ctx context.Context, past func(datafolder.Numbers) error) error {
	tx, err := db.tickets.Conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("numbers that are out: %w", err)
	}
	defer tx.Rollback() // does nothing after Commit
	if err := db.numbers.Read(); err != nil {
		return err
	}
	has, err := numbersOf(ctx, tx, db.engine)
	if err != nil || !db.numbers.Behind(has) {
		return err
	}
	if past != nil {
		if err := past(has); err != nil {
			return err
		}
	}
	for kind, upTo := range db.numbers.UpTo {
		if err := db.engine.Raise(ctx, tx, kind, upTo); err != nil {
			return fmt.Errorf("move the numbers on: %w", err)
		}
	}
	return tx.Commit()
}

// GoOnAfter moves the numbers of a database on to those that another one has given.
func (db *DB) GoOnAfter(ctx context.Context, upTo datafolder.Numbers) error {
	return db.tickets.Alone(ctx, func() error {
		has, err := numbersOf(ctx, db.tickets.Conn, db.engine)
		if err != nil {
			return err
		}
		for kind, number := range upTo {
			has[kind] = max(has[kind], number)
		}
		if err := datafolder.WriteNumbers(db.folder, has); err != nil {
			return err
		}
		return db.moveOn(ctx, nil)
	})
}

// leaveNumbers writes down the exact numbers when the daemon ends in order.
func (db *DB) leaveNumbers(ctx context.Context) error {
	has, err := numbersOf(ctx, db.tickets.Conn, db.engine)
	if err != nil {
		return err
	}
	return db.numbers.Leave(has)
}

// Numbers returns the highest numbers that this database has given.
func (db *DB) Numbers(ctx context.Context) (datafolder.Numbers, error) {
	return numbersOf(ctx, db.readers, db.engine)
}

// NumbersIn returns the highest numbers of a database that nobody has open, which
// is only read, and when its first ticket came; zero: it has none.
func NumbersIn(ctx context.Context, path string) (has datafolder.Numbers, begun time.Time, err error) {
	pool := sqlite.OpenImmutable(path)
	defer pool.Close()
	if has, err = numbersOf(ctx, pool, sqlite.Engine{}); err != nil {
		return nil, begun, sqlite.Damaged(err)
	}
	if err := pool.QueryRowContext(ctx, `SELECT coalesce(min(created_at), 0) FROM ticket`).Scan(sqlrow.At(&begun)); err != nil {
		return nil, begun, sqlite.Damaged(fmt.Errorf("the first ticket: %w", err))
	}
	return has, begun, nil
}

func numbersOf(ctx context.Context, q sqlrow.Querier, e engine) (datafolder.Numbers, error) {
	given, err := e.Given(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("numbers that were given: %w", err)
	}
	has := datafolder.Numbers{}
	for kind, number := range given {
		if datafolder.GoesOut(kind) {
			has[kind] = number
		}
	}
	return has, nil
}
