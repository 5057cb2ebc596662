package postgres

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// gathering is a connection on which statements wait whose answer nobody needs, until a statement comes whose
// answer is needed, or the end: they go to the server together. What a statement costs beside its work is
// the way there and back, and nobody else has the turn meanwhile. It is a [sqlrow.Gatherer].
type gathering struct {
	conn    *sql.Conn
	waiting *pgx.Batch
	failed  error // of those that have waited
}

// mostWaiting bounds how many statements wait.
const mostWaiting = 100

// Gather returns what changes the database over a connection, on which a transaction is open.
func Gather(conn *sql.Conn) *gathering { return &gathering{conn: conn, waiting: &pgx.Batch{}} }

// Put lets a statement wait.
func (g *gathering) Put(ctx context.Context, query string, args ...any) error {
	g.waiting.Queue(query, args...)
	if g.waiting.Len() < mostWaiting {
		return g.failed
	}
	return g.send(ctx)
}

// send sends what waits, and returns the first error of all that have waited: after one the server takes
// no statement until the savepoint is undone.
func (g *gathering) send(ctx context.Context) error {
	if g.failed != nil || g.waiting.Len() == 0 {
		return g.failed
	}
	batch := g.waiting
	g.waiting = &pgx.Batch{}
	g.failed = g.conn.Raw(func(c any) error { return c.(*stdlib.Conn).Conn().SendBatch(ctx, batch).Close() })
	return g.failed
}

// End sends what waits where err is nil, and returns the first error: that of a statement that has waited
// comes before that of whatever met it.
func (g *gathering) End(ctx context.Context, err error) error {
	if err == nil {
		return g.send(ctx)
	}
	if g.failed == nil || errors.Is(err, g.failed) {
		return err
	}
	return errors.Join(g.failed, err)
}

// ExecContext, QueryContext and QueryRowContext are those of the connection, after what waits.

func (g *gathering) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := g.send(ctx); err != nil {
		return nil, err
	}
	return g.conn.ExecContext(ctx, query, args...)
}

func (g *gathering) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := g.send(ctx); err != nil {
		return nil, err
	}
	return g.conn.QueryContext(ctx, query, args...)
}

func (g *gathering) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	g.send(ctx) // where it fails the server refuses the query, and End tells why
	return g.conn.QueryRowContext(ctx, query, args...)
}
