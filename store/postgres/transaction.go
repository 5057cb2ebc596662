package postgres

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"maildesk/store/memory"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// Turn is the transactions of a writer: of tickets or of the journal.
type Turn struct {
	*Engine
	lock int
}

// Tickets returns the transactions of whoever changes tickets.
func (e *Engine) Tickets() Turn { return Turn{e, lockTickets} }

// Journal returns the transactions of whoever appends to the journal.
func (e *Engine) Journal() Turn { return Turn{e, lockJournal} }

// Begin begins a transaction, in which no other process writes what this one does.
func (t Turn) Begin(ctx context.Context, conn *sql.Conn) error {
	// All go together; each still sees what was committed before it began.
	var first pgx.Batch
	first.Queue("BEGIN")
	first.Queue("SELECT pg_advisory_xact_lock($1, $2), set_config('maildesk.node', $3, true)", int32(lockClass), int32(t.lock), fmt.Sprint(t.node()))
	if t.lock == lockTickets {
		t.lookAround(&first)
	}
	err := conn.Raw(func(c any) error { return c.(*stdlib.Conn).Conn().SendBatch(ctx, &first).Close() })
	if err == nil && !t.daemon {
		// A move waits for no command, as it does for daemons.
		err = NotMoved(ctx, conn)
	}
	if err != nil {
		_, undo := conn.ExecContext(ctx, "ROLLBACK")
		return errors.Join(err, undo)
	}
	return nil
}

// lookAround lets a batch read how far the changes of all processes have come, and whether a daemon takes
// part. It refuses one that does not any more.
func (t Turn) lookAround(b *pgx.Batch) {
	t.log.next = 0
	b.Queue(`SELECT last, EXISTS (SELECT 1 FROM node WHERE id = $1), coalesce((`+configInForce+` AND n.id <> $1), '') FROM turn`, t.me).QueryRow(func(row pgx.Row) error {
		var takesPart bool
		var config string
		err := row.Scan(&t.log.last, &takesPart, &config)
		switch {
		case err != nil:
			return fmt.Errorf("look for changes of others: %w", err)
		case t.daemon && !takesPart:
			return ErrBuried
		}
		t.aside = t.daemon && config != "" && config != t.Config()
		return nil
	})
}

// StandsAside reports whether this daemon takes no part for the time being. It is called in a
// turn of the tickets.
func (e *Engine) StandsAside() bool { return e.aside }

// changeLog is what a process knows of the table change. It is used by whoever has the turn.
type changeLog struct {
	last  int64  // the last row of all processes, as the transaction found it
	known int64  // up to which this one knows them; -1: of none
	next  int64  // its own that the transaction adds; 0: none
	keys  string // of that, in JSON
}

const (
	keptChanges = 4096 // rows of the table change; whoever is further behind knows nothing
	pruneEvery  = 64
	toldAtMost  = 20000 // keys of one commit; of more nobody is told which they are
)

// KnowAll says that what other processes have changed until now need not be told: nothing was read before. It is
// called before the first snapshot.
func (e *Engine) KnowAll(ctx context.Context, q sqlrow.Querier) error {
	if err := q.QueryRowContext(ctx, `SELECT last FROM turn`).Scan(&e.log.known); err != nil {
		return fmt.Errorf("look for changes of others: %w", err)
	}
	return nil
}

// Others notes the keys of what other processes have changed since this one had the turn.
// It reports whether some of that is not known any more.
func (e *Engine) Others(ctx context.Context, q sqlrow.Querier, s *memory.State) (unknown bool, err error) {
	if e.log.known == e.log.last {
		return false, nil
	}
	texts, err := sqlrow.Collect(sqlrow.ScanText)(q.QueryContext(ctx, `SELECT keys FROM change WHERE id > $1 ORDER BY id LIMIT $2`, e.log.known, keptChanges))
	if err != nil {
		return false, err
	}
	if unknown = e.log.known < 0 || int64(len(texts)) != e.log.last-e.log.known; unknown {
		s.SeeUnknown()
	}
	for _, text := range texts {
		var keys []ticket.Key
		switch err := json.Unmarshal([]byte(text), &keys); {
		case err != nil:
			return false, fmt.Errorf("the changes of others: %w", err)
		case keys == nil:
			s.SeeUnknown()
		case !unknown:
			s.See(keys)
		}
	}
	e.log.known = e.log.last
	return unknown, nil
}

// Tell notes the keys of what the transaction changes, for Commit to tell other processes.
func (e *Engine) Tell(keys []ticket.Key) error {
	if len(keys) == 0 {
		return nil
	}
	if len(keys) > toldAtMost {
		keys = nil
	}
	text, err := json.Marshal(keys)
	if err != nil {
		return err
	}
	e.log.next, e.log.keys = e.log.last+1, string(text)
	return nil
}

