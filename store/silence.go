package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"maildesk/store/postgres"
)

// What becomes of a daemon whose server is silent; [postgres.ErrSilent], [postgres.ErrNoStandby] and
// [postgres.ErrStandbyBehind] say how that comes.

const (
	// slowAfter is how long the server may take before it is asked why.
	slowAfter = 3 * time.Second
	// illAtMost is how long a start, or a command, waits for a server that is ill. For a standby that is only behind it waits on.
	illAtMost = 15 * time.Second
	// cutAfter is how long after the store of a daemon is broken the connections to the server are closed:
	// what waits for it then comes back with an error, and the process can end.
	cutAfter = 5 * time.Second
)

// brokeDown is called once, when the store is broken.
func (db *DB) brokeDown(why error) {
	db.log.Error("the store takes no more changes", "err", why)
	switch {
	case db.server == nil:
	case db.lock != nil:
		time.AfterFunc(cutAfter, func() { db.server.Cut(why) })
	default:
		db.server.Cut(cmp.Or(db.Ill(), why))
	}
}

// watchSilence looks, until Close, whether the server still answers a command: nobody else does, as a daemon that renews its
// row. Where it does not for too long, all that the command waits for comes back with the reason.
func (db *DB) watchSilence(ctx context.Context) {
	ctx, db.unwatch = context.WithCancel(context.WithoutCancel(ctx))
	db.watching.Go(func() {
		db.patiently(ctx, illAtMost, func() error {
			<-ctx.Done()
			return nil
		})
	})
}

// because is the error of a command; where the server is silent it says so, and not what was cut off by that.
func (db *DB) because(err error, unknown string) error {
	if why := db.Ill(); err != nil && db.server != nil && db.lock == nil && db.Broken() != nil && why != nil {
		return fmt.Errorf("database %s: %w%s", db.server.Place(), why, unknown)
	}
	return err
}

// doubtful ends the error of a change.
const doubtful = "; whether the change was made is not known: look before you make it again"

// patiently runs what asks the server. Whenever that takes long it is looked why; where the server
// is ill the log and Ill say so until it is over. Past atMost, if that is not 0, the store is broken then.
func (db *DB) patiently(ctx context.Context, atMost time.Duration, ask func() error) error {
	ctx, answered := context.WithCancel(ctx)
	var beside sync.WaitGroup
	beside.Go(func() {
		var since time.Time
		for {
			select {
			case <-ctx.Done():
				return
			case <-db.Failed:
				return
			case <-time.After(slowAfter):
			}
			why := db.server.Ails(ctx)
			if ctx.Err() != nil {
				return
			}
			db.noteIll(why)
			switch {
			case !errors.Is(why, postgres.ErrSilent) && !errors.Is(why, postgres.ErrNoStandby):
				since = time.Time{}
			case since.IsZero():
				since = time.Now()
			case atMost > 0 && time.Since(since) >= atMost:
				db.BreakDown(why)
			}
		}
	})
	err := ask()
	answered()
	beside.Wait()
	switch why := db.Ill(); {
	case err == nil:
		db.noteIll(nil)
	case why != nil:
		err = fmt.Errorf("%w: %w", why, err)
	}
	return err
}

// noteIll notes what ails the server; nil: it is well.
func (db *DB) noteIll(why error) {
	switch was := db.ill.Swap(&why); {
	case why != nil && (was == nil || *was == nil):
		db.log.Warn("the database keeps us waiting: mail is refused for the time being", "err", why)
	case why == nil && was != nil && *was != nil:
		db.log.Info("the database answers again")
	}
}

// Ill returns nil, or what ails the server: it keeps those waiting who change something.
func (db *DB) Ill() error {
	if why := db.ill.Load(); why != nil {
		return *why
	}
	return nil
}

// notWoken is called when the server cannot tell this daemon of the changes of others.
func (db *DB) notWoken(err error) {
	db.log.Warn("no notifications come from the database: it is looked at every second instead", "err", postgres.Explain(err))
}
