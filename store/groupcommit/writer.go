// Package groupcommit lets many changes share one commit. A commit costs a wait for
// the disk. A caller that wants to write takes the turn; the first begins a transaction, and each
// runs its change in a savepoint of its own. A caller that finds others waiting hands the turn on
// and waits; one that finds nobody commits for the whole group. So a single caller of
// [Writer.Update] never waits for company, and a crowd shares commits. A group of
// changes that are not urgent stays open for others a moment longer. Changes for
// which somebody outside waits go first.
//
// A group that was undone as a whole, though none of its changes failed on its own, is run
// again, each change alone: a change that the database refuses costs no other.
//
// It knows no table. If the outcome of a commit is unknown, all
// work on the store ends ([ErrBroken]).
package groupcommit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	"maildesk/store/datafolder"
	"maildesk/ticket"
)

// A group is committed when it is this large or old, even if others wait.
const (
	groupSize = 128
	groupTime = 20 * time.Millisecond
	firstTime = 2 * time.Millisecond // when somebody outside waits for it
	company   = 2 * time.Millisecond // that a group waits for others when all of it is only wanted soon
)

// Writer is the one connection that writes into a database, the turn to use
// it, and the group of changes that share its next commit.
type Writer struct {
	engine  Engine
	pool    *sql.DB
	Conn    *sql.Conn // used by whoever has the turn
	turn    turn
	group   *group           // the open group, touched only by whoever has the turn
	Commits atomic.Int64     // made so far
	Place   datafolder.Files // nil until the start went well
	*Fault                   // of the store
	// Last is called, where it is not nil, before a group is committed. Its error
	// undoes the group.
	Last func() error
	// Then is called, where it is not nil, after a group was committed.
	Then func()
}

// Engine is what a Writer needs of its database.
type Engine interface {
	// Begin begins a transaction, in which nobody else writes until it ends. After an
	// error there is none.
	Begin(context.Context, *sql.Conn) error
	// Commit commits it. An error that is no shortage leaves unknown what is kept, unless
	// Undone says more.
	Commit(context.Context, *sql.Conn) error
	// Undone reports whether an error of Commit says that surely nothing is kept.
	Undone(error) bool
	// InTransaction reports whether a connection has a transaction open.
	InTransaction(*sql.Conn) (bool, error)
	// IsBusy reports whether another process writes.
	IsBusy(error) bool
	// Waited reports whether a change waited for a lock for as long as it may.
	Waited(error) bool
	// Shortage returns of what the machine is short where that is the cause of an
	// error (ticket.ErrStorageFull, ticket.ErrResources), else nil.
	Shortage(error) error
	// Refusal returns ticket.ErrRefused where an error says that the database does not take
	// what a change says, and never will; else nil.
	Refusal(error) error
}

// Fault says why a store takes no more changes. All its writers share it.
type Fault struct {
	reason atomic.Pointer[error]
	Failed chan struct{} // closed once there is a reason
	// Told is called once, where it is not nil, when there is a reason.
	Told func(error)
}

// NewFault returns a Fault without a reason.
func NewFault() *Fault { return &Fault{Failed: make(chan struct{})} }

// ErrBroken is wrapped by every error of a store whose commit failed in a way
// that leaves unknown what is on the disk. A failed fsync must not be tried
// again on the same file, so the process has to end and open the store anew.
var ErrBroken = errors.New("the store is broken")

// group is the changes that share a commit.
type group struct {
	begun   time.Time
	timer   *time.Timer // ends it, where it was left open; nil: not yet
	size    int
	urgency ticket.Urgency // the highest of its changes
	lost    error          // the transaction is gone: nothing of the group can be kept
	alone   bool           // nobody joins it
	done    chan struct{}
	err     error // set before done is closed
	again   bool  // likewise: nothing is kept, and each of its changes may do better alone
}

// Update runs fn in the turn of the caller, within a transaction that it may share with
// others, and returns when that is committed. fn is told whether it is the first of
// its transaction. It runs once more where all of its group was undone. When Update returns
// an error nothing that fn wrote is kept.
func (w *Writer) Update(ctx context.Context, u ticket.Urgency, fn func(first bool) error) error {
	g, err := w.update(ctx, u, false, fn)
	if g != nil && g.again {
		_, err = w.update(ctx, u, true, fn)
	}
	return err
}

