package store

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"maildesk/store/groupcommit"
	"maildesk/store/postgres"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// What one daemon at a time does.

// Clock is the term of what the clock causes.
const Clock = postgres.Clock

// termPause is how often a daemon looks whether a term is free.
const termPause = time.Second

// UnderTerm returns what runs something while this daemon holds a term, until ctx is done. On
// a database in the folder it is run at once: there is one daemon.
func (db *DB) UnderTerm(name string, run func(context.Context) error) func(context.Context) error {
	if db.server == nil {
		return run
	}
	return func(ctx context.Context) error {
		for ctx.Err() == nil {
			taken, err := db.takeTerm(ctx, name)
			if err == nil && taken {
				err = db.holdTerm(ctx, name, run)
			}
			if err != nil && ctx.Err() == nil && !errors.Is(err, postgres.ErrAside) && !db.server.IsBusy(err) && db.server.Shortage(err) == nil {
				return err
			}
			select {
			case <-ctx.Done():
			case <-time.After(termPause):
			}
		}
		return nil
	}
}

// Renewing renews the part of a daemon until stop is called, as Run does: what is done between Open and
// Run may last longer than others wait for it.
func (db *DB) Renewing(ctx context.Context) (stop func()) {
	if !db.part.joined {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	var renewing sync.WaitGroup
	renewing.Go(func() { db.renew(ctx, false) })
	return func() {
		cancel()
		renewing.Wait()
	}
}

// takeTerm takes a term, if no other daemon is known to hold it.
func (db *DB) takeTerm(ctx context.Context, name string) (taken bool, err error) {
	for _, n := range db.Nodes() {
		if n.ID != db.server.Me() && slices.Contains(n.Terms, name) {
			return false, nil
		}
	}
	err = db.update(ctx, ticket.InTurn, func(t *tables.Tx) error {
		number, err := db.server.TakeTerm(ctx, t.Querier(), name)
		taken = number > 0
		return err
	})
	if err == nil && taken {
		err = db.lookAtNodes(ctx)
	}
	return taken && err == nil, err
}

// holdTerm runs something until it ends, ctx is done or this daemon stands aside, and ends
// the term then.
func (db *DB) holdTerm(ctx context.Context, name string, run func(context.Context) error) error {
	held, end := context.WithCancel(ctx)
	defer end()
	go func() {
		tick := time.NewTicker(termPause)
		defer tick.Stop()
		for {
			select {
			case <-held.Done():
				return
			case <-tick.C:
				if db.Aside() != nil {
					end()
				}
			}
		}
	}()
	err := run(held)
	if errors.Is(db.Broken(), groupcommit.ErrBroken) {
		return err
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), serverPatience)
	defer cancel()
	return errors.Join(err, db.server.EndTerm(last, db.side, name), db.lookAtNodes(last))
}

// HoldsTerm reports whether this daemon holds a term, as far as it knows; on a database in
// the folder it holds all.
func (db *DB) HoldsTerm(name string) bool {
	if db.server == nil {
		return true
	}
	for _, n := range db.Nodes() {
		if n.ID == db.server.Me() {
			return slices.Contains(n.Terms, name)
		}
	}
	return false
}
