package transfer

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"maildesk/store/datafolder"
	"maildesk/store/migrations"
	"maildesk/store/postgres"
	"maildesk/store/sqlite"
	"maildesk/store/sqlrow"
)

// stateTable says in a database that is filled how far that is.
const stateTable = datafolder.MovingTable

// Names of rows in it that are no table's.
const (
	stateID         = "id"         // which copy this is
	stateReferences = "references" // the statements that make them again
)

// Target is a database that is filled. It is used by one goroutine.
type Target struct {
	engine engine
	parts  map[string]*part // by the schema of SQLite: main, journal; "": that of a server
}

// part is a file, or the database of a server.
type part struct {
	pool   *sql.DB
	conn   *sql.Conn
	server bool
}

// ErrNotEmpty says that a database has something of another desk, or of another copy.
var ErrNotEmpty = errors.New("it is not empty")

// IntoFolder makes the files of a data folder, or goes on with those that a copy of the same
// id has begun to fill.
func IntoFolder(ctx context.Context, folder, id string) (*Target, error) {
	if err := datafolder.MakeFolder(folder); err != nil {
		return nil, err
	}
	t := &Target{engine: sqlite.Engine{}, parts: map[string]*part{}}
	for schema, of := range map[string]struct {
		file    string
		scripts []string
	}{"main": {datafolder.File, migrations.Tickets()}, "journal": {datafolder.JournalFile, migrations.Journal()}} {
		path := filepath.Join(folder, of.file)
		info, err := os.Stat(path)
		isNew := errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0
		if err = datafolder.Touch(path); err != nil {
			return nil, errors.Join(err, t.Close())
		}
		p := &part{pool: sqlite.Open(path, sqlite.Writing)}
		t.parts[schema] = p
		if p.conn, err = p.pool.Conn(ctx); err == nil && !isNew {
			// A start that was broken off before the schema was committed left none.
			var found int
			found, err = migrations.SchemaVersion(ctx, p.conn)
			isNew = found == 0
		}
		if err == nil && isNew {
			// With the tables comes the mark that they are not filled yet.
			err = migrations.Run(ctx, p.conn, path, append(of.scripts[:len(of.scripts)-1:len(of.scripts)-1], of.scripts[len(of.scripts)-1]+"\n;"+makeState(id)), true, nil)
		}
		if err == nil {
			err = errors.Join(p.mustBe(ctx, id), sqlite.LeaveReferences(ctx, p.conn))
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", path, err), t.Close())
		}
	}
	return t, nil
}

// IntoServer makes the tables of a desk in an empty database, or goes on with those that a copy
// of the same id has begun to fill. No daemon works on the database until the Target is closed.
func IntoServer(ctx context.Context, e *postgres.Engine, id string) (*Target, error) {
	p := &part{pool: e.Pool(patience), server: true}
	t := &Target{engine: e, parts: map[string]*part{"": p}}
	err := p.beginOnServer(ctx, id)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", e.Place(), postgres.Explain(err)), t.Close())
	}
	return t, nil
}

func (p *part) beginOnServer(ctx context.Context, id string) (err error) {
	if p.conn, err = p.pool.Conn(ctx); err != nil {
		return err
	}
	if err = postgres.Lock(ctx, p.conn); err != nil {
		return err
	}
	begun, err := p.hasState(ctx)
	if err != nil {
		return err
	}
	if !begun {
		blank, err := postgres.IsBlank(ctx, p.conn)
		if err == nil && !blank {
			err = ErrNotEmpty
		}
		if err == nil {
			_, err = p.conn.ExecContext(ctx, makeState(id))
		}
		if err != nil {
			return err
		}
	}
	if err := p.mustBe(ctx, id); err != nil {
		return err
	}
	if err := postgres.Migrate(ctx, p.conn, true, patience); err != nil {
		return err
	}
	return p.dropReferences(ctx)
}

// makeState returns the statements that make the mark of a database that is not filled yet.
func makeState(id string) string {
	text, err := json.Marshal(id)
	if err != nil {
		panic(err) // a string
	}
	return `CREATE TABLE ` + stateTable + ` (name TEXT PRIMARY KEY, value TEXT NOT NULL); INSERT INTO ` + stateTable + ` VALUES ('` + stateID + `', '` + string(text) + `')`
}

