// Package schematest shows tests how the embedded engine would answer a query.
package schematest

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"maildesk/store/datafolder"
	"maildesk/store/migrations"
	"maildesk/store/sqlite"
	"maildesk/store/sqlrow"
)

// PlanOf returns the plan of a query (EXPLAIN QUERY PLAN), its steps in one line.
func PlanOf(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	steps, err := sqlrow.Collect(func(row sqlrow.Scanner) (detail string, err error) {
		var id, parent, unused int
		err = row.Scan(&id, &parent, &unused, &detail)
		return detail, err
	})(db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, "1", "1", "1", "1"))
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return strings.Join(steps, "; ")
}

// Open opens new databases with the newest schemas.
func Open(t *testing.T) *sql.DB {
	t.Helper()
	both := sqlite.OpenBoth(Folder(t, map[string][]string{datafolder.File: migrations.Tickets(), datafolder.JournalFile: migrations.Journal()}))
	t.Cleanup(func() { both.Close() })
	return both
}

// Folder makes a folder with empty databases, which have the schemas that scripts make, by
// the names of their files.
func Folder(t *testing.T, scripts map[string][]string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	for name, scripts := range scripts {
		path := filepath.Join(folder, name)
		if err := datafolder.Touch(path); err != nil {
			t.Fatal(err)
		}
		pool := sqlite.Open(path, sqlite.Writing)
		conn, err := pool.Conn(t.Context())
		if err == nil {
			err = migrations.Run(t.Context(), conn, path, scripts, true, nil)
		}
		if err = errors.Join(err, conn.Close(), pool.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