// update is Update without a second try. It returns the group that fn was in; nil: none was
// to be committed with it.
func (w *Writer) update(ctx context.Context, u ticket.Urgency, alone bool, fn func(first bool) error) (*group, error) {
	if err := w.Broken(); err != nil {
		return nil, err
	}
	if err := w.turn.take(ctx, u == ticket.First); err != nil {
		return nil, fmt.Errorf("wait to write: %w", err)
	}
	g, err := w.write(ctx, u, alone, fn)
	if err != nil {
		return nil, datafolder.Marked(datafolder.Marked(err, w.engine.Refusal(err)), w.engine.Shortage(err))
	}
	<-g.done
	return g, g.err
}

// write runs fn in the open group, or in one of its own, and passes the turn on, whatever happens to
// fn; even runtime.Goexit (a test that fails inside fn) only undoes fn.
func (w *Writer) write(ctx context.Context, u ticket.Urgency, alone bool, fn func(first bool) error) (*group, error) {
	defer w.leave()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("wait to write: %w", err)
	}
	if err := w.Broken(); err != nil {
		return nil, err
	}
	if alone && w.group != nil {
		w.end()
	}
	if w.group == nil {
		if err := w.begin(); err != nil {
			return nil, err
		}
	}
	g := w.group
	g.alone = alone
	g.size++
	g.urgency = max(g.urgency, u)
	return g, w.savepoint(g, fn)
}

func (w *Writer) begin() error {
	if err := w.Place.Check(); err != nil {
		err = w.BreakDown(err)
		w.turn.dismiss(err)
		return err
	}
	if err := w.engine.Begin(context.Background(), w.Conn); err != nil {
		err = fmt.Errorf("begin to write: %w", err)
		if !w.engine.IsBusy(err) && w.engine.Shortage(err) == nil {
			err = w.BreakDown(err)
		}
		// Another process held the lock for as long as we care to wait: those
		// behind us must not each wait as long again.
		w.turn.dismiss(err)
		return err
	}
	w.group = &group{begun: time.Now(), done: make(chan struct{})}
	return nil
}

// savepoint runs fn so that its failure undoes its own writes only.
func (w *Writer) savepoint(g *group, fn func(first bool) error) (err error) {
	if g.lost != nil {
		return g.lost
	}
	if err := w.Exec("SAVEPOINT one"); err != nil {
		g.lost = err
		return err
	}
	returned := false
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a transaction: %v\n%s", p, debug.Stack())
		}
		if returned && err == nil {
			g.lost = w.Exec("RELEASE one")
			err = g.lost
			return
		}
		if broken := w.Broken(); broken != nil {
			err = broken
		}
		// Where SQLite had to undo the whole transaction (a full disk can do
		// that), there is no savepoint any more and the group is lost.
		if undo := w.Exec("ROLLBACK TO one; RELEASE one"); undo != nil {
			g.lost = fmt.Errorf("the shared transaction was undone: %w", errors.Join(err, undo))
		}
	}()
	err = fn(g.size == 1)
	returned = true
	return err
}

// leave hands the turn to the next, who joins the group, or ends the group.
func (w *Writer) leave() {
	g := w.group
	if g == nil {
		w.turn.give()
		return
	}
	longest := groupTime
	if g.urgency == ticket.First {
		longest = firstTime
	}
	if g.lost == nil && !g.alone && g.size < groupSize && time.Since(g.begun) < longest {
		// Those who were told of the last commit may be about to come again.
		runtime.Gosched()
		if w.turn.pass() {
			return
		}
		if g.urgency == ticket.Soon && time.Since(g.begun) < company {
			if g.timer == nil {
				g.timer = time.AfterFunc(company, func() { w.endInTime(g) })
			}
			w.turn.give()
			return
		}
	}
	w.end()
	w.turn.give()
}

// endInTime ends a group that nobody else has ended; those who wait join it first.
func (w *Writer) endInTime(g *group) {
	if w.turn.take(context.Background(), false) != nil {
		return // nobody waits in vain: the group has ended when others are sent away
	}
	if w.group == g {
		g.urgency = max(g.urgency, ticket.InTurn)
	}
	w.leave()
}

