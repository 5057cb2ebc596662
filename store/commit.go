package store

import (
	"context"
	"fmt"

	"maildesk/store/tables"
	"maildesk/ticket"
)

// GiveBack is described at [ticket.Store].
func (db *DB) GiveBack(kind ticket.NumberKind, numbers ...int64) {
	db.state.GiveBack(string(kind), numbers)
}

// readCounters lets the numbers go on after those that the database has given.
func (db *DB) readCounters(ctx context.Context) error {
	given, err := db.engine.Given(ctx, db.tickets.Conn)
	for table, last := range given {
		db.state.Raise(table, last)
	}
	return err
}

// noteOthers looks, at the beginning of a group, whether another process has
// changed something.
func (db *DB) noteOthers() error {
	unknown, err := db.engine.Others(context.Background(), db.tickets.Conn, db.state)
	if err != nil {
		return fmt.Errorf("look for changes of others: %w", err)
	}
	if !unknown {
		return nil
	}
	return db.readCounters(context.Background())
}

// Commit is described at [ticket.Store].
func (db *DB) Commit(ctx context.Context, u ticket.Urgency, p *ticket.Plan) error {
	db.plans.Add(1)
	run := db.update
	if p.Apart() {
		run = db.change
	}
	return run(ctx, u, func(t *tables.Tx) error {
		if !db.state.Holds(p) {
			db.overtaken.Add(1)
			return ticket.ErrOvertaken
		}
		return t.Apply(p)
	})
}

// Plans returns how many plans came to [DB.Commit] since the store was opened, and how
// many of them were refused since others had overtaken them.
func (db *DB) Plans() (all, overtaken int64) { return db.plans.Load(), db.overtaken.Load() }

// CommitInTurn is described at [ticket.Store].
func (db *DB) CommitInTurn(ctx context.Context, u ticket.Urgency, decide func(ticket.Reader) (*ticket.Plan, error)) error {
	return db.change(ctx, u, func(t *tables.Tx) error {
		p, err := decide(&t.Reader)
		if err == nil && !p.Apart() {
			err = db.takesPart()
		}
		if err != nil {
			return err
		}
		return t.Apply(p)
	})
}

// Commits returns how many commits of tickets were made since the store was opened:
// what many changes share costs each of them less.
func (db *DB) Commits() int64 { return db.tickets.Commits.Load() }
