package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"maildesk/store/sqlrow"
)

const (
	// Lease is how long a daemon that is silent has its row of node, by the clock of the
	// database.
	Lease = 10 * time.Second
	// Beat is how often it renews that.
	Beat = 2 * time.Second
	// idleInTurn is how long the server lets a daemon have the turn without a word. It is
	// shorter than others wait for theirs.
	idleInTurn = 10 * time.Second
)

// Clock is the term of what the clock causes. Its holder's settings are in force.
const Clock = "clock"

// MailboxTerms begins the names of the terms of those who fetch a mailbox.
const MailboxTerms = "mailbox "

var (
	// ErrBuried says that this daemon was silent for longer than [Lease], and that others go
	// on with its work.
	ErrBuried = errors.New("this daemon did not renew its row in the database in time, and others have taken its work over")
	// ErrAside says that this daemon takes no part for the time being.
	ErrAside = errors.New("the configuration or the keys of this daemon differ from those of the daemon that has the clock: it takes no part until they are the same")
)

const (
	aliveUntil    = `clock_timestamp() + make_interval(secs => $1)`
	configInForce = `SELECT n.config FROM term t JOIN node n ON n.id = t.holder WHERE t.name = '` + Clock + `' AND n.until > clock_timestamp()`
)

// node returns the number of this daemon, 0: it is a command.
func (e *Engine) node() int64 {
	if !e.daemon {
		return 0
	}
	return e.me
}

// Owner is who has claimed outgoing mails, as their rows name this process.
func (e *Engine) Owner() string { return owner(e.me) }

func owner(node int64) string { return fmt.Sprint(ownerPrefix, node) }

const ownerPrefix = "node "

// IsOwner reports whether somebody who has claimed mails is, or was, a node.
func IsOwner(name string) bool { return strings.HasPrefix(name, ownerPrefix) }

// Config returns the digest of the settings of this daemon.
func (e *Engine) Config() string {
	if digest := e.digest.Load(); digest != nil {
		return *digest
	}
	return ""
}