func (p *part) hasState(ctx context.Context) (has bool, err error) {
	query := `SELECT count(*) > 0 FROM sqlite_schema WHERE name = '` + stateTable + `'`
	if p.server {
		query = `SELECT to_regclass('` + stateTable + `') IS NOT NULL`
	}
	err = p.conn.QueryRowContext(ctx, query).Scan(&has)
	return has, err
}

// mustBe refuses what another copy has begun to fill, or none.
func (p *part) mustBe(ctx context.Context, id string) error {
	has, err := p.hasState(ctx)
	if err != nil {
		return err
	}
	var found string
	if has {
		_, err = p.state(ctx, stateID, &found)
	}
	if err == nil && found != id {
		err = ErrNotEmpty
	}
	return err
}

// state reads what is kept under a name, and reports whether there is something.
func (p *part) state(ctx context.Context, name string, into any) (bool, error) {
	var text string
	err := p.conn.QueryRowContext(ctx, `SELECT value FROM `+stateTable+` WHERE name = $1`, name).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), into)
	}
	return err == nil, err
}

func (p *part) keepState(ctx context.Context, name string, value any) error {
	text, err := json.Marshal(value)
	if err == nil {
		_, err = p.conn.ExecContext(ctx, `INSERT INTO `+stateTable+` (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, string(text))
	}
	return err
}

// change runs fn in a transaction.
func (p *part) change(ctx context.Context, fn func() error) error {
	begin := "BEGIN IMMEDIATE"
	if p.server {
		begin = "BEGIN"
	}
	_, err := p.conn.ExecContext(ctx, begin)
	if err != nil {
		return err
	}
	if err = fn(); err == nil {
		_, err = p.conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		_, undo := p.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return errors.Join(err, undo)
	}
	return nil
}

// dropReferences drops the references between tables until all rows are there.
func (p *part) dropReferences(ctx context.Context) error {
	return p.change(ctx, func() error {
		var kept []string
		if found, err := p.state(ctx, stateReferences, &kept); found || err != nil {
			return err
		}
		drop, make, err := postgres.References(ctx, p.conn)
		if err != nil {
			return err
		}
		for _, statement := range drop {
			if _, err := p.conn.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return p.keepState(ctx, stateReferences, make)
	})
}

// makeReferences makes them again, which looks at all rows.
func (p *part) makeReferences(ctx context.Context) error {
	return p.change(ctx, func() error {
		var make []string
		if _, err := p.state(ctx, stateReferences, &make); err != nil {
			return err
		}
		for _, statement := range make {
			if _, err := p.conn.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("make the references again: %w", err)
			}
		}
		if err := postgres.SettleIdentities(ctx, p.conn); err != nil {
			return err
		}
		return p.keepState(ctx, stateReferences, []string{})
	})
}

// of returns the part in which a table is.
func (t *Target) of(file string) *part {
	if p := t.parts[""]; p != nil {
		return p
	}
	return t.parts[file]
}

func (t *Target) columns(ctx context.Context) (all []sqlrow.Column, err error) {
	for schema, p := range t.parts {
		columns, err := t.engine.Columns(ctx, p.conn)
		if err != nil {
			return nil, err
		}
		for i := range columns {
			columns[i].File = schema
		}
		all = append(all, columns...)
	}
	return all, nil
}

// Seal ends the filling: from now on a desk may open the database.
func (t *Target) Seal(ctx context.Context) error {
	// The tickets come last: they make a desk of it.
	for _, schema := range []string{"journal", "main", ""} {
		if p := t.parts[schema]; p != nil {
			if _, err := p.conn.ExecContext(ctx, "DROP TABLE "+stateTable); err != nil {
				return err
			}
		}
	}
	return nil
}

// Close closes the database, filled or not.
func (t *Target) Close() error {
	var errs []error
	for _, p := range t.parts {
		if p.conn != nil {
			errs = append(errs, p.conn.Close())
		}
		errs = append(errs, p.pool.Close())
	}
	return errors.Join(errs...)
}
