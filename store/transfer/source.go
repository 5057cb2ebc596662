package transfer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"maildesk/store/migrations"
	"maildesk/store/postgres"
	"maildesk/store/sqlite"
	"maildesk/store/sqlrow"
	"maildesk/store/statement"
)

// engine is what both databases can do.
type engine interface {
	statement.Engine
	Columns(context.Context, sqlrow.Querier) ([]sqlrow.Column, error)
	BeginReading(context.Context, *sql.Conn) (*sql.Tx, error)
}

// Source is a database whose rows are read, all as of one moment. It is used by one goroutine.
type Source struct {
	engine engine
	pool   *sql.DB
	conn   *sql.Conn
	tx     *sql.Tx
	server bool
}

// FromFolder reads the files of a data folder, which must have the newest schemas.
func FromFolder(ctx context.Context, folder string) (*Source, error) {
	s := &Source{engine: sqlite.Engine{}, pool: sqlite.OpenBoth(folder)}
	return s, s.begin(ctx, func() error {
		return errors.Join(s.mustBe(ctx, "PRAGMA main.user_version", len(migrations.Tickets())), s.mustBe(ctx, "PRAGMA journal.user_version", len(migrations.Journal())))
	})
}

// FromServer reads a database on PostgreSQL, which must have the newest schema.
func FromServer(ctx context.Context, e *postgres.Engine) (*Source, error) {
	s := &Source{engine: e, pool: e.Readers(), server: true}
	return s, s.begin(ctx, func() error { return s.mustBe(ctx, "SELECT version FROM schema_version", len(migrations.Postgres())) })
}

func (s *Source) begin(ctx context.Context, check func() error) (err error) {
	if s.conn, err = s.pool.Conn(ctx); err == nil {
		s.tx, err = s.engine.BeginReading(ctx, s.conn)
	}
	if err == nil {
		err = check()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("read the rows: %w", err), s.Close())
	}
	return nil
}

// mustBe refuses another schema than the newest.
func (s *Source) mustBe(ctx context.Context, query string, known int) error {
	var found int
	err := s.tx.QueryRowContext(ctx, query).Scan(&found)
	if err == nil && found != known {
		err = &migrations.SchemaError{Found: found, Known: known}
	}
	return err
}

// Close ends the reading.
func (s *Source) Close() error {
	var errs []error
	if s.tx != nil {
		errs = append(errs, s.tx.Rollback())
	}
	if s.conn != nil {
		errs = append(errs, s.conn.Close())
	}
	return errors.Join(append(errs, s.pool.Close())...)
}

// given returns the highest number that each table has given.
func (s *Source) given(ctx context.Context) (map[string]int64, error) {
	given, err := s.engine.Given(ctx, s.tx)
	if err != nil || s.server {
		return given, err
	}
	_, err = sqlrow.Collect(func(row sqlrow.Scanner) (_ struct{}, err error) {
		var table string
		var number int64
		err = row.Scan(&table, &number)
		given[table] = number
		return struct{}{}, err
	})(s.tx.QueryContext(ctx, `SELECT name, seq FROM journal.sqlite_sequence`))
	return given, err
}

// table is a table that both databases have.
type table struct {
	name     string
	file     string   // of SQLite: main or journal
	columns  []string // in the order of their names
	key      []string // of the primary key; empty: a table of a row or two
	hasBytes bool
}

// tablesOf groups columns, which come table by table, in the order of their names.
func tablesOf(columns []sqlrow.Column) (all []table) {
	for _, c := range columns {
		if c.Table == stateTable {
			continue
		}
		if n := len(all); n == 0 || all[n-1].name != c.Table {
			all = append(all, table{name: c.Table, file: c.File})
		}
		t := &all[len(all)-1]
		t.columns = append(t.columns, c.Name)
		t.hasBytes = t.hasBytes || c.IsBytes
		for len(t.key) < c.Key {
			t.key = append(t.key, "")
		}
		if c.Key > 0 {
			t.key[c.Key-1] = c.Name
		}
	}
	return all
}
