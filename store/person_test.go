package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"
	"testing"

	"maildesk/store/personal"

	"maildesk/store/sqlrow"
)

// TestEveryColumnIsDecided: of each column of both databases somebody has said whether it
// may hold something of a person. One that was added without fails here.
func TestEveryColumnIsDecided(t *testing.T) {
	db := openTest(t)
	for journal, conn := range map[bool]*sql.Conn{false: db.tickets.Conn, true: db.journal.Conn} {
		has := columnsOf(t, conn)
		for _, p := range personal.Tables {
			if p.Journal != journal {
				continue
			}
			decided := slices.Sorted(maps.Keys(p.Columns))
			if real := has[p.Name]; !slices.Equal(decided, real) {
				t.Errorf("%s has the columns %v, decided are %v: see PersonalTables", p.Name, real, decided)
			}
			for _, key := range p.Key {
				if !slices.Contains(has[p.Name], key) {
					t.Errorf("%s has no column %s", p.Name, key)
				}
			}
			delete(has, p.Name)
		}
		for name := range has {
			t.Errorf("the table %s is not in PersonalTables", name)
		}
	}
}

// columnsOf returns the columns of every table but those of the search and of SQLite.
func columnsOf(t *testing.T, conn *sql.Conn) map[string][]string {
	t.Helper()
	has := map[string][]string{}
	type column struct{ table, name string }
	all, err := sqlrow.Collect(func(row sqlrow.Scanner) (c column, err error) {
		err = row.Scan(&c.table, &c.name)
		return c, err
	})(conn.QueryContext(context.Background(), `SELECT l.name, i.name FROM pragma_table_list l JOIN pragma_table_info(l.name) i
		WHERE l.schema = 'main' AND l.type IN ('table', 'virtual', 'shadow') ORDER BY l.name, i.name`))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if c.table != "search" && !strings.HasPrefix(c.table, "search_") && !strings.HasPrefix(c.table, "sqlite_") {
			has[c.table] = append(has[c.table], c.name)
		}
	}
	return has
}
