package postgres

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"maildesk/store/datafolder"
	"maildesk/store/sqlrow"
)

// ownTables are those that only PostgreSQL needs; SQLite keeps the same by its own means.
const ownTables = `'given', 'turn', 'change', 'node', 'term', 'schema_version', 'search', 'search_article', 'search_alike', '` + datafolder.MovingTable + `', '` + datafolder.MovedTable + `'`

// Columns returns the columns of all tables with rows of a desk.
func (e *Engine) Columns(ctx context.Context, q sqlrow.Querier) ([]sqlrow.Column, error) {
	return sqlrow.Collect(func(row sqlrow.Scanner) (c sqlrow.Column, err error) {
		err = row.Scan(&c.Table, &c.Name, &c.Key, &c.IsBytes)
		return c, err
	})(q.QueryContext(ctx, `SELECT t.relname::text, a.attname::text, coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0)::bigint, a.atttypid = 'bytea'::regtype
		FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
		WHERE t.relkind = 'r' AND t.relnamespace = quote_ident(current_schema())::regnamespace AND t.relname NOT IN (`+ownTables+`) AND NOT (t.relname = 'mail' AND a.attname = 'node')
		ORDER BY t.relname COLLATE "C", a.attname COLLATE "C"`))
}

// CopyInto appends rows to a table in the transaction of a connection.
func CopyInto(ctx context.Context, conn *sql.Conn, table string, columns []string, rows [][]any) error {
	return conn.Raw(func(c any) error {
		_, err := c.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
		return err
	})
}

// References returns the statements that make all references between tables, and those that
// drop them, so that rows can come in any order.
func References(ctx context.Context, q sqlrow.Querier) (drop, make []string, err error) {
	_, err = sqlrow.Collect(func(row sqlrow.Scanner) (_ struct{}, err error) {
		var table, name, definition string
		err = row.Scan(&table, &name, &definition)
		drop = append(drop, fmt.Sprintf("ALTER TABLE %s DROP CONSTRAINT %s", table, name))
		make = append(make, fmt.Sprintf("ALTER TABLE %s ADD CONSTRAINT %s %s", table, name, definition))
		return struct{}{}, err
	})(q.QueryContext(ctx, `SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
		WHERE contype = 'f' AND connamespace = quote_ident(current_schema())::regnamespace ORDER BY 1, 2`))
	return drop, make, err
}

// SettleIdentities lets every table that numbers its rows by itself go on after the highest
// number that it has.
func SettleIdentities(ctx context.Context, q sqlrow.Querier) error {
	all, err := sqlrow.Collect(sqlrow.ScanText)(q.QueryContext(ctx, `SELECT t.oid::regclass::text FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid
		WHERE t.relkind = 'r' AND t.relnamespace = quote_ident(current_schema())::regnamespace AND a.attname = 'id' AND a.attidentity <> '' ORDER BY 1`))
	if err != nil {
		return err
	}
	for _, table := range all {
		if _, err := q.ExecContext(ctx, `SELECT setval(pg_get_serial_sequence($1, 'id'), greatest(max(id), 1), max(id) IS NOT NULL) FROM `+table, table); err != nil {
			return fmt.Errorf("numbers of %s: %w", table, err)
		}
	}
	return nil
}

// IsBlank reports whether a database has nothing in the schema that a desk would use.
func IsBlank(ctx context.Context, q sqlrow.Querier) (blank bool, err error) {
	err = q.QueryRowContext(ctx, `SELECT NOT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = quote_ident(current_schema())::regnamespace)`).Scan(&blank)
	return blank, err
}
