package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// A server that ends a connection is noticed at once, one that is silent is not: its process is
// stopped, its machine is gone, the network swallows what is sent, or a commit waits for a standby
// that does not come. What waits for it waits until the connection is closed on our side.

var (
	// ErrSilent says that a server does not answer.
	ErrSilent = errors.New("PostgreSQL does not answer: it stands still, its machine is gone, or the network swallows what is sent; look at the server, mail is taken again once it answers")
	// ErrNoStandby says that commits wait for a standby that does not confirm them.
	ErrNoStandby = errors.New("commits wait for a synchronous standby, and none that counts confirms them: start it, or take it out (ALTER SYSTEM SET synchronous_standby_names, then SELECT pg_reload_conf())")
	// ErrStandbyBehind says that commits wait for a standby that has not confirmed them yet.
	ErrStandbyBehind = errors.New("commits wait for a synchronous standby that is there, and behind: something has written much (a move, VACUUM FULL, a new index), its disk or the way to it is slow, or it is gone and the server has not noticed yet (wal_sender_timeout)")
)

// answerTime is how long a server that is well takes at most for a new connection and a question.
const answerTime = 5 * time.Second

// commitTime is how long a commit that waits for a standby takes at most where one is there.
const commitTime = 2 * time.Second

// Ails returns why a server keeps those waiting who change something: [ErrSilent], [ErrNoStandby], [ErrStandbyBehind], or
// why it cannot be asked; nil: it answers, and no commit of this user waits for a standby, or, where this is no daemon, none
// that this process waits for.
func (e *Engine) Ails(ctx context.Context) error {
	// Of several hosts any but one may be gone: that is tried, too.
	ctx, cancel := context.WithTimeout(ctx, answerTime+time.Duration(e.others)*e.config.ConnectTimeout)
	defer cancel()
	pool := e.Readers() // those that are there may all be in use
	defer pool.Close()
	var names string
	var waits, follows, hidden bool
	err := pool.QueryRowContext(ctx, `SELECT current_setting('synchronous_standby_names'), EXISTS (SELECT 1 FROM pg_stat_activity
		WHERE datname = current_database() AND wait_event = 'SyncRep' AND state_change < clock_timestamp() - make_interval(secs => $1))
		AND ($2 OR EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = $3 AND (wait_event = 'SyncRep' OR wait_event_type = 'Lock'))),
		EXISTS (SELECT 1 FROM pg_stat_replication WHERE state IN ('streaming', 'catchup') AND sync_state IN ('sync', 'quorum', 'potential')), EXISTS (SELECT 1 FROM pg_stat_replication WHERE state IS NULL)`,
		commitTime.Seconds(), e.daemon, application()).Scan(&names, &waits, &follows, &hidden)
	switch {
	case isLate(ctx, err):
		return ErrSilent
	case err != nil:
		return fmt.Errorf("PostgreSQL cannot be asked: %w", Explain(err))
	case waits && follows:
		return fmt.Errorf("%w (synchronous_standby_names = %s)", ErrStandbyBehind, names)
	case waits && hidden:
		return fmt.Errorf("%w (synchronous_standby_names = %s; whether one is there, and only behind, this user may not see: look at pg_stat_replication as one who may, or GRANT pg_read_all_stats to it)", ErrNoStandby, names)
	case waits:
		return fmt.Errorf("%w (synchronous_standby_names = %s)", ErrNoStandby, names)
	}
	return nil
}

// isLate reports whether an error is that of a server which did not answer in time.
func isLate(ctx context.Context, err error) bool {
	return err != nil && (ctx.Err() != nil || pgconn.Timeout(err))
}

// lookTime is how long a look at a server takes at most, with the connections for it.
const lookTime = 20 * time.Second

// Answered runs a look at a server that shall not last; it returns [ErrSilent] where that does not answer in time.
func (e *Engine) Answered(ctx context.Context, look func(context.Context) error) error {
	bounded, cancel := context.WithTimeout(ctx, lookTime+time.Duration(e.others)*e.config.ConnectTimeout)
	defer cancel()
	if err := look(bounded); ctx.Err() != nil || !isLate(bounded, err) {
		return err
	}
	return fmt.Errorf("database %s: %w", e.Place(), ErrSilent)
}

// wires are the network connections of a process.
type wires struct {
	mu   sync.Mutex
	open map[*wire]bool
	cut  error // why they were closed; nil: they were not
}

type wire struct {
	net.Conn
	all *wires
}

// over returns what dials, and keeps the connections that come of it.
func (w *wires) over(dial pgconn.DialFunc) pgconn.DialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		w.mu.Lock()
		cut := w.cut
		w.mu.Unlock()
		if cut != nil {
			return nil, cut
		}
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.cut != nil {
			conn.Close() // it is given up
			return nil, w.cut
		}
		kept := &wire{conn, w}
		w.open[kept] = true
		return kept, nil
	}
}

func (c *wire) Close() error {
	c.all.mu.Lock()
	open := c.all.open[c]
	delete(c.all.open, c)
	c.all.mu.Unlock()
	if !open {
		return nil // it was cut, or closed before
	}
	return c.Conn.Close()
}

// Read is that of the connection; where it was cut its error says why.
func (c *wire) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err != nil {
		c.all.mu.Lock()
		defer c.all.mu.Unlock()
		err = cmp.Or(c.all.cut, err)
	}
	return n, err
}

// Cut closes all network connections to the server for a reason, and lets no other be made: whatever waits for it
// comes back with that. What became of a commit that waited nobody knows.
func (e *Engine) Cut(why error) {
	e.wires.mu.Lock()
	defer e.wires.mu.Unlock()
	e.wires.cut = cmp.Or(e.wires.cut, why)
	for c := range e.wires.open {
		c.Conn.Close() // it is given up
	}
	clear(e.wires.open)
}
