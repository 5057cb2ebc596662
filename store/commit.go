package store

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"maildesk/ticket"
)

// A plan is checked against what was changed since its snapshot: each write notes
// the keys of what it changes ([tx.touch]), in memory. That costs next to nothing,
// and holds since all writes of this process go through one connection. What
// another process changes is not known by keys: SQLite says that there was
// something (PRAGMA data_version), and every plan that is under way is refused.

// changes remembers what was changed lately. It is used by who has the turn.
type changes struct {
	made      ticket.Moment                  // of the last change
	committed atomic.Uint64                  // of the last change that snapshots see
	floor     ticket.Moment                  // a plan that saw less is refused
	last      map[ticket.Key]ticket.Moment   // the last change of each
	budgets   map[ticket.Key][]ticket.Moment // the latest changes of budgets, of which some may not matter
	version   int64                          // of the database, as the writing connection saw it
}

const (
	// maxRemembered bounds the keys that are remembered.
	maxRemembered = 1 << 16
	// maxSlack bounds how many changes of a budget may not matter to a plan.
	maxSlack = 64
)

func newChanges() changes {
	return changes{last: map[ticket.Key]ticket.Moment{}, budgets: map[ticket.Key][]ticket.Moment{}}
}

// note remembers a change.
func (c *changes) note(k ticket.Key) {
	if len(c.last) >= maxRemembered {
		c.forget()
	}
	c.made++
	c.last[k] = c.made
	if k.Of == ticket.OfBudget {
		all := append(c.budgets[k], c.made)
		c.budgets[k] = all[max(0, len(all)-maxSlack):]
	}
}

// forget refuses all plans that are under way, instead of knowing what they rely on.
func (c *changes) forget() {
	c.made++
	c.floor = c.made
	clear(c.last)
	clear(c.budgets)
}

// holds reports whether nothing that a plan relies on was changed since it was made.
func (c *changes) holds(p *ticket.Plan) bool {
	if p.Seen < c.floor {
		return false
	}
	for k, slack := range p.Relied {
		if c.last[k] <= p.Seen {
			continue
		}
		if slack == 0 || slack >= maxSlack && len(c.budgets[k]) == maxSlack && c.budgets[k][0] > p.Seen {
			return false
		}
		since := 0
		for _, at := range c.budgets[k] {
			if at > p.Seen {
				since++
			}
		}
		if since > slack {
			return false
		}
	}
	return true
}

// counters are the last numbers that were taken, by the name of the table, and
// those that were given back.
type counters struct {
	mu   sync.Mutex
	last map[string]int64
	free map[string][]int64
}

func newCounters() counters {
	return counters{last: map[string]int64{}, free: map[string][]int64{}}
}

func (c *counters) take(table string) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if free := c.free[table]; len(free) > 0 {
		c.free[table] = free[1:]
		return free[0]
	}
	c.last[table]++
	return c.last[table]
}

// GiveBack is described at [ticket.Store].
func (db *DB) GiveBack(kind ticket.NumberKind, numbers ...int64) {
	c := &db.counters
	c.mu.Lock()
	defer c.mu.Unlock()
	c.free[string(kind)] = append(c.free[string(kind)], numbers...)
	slices.Sort(c.free[string(kind)])
}

// forget keeps nothing that was given back: another process may have taken it.
func (c *counters) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.free)
}

// raise lets the numbers go on after one.
func (c *counters) raise(table string, number int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last[table] = max(c.last[table], number)
}

// readCounters lets the numbers go on after those that the database has given.
func (db *DB) readCounters(ctx context.Context) error {
	rows, err := db.tickets.Conn.QueryContext(ctx, `SELECT name, seq FROM sqlite_sequence`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var table string
		var last int64
		if err := rows.Scan(&table, &last); err != nil {
			return err
		}
		db.counters.raise(table, last)
	}
	return rows.Err()
}

// noteOthers looks, at the beginning of a group, whether another process has
// changed something.
func (db *DB) noteOthers() error {
	var version int64
	if err := db.tickets.Conn.QueryRowContext(context.Background(), `PRAGMA data_version`).Scan(&version); err != nil {
		return fmt.Errorf("look for changes of others: %w", err)
	}
	if version == db.changes.version {
		return nil
	}
	db.changes.version = version
	db.changes.forget()
	db.counters.forget()
	return db.readCounters(context.Background())
}

// Commit is described at [ticket.Store].
func (db *DB) Commit(ctx context.Context, u ticket.Urgency, p *ticket.Plan) error {
	return db.update(ctx, u, func(t *tx) error {
		if !db.changes.holds(p) {
			return ticket.ErrOvertaken
		}
		return t.apply(p)
	})
}

// CommitInTurn is described at [ticket.Store].
func (db *DB) CommitInTurn(ctx context.Context, u ticket.Urgency, decide func(ticket.Reader) (*ticket.Plan, error)) error {
	return db.update(ctx, u, func(t *tx) error {
		p, err := decide(&t.reader)
		if err != nil {
			return err
		}
		return t.apply(p)
	})
}

// apply makes the changes of a plan.
func (t *tx) apply(p *ticket.Plan) error {
	for _, c := range p.Changes {
		if err := c.Make(t); err != nil {
			return err
		}
	}
	return nil
}

// touch notes that something is changed. When the change is undone nothing but a
// plan or two are decided again in vain.
func (t *tx) touch(of ticket.Subject, id int64, text string) {
	t.changes.note(ticket.Key{Of: of, ID: id, Text: text})
}

// Moment is described at [ticket.Reader].
func (r *reader) Moment() ticket.Moment { return r.moment }

// NextNumber is described at [ticket.Reader].
func (r *reader) NextNumber(kind ticket.NumberKind) int64 { return r.counters.take(string(kind)) }

// Commits returns how many commits of tickets were made since the store was opened:
// what many changes share costs each of them less.
func (db *DB) Commits() int64 { return db.tickets.Commits.Load() }
