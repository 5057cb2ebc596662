package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"maildesk/store/sqlrow"
)

// Whoever is erased is taken out of the rows as on SQLite. What is left to do here is with the rows as
// they were, which the server keeps in its tables until they are vacuumed, and with what processes
// tell each other. Its log, archives and copies are not ours.

// vacuumPatience is how long a table is waited for, as whoever comes after waits as well, and
// vacuumTries how often.
const (
	vacuumPatience = 2 * time.Second
	vacuumTries    = 10
)

// TryErasing takes, on the connection of a writer, the turn to erase what that one writes, until
// EndErasing or the end of the connection; false: another process has it. So whoever has lost a turn has also lost the
// connection by which it changed rows. It does not wait: a statement that waits in the server keeps
// deleted rows from being vacuumed.
func (t Turn) TryErasing(ctx context.Context, conn *sql.Conn) (taken bool, err error) {
	err = conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock($1, $2)`, int32(eraseClass), int32(t.lock)).Scan(&taken)
	if err != nil {
		return false, fmt.Errorf("turn to erase: %w", err)
	}
	return taken, nil
}

// EndErasing ends the turn.
func (t Turn) EndErasing(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_unlock($1, $2)`, int32(eraseClass), int32(t.lock)); err != nil {
		return fmt.Errorf("end of the turn to erase: %w", err)
	}
	return nil
}

// ForgetChanges forgets what processes told each other of their changes: keys have addresses. It is
// called in a turn. Whoever has not seen them yet knows nothing then, and decides anew what is under way.
func (e *Engine) ForgetChanges(ctx context.Context, q sqlrow.Querier) error {
	if _, err := q.ExecContext(ctx, `DELETE FROM change`); err != nil {
		return fmt.Errorf("forget what was told of changes: %w", err)
	}
	return nil
}

// Size returns how many bytes the tables take.
func (e *Engine) Size(ctx context.Context, q sqlrow.Querier) (size int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class WHERE relkind = 'r' AND relnamespace = quote_ident(current_schema())::regnamespace`).Scan(&size)
	return size, err
}

// Vacuum takes deleted rows out of all tables but those by which daemons know each other, and samples
// anew what the server knows of values in them, without what it knew before. If it is full the tables are written anew, each
// while nobody else can use it: else the bytes of those rows stand there until others take their
// place. What a transaction that is still open may see stays.
func (e *Engine) Vacuum(ctx context.Context, full bool) error {
	pool := e.Pool(vacuumPatience)
	defer pool.Close()
	tables, err := sqlrow.Collect(sqlrow.ScanText)(pool.QueryContext(ctx, `SELECT quote_ident(relname) FROM pg_class
		WHERE relkind = 'r' AND relnamespace = quote_ident(current_schema())::regnamespace AND relname NOT IN ('node', 'term', 'turn') ORDER BY pg_total_relation_size(oid)`))
	if err != nil {
		return fmt.Errorf("tables to vacuum: %w", err)
	}
	options := "(ANALYZE)"
	if full {
		options = "(FULL, ANALYZE)"
	}
	// The samples from before. Whoever may not vacuum them is told so by no error.
	for _, table := range append(tables, "pg_catalog.pg_statistic") {
		for try := 1; ; try++ {
			_, err := pool.ExecContext(ctx, "VACUUM "+options+" "+table)
			if err == nil {
				break
			}
			if codeOf(err) != lockNotAvailable || try == vacuumTries {
				return fmt.Errorf("vacuum the table %s: %w", table, Explain(err))
			}
		}
	}
	return nil
}
