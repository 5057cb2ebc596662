package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"maildesk/store/sqlrow"
)

// Columns returns the columns of all tables with rows of a desk, on a connection of [OpenBoth]
// or to one file. Those of search indexes and of SQLite itself are none.
func (Engine) Columns(ctx context.Context, q sqlrow.Querier) ([]sqlrow.Column, error) {
	return sqlrow.Collect(func(row sqlrow.Scanner) (c sqlrow.Column, err error) {
		err = row.Scan(&c.Table, &c.File, &c.Name, &c.Key, &c.IsBytes)
		return c, err
	})(q.QueryContext(ctx, `SELECT l.name, l.schema, c.name, c.pk, c.type = 'BLOB' FROM pragma_table_list l JOIN pragma_table_info(l.name, l.schema) c
		WHERE l.type = 'table' AND l.schema IN ('main', 'journal') AND l.name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY l.name, c.name`))
}

// LeaveReferences lets a connection write rows whose references lead to rows that come later.
// [Engine.BrokenReferences] says whether all came.
func LeaveReferences(ctx context.Context, q sqlrow.Querier) error {
	_, err := q.ExecContext(ctx, "PRAGMA foreign_keys = OFF")
	return err
}

// turnPatience is how long AwaitTurns waits.
const turnPatience = 30 * time.Second

// AwaitTurns waits until nobody is in the middle of a change of a file. Its error says what to do
// about one that does not end in time.
func AwaitTurns(ctx context.Context, path string) (err error) {
	pool := Open(path, Writing)
	pool.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, pool.Close()) }()
	if _, err := pool.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", turnPatience.Milliseconds())); err != nil {
		return err
	}
	tx, err := pool.BeginTx(ctx, nil) // an immediate one
	if (Engine{}).IsBusy(err) {
		err = fmt.Errorf("%w: a process is changing something in it and has not ended: wait for it, then call this again", err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return tx.Rollback()
}
