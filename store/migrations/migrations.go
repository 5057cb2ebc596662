// Package migrations brings the schemas of both databases up to date. The folders
// sqlite and journal have the scripts, in order, of maildesk.db and of journal.db, the
// folder postgres those of PostgreSQL; a script that was released is never edited. What SQL cannot
// do is in Go: extracting the facts from events that once were prose (oldevents.go), and moving the
// mails of a single file into a journal of their own (split.go).
//
// Begin with [Run].
package migrations

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/mattn/go-sqlite3"

	"maildesk/store/sqlite"
	"maildesk/store/sqlrow"
)

//go:embed sqlite/*.sql journal/*.sql postgres/*.sql
var files embed.FS

// SchemaError says that this maildesk cannot work with the schema it found.
type SchemaError struct{ Found, Known int }

func (e *SchemaError) Error() string {
	if e.Found > e.Known {
		return fmt.Sprintf("the database was made by a newer maildesk (schema %d, this one knows %d): use the newer one", e.Found, e.Known)
	}
	return fmt.Sprintf("the database was made by an older maildesk (schema %d, this one needs %d): start the daemon once, it brings it up to date", e.Found, e.Known)
}

// Tickets returns the scripts of the database in order; the n-th leads to schema
// n. One that was released is never edited.
func Tickets() []string { return scriptsIn("sqlite") }

// Journal returns those of the journal.
func Journal() []string { return scriptsIn("journal") }

// Postgres returns those of PostgreSQL, for the database and the journal together. A
// database begins with the first, which is the schema as it was when that was released.
func Postgres() []string { return scriptsIn("postgres") }

func scriptsIn(folder string) []string {
	names, err := fs.Glob(files, folder+"/*.sql")
	if err != nil {
		panic(err) // the pattern is constant
	}
	var scripts []string
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			panic(err) // it is embedded
		}
		scripts = append(scripts, string(text))
	}
	return scripts
}

// Run brings the schema to the newest, in one transaction: a crash leaves
// the old one. Only the daemon may change a schema that exists; a copy of the
// database as it was is left beside it. before, where it is not nil, is called before
// the script that leads from a schema that was there to another one.
func Run(ctx context.Context, conn *sql.Conn, path string, scripts []string, daemon bool, before func(q sqlrow.Querier, to int) error) error {
	found, err := SchemaVersion(ctx, conn)
	switch {
	case err != nil:
		return err
	case found == len(scripts):
		return nil
	case found > len(scripts) || found > 0 && !daemon:
		return &SchemaError{found, len(scripts)}
	case found > 0:
		if err := KeepCopy(ctx, conn, fmt.Sprintf("%s.schema%d", path, found)); err != nil {
			return fmt.Errorf("copy before the migration: %w", err)
		}
	}
	if err := AddFunctions(conn); err != nil {
		return err
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	// Another process may have been quicker.
	if found, err = SchemaVersion(ctx, tx); err != nil {
		return err
	}
	if found == 0 {
		before = nil
	}
	if err := RunScripts(ctx, tx, scripts, found, before); err != nil {
		return err
	}
	AtSplitStep("committed")
	return tx.Commit()
}

// RunScripts brings the schema from version found to the newest.
func RunScripts(ctx context.Context, q sqlrow.Querier, scripts []string, found int, before func(q sqlrow.Querier, to int) error) error {
	for n := found; n < len(scripts); n++ {
		if before != nil {
			if err := before(q, n+1); err != nil {
				return fmt.Errorf("migration to schema %d: %w", n+1, err)
			}
		}
		if _, err := q.ExecContext(ctx, scripts[n]); err != nil {
			return fmt.Errorf("migration to schema %d: %w", n+1, err)
		}
	}
	_, err := q.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(scripts)))
	return err
}

// AddFunctions makes the functions known that migrations use and SQLite lacks.
func AddFunctions(conn *sql.Conn) error {
	return conn.Raw(func(c any) error {
		err := c.(*sqlite3.SQLiteConn).RegisterFunc("sha256", func(b []byte) []byte {
			sum := sha256.Sum256(b)
			return sum[:]
		}, true)
		text, number := oldEventFunctions()
		return errors.Join(err,
			c.(*sqlite3.SQLiteConn).RegisterFunc("rowsum", sqlrow.Sum, true),
			c.(*sqlite3.SQLiteConn).RegisterFunc("eventtext", text, true),
			c.(*sqlite3.SQLiteConn).RegisterFunc("eventnumber", number, true))
	})
}

// SchemaVersion returns the schema of a database; 0: it has none yet.
func SchemaVersion(ctx context.Context, q sqlrow.Querier) (n int, err error) {
	err = q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&n)
	return n, err
}

// KeepCopy writes the database to a new file. A file left by an earlier try
// that did not come to its end is replaced.
func KeepCopy(ctx context.Context, conn *sql.Conn, path string) error {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	return sqlite.CopyInto(ctx, conn, path) // it is there for good before anything is changed
}