// tell lets a batch tell others what was changed.
func (l *changeLog) tell(b *pgx.Batch) {
	if l.next == 0 {
		return
	}
	b.Queue(`WITH told AS (INSERT INTO change (id, keys) VALUES ($1, $2)) UPDATE turn SET last = $1`, l.next, l.keys)
	if l.next%pruneEvery == 0 {
		b.Queue(`DELETE FROM change WHERE id <= $1`, l.next-keptChanges)
	}
}

// counted are the tables whose numbers come from sequences.
var counted = []string{"ticket", "participant", "outbox", "event"}

// given is the last number of the sequence of a table.
func given(table string) string {
	return `(SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM ` + table + `_number)`
}

// settleGiven moves the sequences on after rows that came with their numbers.
var settleGiven = func() string {
	var all []string
	for _, table := range counted {
		all = append(all, `SELECT setval('`+table+`_number', m.id) FROM (SELECT max(id) AS id FROM `+table+`) m WHERE m.id > `+given(table))
	}
	return strings.Join(all, " UNION ALL ")
}()

// Commit commits a transaction.
func (t Turn) Commit(ctx context.Context, conn *sql.Conn) error {
	var last pgx.Batch // one way there and back
	if t.lock == lockTickets {
		t.log.tell(&last)
		last.Queue(settleGiven)
	}
	if !t.daemon || t.lock == lockTickets && t.freed {
		t.freed = false
		last.Queue("NOTIFY " + channel)
	}
	last.Queue("COMMIT")
	err := conn.Raw(func(c any) error { return commit(ctx, c.(*stdlib.Conn).Conn(), &last) })
	if err == nil && t.lock == lockTickets && t.log.next != 0 {
		t.log.known = t.log.next
	}
	return err
}

// commit sends what ends a transaction, of which the last is COMMIT. The server goes no further than to
// what fails.
func commit(ctx context.Context, conn *pgx.Conn, last *pgx.Batch) error {
	answers := conn.SendBatch(ctx, last)
	var tag pgconn.CommandTag
	for range last.Len() {
		var err error
		if tag, err = answers.Exec(); err != nil {
			return errors.Join(fmt.Errorf("tell others, keep the numbers that were given, and commit: %w", err), answers.Close())
		}
	}
	// The server answers ROLLBACK, which is no error, to the COMMIT of a transaction
	// in which something has failed.
	if tag.String() != "COMMIT" {
		return errors.Join(fmt.Errorf("the server did not commit, but answered %s", tag), answers.Close())
	}
	return answers.Close()
}

// InTransaction reports whether a connection has a transaction open.
func (t Turn) InTransaction(conn *sql.Conn) (open bool, err error) {
	err = conn.Raw(func(c any) error {
		pg := c.(*stdlib.Conn).Conn().PgConn()
		if pg.IsClosed() {
			return pgconn.ErrConnClosed
		}
		open = pg.TxStatus() != 'I'
		return nil
	})
	return open, err
}

// Insert runs an INSERT and returns the id of the new row, 0: there is none.
func (e *Engine) Insert(ctx context.Context, q sqlrow.Querier, query string, args []any) (id int64, err error) {
	err = q.QueryRowContext(ctx, query+" RETURNING id", args...).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// Given returns the highest number that each table has given whose numbers matter.
func (e *Engine) Given(ctx context.Context, q sqlrow.Querier) (map[string]int64, error) {
	given := map[string]int64{}
	_, err := sqlrow.Collect(func(row sqlrow.Scanner) (_ struct{}, err error) {
		var table string
		var number int64
		err = row.Scan(&table, &number)
		given[table] = number
		return struct{}{}, err
	})(q.QueryContext(ctx, givenByAll))
	return given, err
}

var givenByAll = func() string {
	all := []string{`SELECT name, seq FROM given`}
	for _, table := range counted {
		all = append(all, `SELECT '`+table+`', `+given(table))
	}
	return strings.Join(all, " UNION ALL ")
}()

// Raise lets a table give only numbers after one.
func (e *Engine) Raise(ctx context.Context, q sqlrow.Querier, table string, number int64) error {
	if !slices.Contains(counted, table) {
		_, err := q.ExecContext(ctx, `UPDATE given SET seq = greatest(seq, $1) WHERE name = $2`, number, table)
		return err
	}
	_, err := q.ExecContext(ctx, `SELECT setval(CAST($1 AS regclass), $2) WHERE $2 > `+given(table), table+"_number", number)
	return err
}

// Next returns the next number of a table, which no other process gets.
func (e *Engine) Next(ctx context.Context, q sqlrow.Querier, table string) (number int64, err error) {
	if !slices.Contains(counted, table) {
		return 0, fmt.Errorf("the table %s has no sequence", table)
	}
	err = q.QueryRowContext(ctx, `SELECT nextval(CAST($1 AS regclass))`, table+"_number").Scan(&number)
	return number, err
}
