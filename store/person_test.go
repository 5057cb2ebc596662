package store

import (
	"maps"
	"slices"
	"testing"

	"maildesk/store/personal"
	"maildesk/store/sqlrow"
)

// TestEveryColumnIsDecided: of each column of both databases somebody has said whether it
// may hold something of a person. One that was added without fails here.
func TestEveryColumnIsDecided(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		has := columnsOf(t, db)
		for _, p := range personal.Tables {
			name := p.Name
			if p.Journal && db.server == nil {
				name = "journal." + name
			}
			decided := slices.Sorted(maps.Keys(p.Columns))
			if real := has[name]; !slices.Equal(decided, real) {
				t.Errorf("%s has the columns %v, decided are %v: see store/personal", name, real, decided)
			}
			for _, key := range p.Key {
				if !slices.Contains(has[name], key) {
					t.Errorf("%s has no column %s", name, key)
				}
			}
			delete(has, name)
		}
		for name := range has {
			t.Errorf("the table %s is not in store/personal", name)
		}
	})
}

// columnsOf returns the columns of every table but those of the search, and those by which
// daemons share a server; tables of a journal in a file of its own as journal.NAME.
func columnsOf(t *testing.T, db *DB) map[string][]string {
	t.Helper()
	has := map[string][]string{}
	type column struct{ table, name string }
	all, err := sqlrow.Collect(func(row sqlrow.Scanner) (c column, err error) {
		err = row.Scan(&c.table, &c.name)
		return c, err
	})(db.readers.QueryContext(t.Context(), either(db,
		`SELECT CASE l.schema WHEN 'journal' THEN 'journal.' ELSE '' END || l.name, i.name FROM pragma_table_list l JOIN pragma_table_info(l.name, l.schema) i
			WHERE l.schema IN ('main', 'journal') AND l.type IN ('table', 'virtual', 'shadow') AND l.name NOT LIKE 'search%' AND l.name NOT LIKE 'sqlite%' ORDER BY i.name`,
		`SELECT table_name::text, column_name::text FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
			WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'search%' ORDER BY column_name::text COLLATE "C"`)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if !slices.Contains(onServer, c.table) && c != (column{"mail", "node"}) {
			has[c.table] = append(has[c.table], c.name)
		}
	}
	return has
}
