package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"maildesk/store/sqlrow"
)

// Turn is the transactions of a writer: of tickets or of the journal.
type Turn struct {
	*Engine
	lock int
}

// Tickets returns the transactions of who changes tickets.
func (e *Engine) Tickets() Turn { return Turn{e, lockTickets} }

// Journal returns the transactions of who appends to the journal.
func (e *Engine) Journal() Turn { return Turn{e, lockJournal} }

// Begin begins a transaction, in which no other process writes what this one does.
func (t Turn) Begin(ctx context.Context, conn *sql.Conn) error {
	// One statement apart from the next: each sees what was committed before it began.
	_, err := conn.ExecContext(ctx, fmt.Sprintf("BEGIN; SELECT pg_advisory_xact_lock(%d, %d)", lockClass, t.lock))
	if err == nil && t.lock == lockTickets {
		err = t.lookForOthers(ctx, conn)
	}
	if err != nil {
		_, undo := conn.ExecContext(ctx, "ROLLBACK")
		return errors.Join(err, undo)
	}
	return nil
}

// lookForOthers notes whether another process changed tickets since this one did. That
// this one does now is undone with the transaction: then it looks anew.
func (t Turn) lookForOthers(ctx context.Context, conn *sql.Conn) error {
	var holder int64
	if err := conn.QueryRowContext(ctx, `SELECT holder FROM turn`).Scan(&holder); err != nil {
		return fmt.Errorf("look for changes of others: %w", err)
	}
	if holder == t.me {
		return nil
	}
	t.seen++
	if _, err := conn.ExecContext(ctx, `UPDATE turn SET holder = $1`, t.me); err != nil {
		return fmt.Errorf("note who changes tickets: %w", err)
	}
	return nil
}

// settleGiven keeps the highest numbers of the tables whose rows come with theirs.
const settleGiven = `UPDATE given SET seq = m.id FROM (
	SELECT 'ticket' AS name, max(id) AS id FROM ticket UNION ALL SELECT 'participant', max(id) FROM participant
	UNION ALL SELECT 'outbox', max(id) FROM outbox UNION ALL SELECT 'event', max(id) FROM event) m
	WHERE given.name = m.name AND given.seq < m.id`

// Commit commits a transaction.
func (t Turn) Commit(ctx context.Context, conn *sql.Conn) error {
	if t.lock == lockTickets {
		if _, err := conn.ExecContext(ctx, settleGiven); err != nil {
			return fmt.Errorf("keep the numbers that were given: %w", err)
		}
	}
	return conn.Raw(func(c any) error {
		tag, err := c.(*stdlib.Conn).Conn().Exec(ctx, "COMMIT")
		// The server answers ROLLBACK, which is no error, to the COMMIT of a transaction
		// in which something has failed.
		if err == nil && tag.String() != "COMMIT" {
			err = fmt.Errorf("the server did not commit, but answered %s", tag)
		}
		return err
	})
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
	})(q.QueryContext(ctx, `SELECT name, seq FROM given`))
	return given, err
}

// Raise lets a table give only numbers after one.
func (e *Engine) Raise(ctx context.Context, q sqlrow.Querier, table string, number int64) error {
	_, err := q.ExecContext(ctx, `UPDATE given SET seq = greatest(seq, $1) WHERE name = $2`, number, table)
	return err
}
