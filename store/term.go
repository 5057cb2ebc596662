package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"maildesk/store/groupcommit"
	"maildesk/store/postgres"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// What one daemon at a time does.

// Clock is the term of what the clock causes.
const Clock = postgres.Clock

// MailboxTerm names the term of whoever fetches a mailbox.
func MailboxTerm(account, mailbox string) string {
	return fmt.Sprintf("%s%q of %s", postgres.MailboxTerms, mailbox, account) // "a of b" may be a name
}

// termPause is how often a daemon looks whether a term is free, or to be given up.
const termPause = time.Second

// UnderTerm returns what runs something while this daemon holds a term, until ctx is done. On
// a database in the folder it is run at once: there is one daemon.
func (db *DB) UnderTerm(name string, run func(context.Context) error) func(context.Context) error {
	return db.UnderTerms(map[string]func(context.Context) error{name: run})
}

// UnderTerms is UnderTerm for several things, each under the term of its name. The daemons that
// share a database share these terms: each has about as many.
func (db *DB) UnderTerms(runs map[string]func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		g, ctx := errgroup.WithContext(ctx)
		s := newShare(len(runs))
		for name, run := range runs {
			g.Go(func() error {
				if db.server == nil {
					return run(ctx)
				}
				return db.underTerm(ctx, s, name, run)
			})
		}
		return g.Wait()
	}
}

func (db *DB) underTerm(ctx context.Context, s *share, name string, run func(context.Context) error) error {
	for free := time.Now(); ctx.Err() == nil; {
		switch holder := db.holder(name); {
		case holder != 0 && holder != db.server.Me():
			free = time.Now()
		case db.Left() > 0 && s.takes(name, db.sharers(), time.Since(free)):
			taken, err := db.takeTerm(ctx, name)
			if err == nil && taken {
				err = db.holdTerm(ctx, s, name, run)
				free = time.Now()
			}
			s.ended(name)
			if err != nil && ctx.Err() == nil && !errors.Is(err, postgres.ErrAside) && !db.server.IsBusy(err) && db.server.Shortage(err) == nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(termPause):
		}
	}
	return nil
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
	if holder := db.holder(name); holder != 0 && holder != db.server.Me() {
		return false, nil
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

// holdTerm runs something until it ends, ctx is done, or this daemon stands aside, is not sure that the
// term is its own, or is to give it up; and ends the term then.
func (db *DB) holdTerm(ctx context.Context, s *share, name string, run func(context.Context) error) error {
	held, end := context.WithCancel(ctx)
	var watching sync.WaitGroup
	watching.Go(func() {
		for held.Err() == nil {
			select {
			case <-held.Done():
			case <-db.Failed:
				end()
			case <-time.After(max(0, min(termPause, db.Left()))):
				if db.Aside() != nil || db.Left() <= 0 || s.givesUp(name, db.sharers()) {
					end()
				}
			}
		}
	})
	err := run(held)
	end()
	watching.Wait()
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
	return db.server == nil || db.holder(name) == db.server.Me()
}

// IsTermHeld reports whether one of the daemons on a server holds a term, as far as this one knows.
func (db *DB) IsTermHeld(name string) bool { return db.holder(name) != 0 }

// holder returns the daemon that holds a term, as far as this one knows; 0: none.
func (db *DB) holder(name string) int64 {
	for _, n := range db.Nodes() {
		if slices.Contains(n.Terms, name) {
			return n.ID
		}
	}
	return 0
}

// sharers returns how many daemons share terms: with this one all that take part.
func (db *DB) sharers() int {
	n := 1
	for _, other := range db.Nodes() {
		if other.ID != db.server.Me() && !other.Silent && other.Config == db.server.Config() {
			n++
		}
	}
	return n
}
