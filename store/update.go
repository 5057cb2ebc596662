package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maildesk/ticket"
	"runtime"
	"runtime/debug"
	"slices"
	"time"
)

// A commit costs a wait for the disk, so many changes share one. Who wants to
// write takes the turn; the first begins a transaction, and each runs its
// change in a savepoint of its own. Who finds others waiting hands the turn on
// and waits; who finds nobody commits for the whole group. So a single caller of
// Update never waits for company, and a crowd shares commits. A group of changes
// that are only wanted soon stays open for others a moment longer. Those for whom
// somebody outside waits go first.

// A group is committed when it is this large or old, even if others wait.
const (
	groupSize = 128
	groupTime = 20 * time.Millisecond
	firstTime = 2 * time.Millisecond // when somebody outside waits for it
	company   = 2 * time.Millisecond // that a group waits for others when all of it is only wanted soon
)

// ErrBroken is wrapped by every error of a store whose commit failed in a way
// that leaves unknown what is on the disk. A failed fsync must not be tried
// again on the same file, so the process has to end and open the store anew.
var ErrBroken = errors.New("the store is broken")

// group is the changes that share a commit.
type group struct {
	begun   time.Time
	timer   *time.Timer // ends it, where it was left open; nil: not yet
	size    int
	urgency        // the highest of its changes
	texts   []text // to be found by the search
	lost    error  // the transaction is gone: nothing of the group can be kept
	done    chan struct{}
	err     error // set before done is closed
}

// Update is described at [desk.Store]. While fn runs it is not interrupted by
// ctx; a ctx that is done before fn begins keeps it from running.
func (db *DB) Update(ctx context.Context, fn func(ticket.Tx) error) error {
	return db.update(ctx, inTurn, fn)
}

// UpdateFirst is described at [desk.Store].
func (db *DB) UpdateFirst(ctx context.Context, fn func(ticket.Tx) error) error {
	return db.update(ctx, first, fn)
}

// UpdateSoon is described at [desk.Store].
func (db *DB) UpdateSoon(ctx context.Context, fn func(ticket.Tx) error) error {
	return db.update(ctx, soon, fn)
}

// urgency tells how long a change may wait.
type urgency int

const (
	soon   urgency = iota // for others to share its commit
	inTurn                // for its turn
	first                 // for others that are first
)

func (db *DB) update(ctx context.Context, u urgency, fn func(ticket.Tx) error) error {
	if err := db.Broken(); err != nil {
		return err
	}
	if err := db.turn.take(ctx, u == first); err != nil {
		return fmt.Errorf("wait to write: %w", err)
	}
	g, err := db.write(ctx, u, fn)
	if err != nil {
		return marked(err, db.engine.shortage(err))
	}
	<-g.done
	return g.err
}

// write runs fn in the open group and gives up the turn, whatever happens to
// fn; even runtime.Goexit (a test that fails inside fn) only undoes fn.
func (db *DB) write(ctx context.Context, u urgency, fn func(ticket.Tx) error) (*group, error) {
	defer db.leave()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("wait to write: %w", err)
	}
	if err := db.Broken(); err != nil {
		return nil, err
	}
	if db.group == nil {
		if err := db.begin(); err != nil {
			return nil, err
		}
	}
	g := db.group
	g.size++
	g.urgency = max(g.urgency, u)
	return g, db.savepoint(g, fn)
}

func (db *DB) begin() error {
	if err := db.place.check(); err != nil {
		err = db.breakDown(err)
		db.turn.dismiss(err)
		return err
	}
	if err := db.exec("BEGIN IMMEDIATE"); err != nil {
		err = fmt.Errorf("begin to write: %w", err)
		if !db.engine.isBusy(err) && db.engine.shortage(err) == nil {
			err = db.breakDown(err)
		}
		// Another process held the lock for as long as we care to wait: those
		// behind us must not each wait as long again.
		db.turn.dismiss(err)
		return err
	}
	db.group = &group{begun: time.Now(), done: make(chan struct{})}
	return nil
}

// savepoint runs fn so that its failure undoes its own writes only.
func (db *DB) savepoint(g *group, fn func(ticket.Tx) error) (err error) {
	if g.lost != nil {
		return g.lost
	}
	if err := db.exec("SAVEPOINT one"); err != nil {
		g.lost = err
		return err
	}
	t := &tx{reader: reader{ctx: context.Background(), q: db.conn, engine: db.engine}, reserve: &db.reserve, numbers: &db.numbers}
	returned := false
	defer func() {
		t.q = nil // a Tx that is kept must not write for others
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a transaction: %v\n%s", p, debug.Stack())
		}
		if returned && err == nil {
			g.lost = db.exec("RELEASE one")
			g.texts = append(g.texts, t.texts...)
			err = g.lost
			return
		}
		if failed := db.numbers.failed; failed != nil {
			err = db.breakDown(failed)
		}
		// Where SQLite had to undo the whole transaction (a full disk can do
		// that), there is no savepoint any more and the group is lost.
		if undo := db.exec("ROLLBACK TO one; RELEASE one"); undo != nil {
			g.lost = fmt.Errorf("the shared transaction was undone: %w", errors.Join(err, undo))
		}
	}()
	err = fn(t)
	returned = true
	return err
}