// Join lets this daemon take part: in a seat that no two have at once, at a place for people.
func (e *Engine) Join(ctx context.Context, pool *sql.DB, seat, place, config string) error {
	e.digest.Store(&config)
	err := e.inTurn(ctx, pool, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO node (until, id, seat, name, config) VALUES (`+aliveUntil+`, $2, $3, $4, $5)`, Lease.Seconds(), e.me, seat, fmt.Sprintf("maildesk, process %d%s%s", os.Getpid(), onPlace, place), config)
		return err
	})
	if err != nil {
		return fmt.Errorf("take part: %w", err)
	}
	e.daemon = true
	return nil
}

// inTurn runs fn in a transaction in which no process changes tickets, beside the one of the
// writer.
func (e *Engine) inTurn(ctx context.Context, pool *sql.DB, fn func(*sql.Tx) error) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1, $2)`, int32(lockClass), int32(lockTickets)); err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// UseConfig notes other settings of this daemon. Where nobody knows what became of that, it is done again at once, in
// a turn that begins when the one before is over; and if that fails too, its settings are none until it is done.
func (e *Engine) UseConfig(ctx context.Context, pool *sql.DB, config string) error {
	unknown, err := e.tellConfig(ctx, pool, config)
	if unknown {
		e.digest.Store(new(string))
		_, err = e.tellConfig(ctx, pool, config)
	}
	if err != nil {
		return fmt.Errorf("tell the settings to other daemons: %w", err)
	}
	e.digest.Store(&config)
	return nil
}

// tellConfig is one try of UseConfig, and reports whether nobody knows what became of it.
func (e *Engine) tellConfig(ctx context.Context, pool *sql.DB, config string) (unknown bool, err error) {
	commits := false
	err = e.inTurn(ctx, pool, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE node SET config = $1 WHERE id = $2`, config, e.me)
		commits = err == nil
		return err
	})
	return commits && err != nil, err
}

// Renew renews the time of this daemon. It returns [ErrBuried] where that is over.
func (e *Engine) Renew(ctx context.Context, q sqlrow.Querier) error {
	res, err := q.ExecContext(ctx, `UPDATE node SET until = `+aliveUntil+` WHERE id = $2`, Lease.Seconds(), e.me)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrBuried, err)
	}
	return nil
}

// Node is a daemon that takes part.
type Node struct {
	ID     int64
	Name   string // "maildesk, process 4711 on mail1:/var/lib/maildesk"
	Config string // the digest of its settings
	Silent bool   // its time is over
	Ours   bool   // it is, or was, in the seat of this daemon
	Terms  []string
}

const onPlace = " on "

// Place returns where a daemon is, "mail1:/var/lib/maildesk", as long as it keeps its folder.
func (n Node) Place() string {
	_, place, _ := strings.Cut(n.Name, onPlace)
	return place
}

// Nodes returns the daemons that take part, by their numbers.
func (e *Engine) Nodes(ctx context.Context, q sqlrow.Querier) ([]Node, error) {
	nodes, err := sqlrow.Collect(func(row sqlrow.Scanner) (n Node, err error) {
		err = row.Scan(&n.ID, &n.Name, &n.Config, &n.Silent, &n.Ours)
		return n, err
	})(q.QueryContext(ctx, `SELECT id, name, config, until < clock_timestamp(), seat = coalesce((SELECT seat FROM node WHERE id = $1), '') FROM node ORDER BY id`, e.me))
	if err != nil {
		return nil, fmt.Errorf("the daemons that take part: %w", err)
	}
	type term struct {
		name   string
		holder int64
	}
	terms, err := sqlrow.Collect(func(row sqlrow.Scanner) (t term, err error) {
		err = row.Scan(&t.name, &t.holder)
		return t, err
	})(q.QueryContext(ctx, `SELECT name, holder FROM term ORDER BY name`))
	for i := range nodes {
		for _, t := range terms {
			if t.holder == nodes[i].ID {
				nodes[i].Terms = append(nodes[i].Terms, t.name)
			}
		}
	}
	return nodes, err
}

// Me returns the number of this process among the nodes.
func (e *Engine) Me() int64 { return e.me }

// OwnerOf returns who has claimed the outgoing mails of a node.
func (n Node) OwnerOf() string { return owner(n.ID) }

// Bury takes a daemon out that is over. It is called in a turn, and reports whether it still
// was: another one may have been quicker, or it has renewed its time.
func (e *Engine) Bury(ctx context.Context, q sqlrow.Querier, n Node) (bool, error) {
	res, err := q.ExecContext(ctx, `DELETE FROM node WHERE id = $1 AND (id = $2 OR until < clock_timestamp() OR seat = (SELECT seat FROM node WHERE id = $2))`, n.ID, e.me)
	if err != nil {
		return false, err
	}
	gone, err := res.RowsAffected()
	e.freed = gone > 0
	return gone > 0, err
}

// TakeTerm takes a term that no other daemon holds; this one may still have it, as it could not
// give it back. It is called in a turn, and returns the term's number; 0: another one holds it.
func (e *Engine) TakeTerm(ctx context.Context, q sqlrow.Querier, name string) (number int64, err error) {
	err = q.QueryRowContext(ctx, `INSERT INTO term (name, holder, number) VALUES ($1, $2, 1) ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, number = term.number + 1
		WHERE term.holder = excluded.holder OR NOT EXISTS (SELECT 1 FROM node WHERE id = term.holder) RETURNING number`, name, e.me).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return number, err
}

// EndTerm ends the term of this daemon: another one may take it.
func (e *Engine) EndTerm(ctx context.Context, pool *sql.DB, name string) error {
	return e.inTurn(ctx, pool, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE term SET holder = 0 WHERE name = $1 AND holder = $2`, name, e.me)
		return err
	})
}

// Now returns the time of the database.
func (e *Engine) Now(ctx context.Context, q sqlrow.Querier) (now time.Time, err error) {
	err = q.QueryRowContext(ctx, `SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)`).Scan(sqlrow.At(&now))
	return now, err
}

// MailsOf returns those of the mails $1 that the daemon $2 handles: those that it took into
// custody, and, where it has the clock, those of no daemon that takes part.
const MailsOf = `SELECT id FROM mail WHERE id = ANY ($1) AND (node = $2
	OR EXISTS (SELECT 1 FROM term WHERE name = '` + Clock + `' AND holder = $2) AND NOT EXISTS (SELECT 1 FROM node n WHERE n.id = mail.node AND n.config = (` + configInForce + `))) ORDER BY id`