// end commits the open group and tells its members.
func (w *Writer) end() {
	g := w.group
	w.group = nil
	if g.timer != nil {
		g.timer.Stop()
	}
	g.err = w.commit(g)
	close(g.done)
}

// Alone runs fn with the writing connection, outside of a transaction.
func (w *Writer) Alone(ctx context.Context, fn func() error) error {
	if err := w.turn.take(ctx, true); err != nil {
		return err
	}
	defer w.turn.give()
	if w.group != nil {
		w.end()
	}
	return fn()
}

// InTurn runs fn while nobody changes anything, outside of the open group.
func (w *Writer) InTurn(ctx context.Context, fn func() error) error {
	if err := w.Broken(); err != nil {
		return err
	}
	if err := w.turn.take(ctx, false); err != nil {
		return fmt.Errorf("wait for the turn: %w", err)
	}
	defer w.leave()
	return fn()
}

// commit makes the group durable. When it cannot, nothing of the group is kept.
func (w *Writer) commit(g *group) error {
	if g.lost == nil && w.Last != nil {
		g.lost = w.Last()
	}
	err := g.lost
	if err == nil {
		if err = w.engine.Commit(context.Background(), w.Conn); err == nil {
			w.Commits.Add(1)
			if w.Then != nil {
				w.Then()
			}
			// What was committed to files without a name is lost: nobody may be
			// told that it is kept.
			if err := w.Place.Check(); err != nil {
				return w.BreakDown(err)
			}
			return nil
		}
	}
	err = fmt.Errorf("commit: %w", err)
	short := w.engine.Shortage(err)
	if g.lost == nil && short == nil && !w.engine.Undone(err) {
		return w.BreakDown(err)
	}
	err = datafolder.Marked(err, short)
	// SQLite may have ended the transaction itself: only what is left counts.
	undo := w.Exec("ROLLBACK")
	if open, e := w.engine.InTransaction(w.Conn); e != nil || open {
		return w.BreakDown(errors.Join(err, undo, e))
	}
	if w.engine.Waited(err) { // neither those of the group nor those behind it must each wait as long again
		w.turn.dismiss(err)
		return err
	}
	g.again = short == nil && g.size > 1
	return err
}

// Exec runs a statement without arguments on the writing connection.
func (w *Writer) Exec(query string) error {
	_, err := w.Conn.ExecContext(context.Background(), query)
	return err
}

// BreakDown makes the store take no more changes, for a reason, and returns the error
// of all that come: it wraps [ErrBroken].
func (f *Fault) BreakDown(err error) error {
	err = fmt.Errorf("%w, maildesk must be started again: %w", ErrBroken, err)
	if f.reason.CompareAndSwap(nil, &err) {
		close(f.Failed)
		if f.Told != nil {
			f.Told(err)
		}
	}
	return err
}

// Broken returns nil, or why the store takes no more changes (see [ErrBroken]).
func (f *Fault) Broken() error {
	if err := f.reason.Load(); err != nil {
		return *err
	}
	return nil
}

// Open opens the connection that writes, the only one of its pool, which Close closes.
func Open(ctx context.Context, e Engine, pool *sql.DB, f *Fault) (*Writer, error) {
	w := &Writer{engine: e, pool: pool, Fault: f}
	w.pool.SetMaxOpenConns(1)
	var err error
	if w.Conn, err = w.pool.Conn(ctx); err != nil {
		return nil, errors.Join(err, w.pool.Close())
	}
	return w, nil
}

// Close closes the connection; nil has none.
func (w *Writer) Close() error {
	if w == nil {
		return nil
	}
	err := w.Conn.Close()
	if errors.Is(err, sql.ErrConnDone) { // it was lost, of which whoever used it was told
		err = nil
	}
	return errors.Join(err, w.pool.Close())
}

// Waiting returns how many callers wait for their turn to write.
func (w *Writer) Waiting() int { return w.turn.waiting() }

// OpenGroup reports whether there are changes that wait for their commit. It is asked
// by whoever has the turn.
func (w *Writer) OpenGroup() bool { return w.group != nil }

// Started reports whether the start went well; nil is not.
func (w *Writer) Started() bool { return w != nil && w.Place != nil }

// Moved reports whether the files are not those that were opened.
func (w *Writer) Moved() bool { return w.Started() && w.Place.Check() != nil }