// leave hands the turn to the next, who joins the group, or ends the group.
func (db *DB) leave() {
	g := db.group
	if g == nil {
		db.turn.give()
		return
	}
	longest := groupTime
	if g.urgency == first {
		longest = firstTime
	}
	if g.lost == nil && g.size < groupSize && time.Since(g.begun) < longest {
		// Those who were told of the last commit may be about to come again.
		runtime.Gosched()
		if db.turn.pass() {
			return
		}
		if g.urgency == soon && time.Since(g.begun) < company {
			if g.timer == nil {
				g.timer = time.AfterFunc(company, func() { db.endInTime(g) })
			}
			db.turn.give()
			return
		}
	}
	db.end()
	db.turn.give()
}

// endInTime ends a group that nobody else has ended; those who wait join it first.
func (db *DB) endInTime(g *group) {
	if db.turn.take(context.Background(), false) != nil {
		return // nobody waits in vain: the group has ended when others are sent away
	}
	if db.group == g {
		g.urgency = max(g.urgency, inTurn)
	}
	db.leave()
}

// end commits the open group and tells its members.
func (db *DB) end() {
	g := db.group
	db.group = nil
	if g.timer != nil {
		g.timer.Stop()
	}
	g.err = db.commit(g)
	close(g.done)
}

// alone runs fn with the writing connection, outside of a transaction.
func (db *DB) alone(ctx context.Context, fn func() error) error {
	if err := db.turn.take(ctx, true); err != nil {
		return err
	}
	defer db.turn.give()
	if db.group != nil {
		db.end()
	}
	return fn()
}

// commit makes the group durable. When it cannot, nothing of the group is kept.
func (db *DB) commit(g *group) error {
	if g.lost == nil {
		g.lost = db.indexAll(g.texts)
	}
	err := g.lost
	if err == nil {
		if err = db.exec("COMMIT"); err == nil {
			db.commits.Add(1)
			// What was committed to files without a name is lost: nobody may be
			// told that it is kept.
			if err := db.place.check(); err != nil {
				return db.breakDown(err)
			}
			return nil
		}
	}
	err = fmt.Errorf("commit: %w", err)
	short := db.engine.shortage(err)
	if g.lost == nil && short == nil {
		return db.breakDown(err)
	}
	err = marked(err, short)
	// SQLite may have ended the transaction itself: only what is left counts.
	undo := db.exec("ROLLBACK")
	if open, e := db.inTransaction(); e != nil || open {
		return db.breakDown(errors.Join(err, undo, e))
	}
	return err
}

// indexAll keeps the words of a group's texts. A search index that cannot take
// them (it is damaged) costs the words, not the changes; see [DB.SearchFault].
func (db *DB) indexAll(texts []text) error {
	if len(texts) == 0 {
		return nil
	}
	if err := db.exec("SAVEPOINT words"); err != nil {
		return err
	}
	err := db.index(texts)
	if err == nil {
		return db.exec("RELEASE words")
	}
	if db.engine.shortage(err) != nil {
		return err
	}
	db.searchFault.Store(&err)
	return db.exec("ROLLBACK TO words; RELEASE words")
}

// SearchFault gives nil, or why the words of some texts could not be kept for
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
func (db *DB) index(texts []text) error {
	slices.SortStableFunc(texts, func(a, b text) int { return cmp.Compare(a.id, b.id) })
	for _, t := range texts {
		if err := db.engine.index(context.Background(), db.conn, t.id, t.words); err != nil {
			return fmt.Errorf("keep words for the search: %w", err)
		}
	}
	return nil
}

func (db *DB) exec(query string) error {
	_, err := db.conn.ExecContext(context.Background(), query)
	return err
}

func (db *DB) breakDown(err error) error {
	err = fmt.Errorf("%w, maildesk must be started again: %w", ErrBroken, err)
	if db.broken.CompareAndSwap(nil, &err) {
		close(db.failed)
	}
	return err
}

// Broken gives nil, or why the store takes no more changes (see [ErrBroken]).
func (db *DB) Broken() error {
	if err := db.broken.Load(); err != nil {
		return *err
	}
	return nil
}
