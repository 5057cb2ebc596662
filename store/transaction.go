package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"maildesk/store/groupcommit"
	"maildesk/store/postgres"
	"maildesk/store/sqlrow"
	"maildesk/store/statement"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// Update is described at [ticket.Store]. While fn runs it is not interrupted by
// ctx; a ctx that is done before fn begins keeps it from running.
func (db *DB) Update(ctx context.Context, fn func(ticket.Tx) error) error {
	return db.update(ctx, ticket.InTurn, func(t *tables.Tx) error { return fn(t) })
}

// UpdateSoon is described at [ticket.Store].
func (db *DB) UpdateSoon(ctx context.Context, fn func(ticket.Tx) error) error {
	return db.update(ctx, ticket.Soon, func(t *tables.Tx) error { return fn(t) })
}

// update runs a change, unless this daemon takes no part.
func (db *DB) update(ctx context.Context, u ticket.Urgency, fn func(*tables.Tx) error) error {
	return db.change(ctx, u, func(t *tables.Tx) error {
		if err := db.takesPart(); err != nil {
			return err
		}
		return fn(t)
	})
}

// change is update also for a daemon that stands aside: what it has begun it ends.
func (db *DB) change(ctx context.Context, u ticket.Urgency, fn func(*tables.Tx) error) error {
	if err := db.mayChange(); err != nil {
		return err
	}
	var done []ticket.OutboxID
	var audits bool
	err := db.tickets.Update(ctx, u, func(first bool) error {
		if first {
			db.texts = db.texts[:0] // of a group that was undone
			db.noted = false
		}
		if !db.noted {
			if err := errors.Join(db.notMoved(), db.noteOthers()); err != nil {
				return err // the next of the group looks again
			}
			db.noted = true
		}
		q := db.over(db.tickets)
		t := tables.NewTx(q, db.mails, db.engine, db.state, &db.numbers)
		defer func() {
			t.Close() // a Tx that is kept must not write for others
			if db.numbers.Failed != nil {
				db.BreakDown(db.numbers.Failed)
			}
		}()
		err := sqlrow.End(context.Background(), q, fn(t))
		if err == nil {
			db.texts = append(db.texts, t.Texts...)
			done, audits = t.Done, t.Audits
		}
		return err
	})
	if err == nil {
		db.state.EndLeases(done)
		if audits {
			select {
			case db.audited <- struct{}{}:
			default: // it is known already
			}
		}
	}
	return db.because(err, doubtful)
}

// over returns what makes changes over the connection of a writer.
func (db *DB) over(w *groupcommit.Writer) sqlrow.Querier {
	if db.server == nil {
		return w.Conn
	}
	return postgres.Gather(w.Conn)
}

// indexAll keeps the words of a group's texts. A search index that cannot take
// them (it is damaged) costs the words, not the changes; see [DB.SearchFault].
func (db *DB) indexAll() error {
	if len(db.texts) == 0 {
		return nil
	}
	defer func() {
		clear(db.texts)
		db.texts = db.texts[:0]
	}()
	ctx, q := context.Background(), db.over(db.tickets)
	// At once: an index that is not there is an error before anything of a batch is done.
	if err := db.tickets.Exec("SAVEPOINT words"); err != nil {
		return err
	}
	err := db.index(ctx, q, db.texts)
	if err == nil {
		err = sqlrow.Put(ctx, q, "RELEASE words")
	}
	if err = sqlrow.End(ctx, q, err); err == nil {
		return nil
	}
	if db.engine.Shortage(err) != nil || db.engine.IsBusy(err) {
		return err // the index is well: nothing of the group is kept, and it is made again
	}
	db.searchFault.Store(&err)
	return db.tickets.Exec("ROLLBACK TO words; RELEASE words")
}

// SearchFault returns nil, or why the words of some texts could not be kept for
// the search since the store was opened.
func (db *DB) SearchFault() error {
	if err := db.searchFault.Load(); err != nil {
		return *err
	}
	return nil
}

// index keeps the words of a group's texts in one go and in the order of their
// ids: the search index writes out what it has gathered before a savepoint, and
// when an id is lower than the last.
func (db *DB) index(ctx context.Context, q sqlrow.Querier, texts []statement.Text) error {
	slices.SortStableFunc(texts, func(a, b statement.Text) int { return cmp.Compare(a.ID, b.ID) })
	for _, t := range texts {
		if err := db.engine.Index(ctx, q, t.ID, t.Words); err != nil {
			return fmt.Errorf("keep words for the search: %w", err)
		}
	}
	return nil
}
