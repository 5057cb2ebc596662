package schematest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"maildesk/store/datafolder"
	"maildesk/store/sqlrow"
)

// Plain opens the files of a data folder as another program does, which heeds no references.
// The journal is attached, where there is one.
func Plain(t *testing.T, folder string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(folder, datafolder.File))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1) // ATTACH holds for one connection
	journal := filepath.Join(folder, datafolder.JournalFile)
	_, err = db.Exec("PRAGMA foreign_keys = off")
	if _, none := os.Stat(journal); err == nil && !errors.Is(none, fs.ErrNotExist) {
		_, err = db.Exec("ATTACH DATABASE ? AS journal", journal)
	}
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// column is a column of SQLite.
type column struct {
	table, name, kind string
	key               int
	needed            bool
}

// single are the tables that have one row.
var single = map[string]bool{"search_alike_cursor": true}

// Fill puts so many rows into every table of the databases that [Plain] has opened, whatever
// their schemas are, and returns the tables. The rows keep no law of a desk but those of the
// schema; a reference leads to a row that is there, that of the first row to the last one.
func Fill(t *testing.T, db *sql.DB, rows int64) (tables []string) {
	t.Helper()
	words := closedSets(t, db)
	columns, err := sqlrow.Collect(func(row sqlrow.Scanner) (c column, err error) {
		err = row.Scan(&c.table, &c.name, &c.kind, &c.key, &c.needed)
		return c, err
	})(db.QueryContext(context.Background(), `SELECT l.name, c.name, c.type, c.pk, c."notnull" OR c.pk FROM pragma_table_list l JOIN pragma_table_info(l.name, l.schema) c
		WHERE l.type = 'table' AND l.schema IN ('main', 'journal') AND l.name NOT LIKE 'sqlite\_%' ESCAPE '\'`))
	if err != nil {
		t.Fatal(err)
	}
	of := map[string][]column{}
	for _, c := range columns {
		of[c.table] = append(of[c.table], c)
	}
	for table, columns := range of {
		tables = append(tables, table)
		n := rows
		if single[table] {
			n = 1
			if _, err := db.Exec("DELETE FROM " + table); err != nil {
				t.Fatal(err)
			}
		}
		for row := range n {
			var names, marks []string
			var values []any
			for _, c := range columns {
				names, marks = append(names, c.name), append(marks, "?")
				values = append(values, c.value(words[table+"."+c.name], row+1, rows))
			}
			if _, err := db.Exec("INSERT INTO "+table+" ("+strings.Join(names, ", ")+") VALUES ("+strings.Join(marks, ", ")+")", values...); err != nil {
				t.Fatalf("%s, row %d: %v", table, row+1, err)
			}
		}
	}
	return tables
}

// value returns what stands in a column of the n-th of all rows. words are those that it may hold.
func (c column) value(words []string, n, all int64) any {
	switch {
	case len(words) > 0:
		word := words[int(n)%len(words)]
		if text, isText := strings.CutPrefix(word, "'"); isText {
			return strings.TrimSuffix(text, "'")
		}
		return word // SQLite makes a number of it
	case !c.needed && n%2 == 0:
		return nil
	case c.kind == "INTEGER" && c.key == 0:
		return all + 1 - n
	case c.kind == "INTEGER":
		return n
	case c.kind == "BLOB":
		return append([]byte{0, 0xff, byte(n)}, make([]byte, 29)...)
	}
	return fmt.Sprintf("%s %03d: \"ü\" 'x' \\ \t漢\n", c.name, n)
}

var closedSet = regexp.MustCompile(`CHECK \((\w+) IN \(([^)]*)\)\)`)

// closedSets returns the words that columns may hold, by table.column.
func closedSets(t *testing.T, db *sql.DB) map[string][]string {
	t.Helper()
	words := map[string][]string{}
	schemas, err := sqlrow.Collect(sqlrow.ScanText)(db.QueryContext(context.Background(), `SELECT name FROM pragma_database_list WHERE name IN ('main', 'journal')`))
	if err != nil {
		t.Fatal(err)
	}
	for _, schema := range schemas {
		type thing struct{ name, text string }
		all, err := sqlrow.Collect(func(row sqlrow.Scanner) (x thing, err error) {
			err = row.Scan(&x.name, &x.text)
			return x, err
		})(db.QueryContext(context.Background(), `SELECT name, sql FROM `+schema+`.sqlite_schema WHERE type = 'table' AND sql IS NOT NULL`))
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range all {
			for _, found := range closedSet.FindAllStringSubmatch(x.text, -1) {
				for word := range strings.SplitSeq(found[2], ",") {
					words[x.name+"."+found[1]] = append(words[x.name+"."+found[1]], strings.TrimSpace(word))
				}
			}
		}
	}
	return words
}
