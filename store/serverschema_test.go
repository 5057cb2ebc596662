package store

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"maildesk/faulttest/pgserver"
	"maildesk/store/migrations"
	"maildesk/store/sqlrow"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// PostgreSQL has what SQLite has: tables, columns with their types, indexes by their names,
// and the words of closed sets.
func TestServerHasTheSameSchema(t *testing.T) {
	server := openServerTest(t)
	files := openTest(t)
	want := filesSchema(t, files)
	got := serverSchema(t, server)
	if len(want) < 100 {
		t.Fatalf("%d facts of the schema on SQLite: this test looks in the wrong place", len(want))
	}
	for fact := range want {
		if !got[fact] {
			t.Errorf("store/migrations/postgres lacks %s", fact)
		}
	}
	for fact := range got {
		if !want[fact] {
			t.Errorf("store/migrations/postgres has %s, which SQLite has not", fact)
		}
	}
}

// What is looked for stands in the index itself, not in a list of what is new, through which each search would have to
// go until a vacuum empties it.
func TestServerIndexesWordsAtOnce(t *testing.T) {
	view(t, openServerTest(t), func(r ticket.Reader) error {
		indexes, err := sqlrow.Collect(func(row sqlrow.Scanner) (options string, err error) {
			return options, row.Scan(&options)
		})(ask(r, `SELECT array_to_string(c.reloptions, ', ') FROM pg_class c JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'gin'`))
		equal(t, "the options of the indexes of words", indexes, []string{"fastupdate=off", "fastupdate=off", "fastupdate=off"})
		return err
	})
}

// ask asks on the snapshot of a reader.
func ask(r ticket.Reader, query string) (*sql.Rows, error) {
	return r.(*tables.Reader).Querier().QueryContext(context.Background(), query)
}

var quoted = regexp.MustCompile(`'[^']*'`)

// filesSchema returns the facts of the schema in both files.
func filesSchema(t *testing.T, db *DB) map[string]bool {
	t.Helper()
	facts := map[string]bool{}
	view(t, db, func(r ticket.Reader) error {
		for _, file := range []string{"main", "journal"} {
			type thing struct{ kind, name, table, text string }
			things, err := sqlrow.Collect(func(row sqlrow.Scanner) (s thing, err error) {
				err = row.Scan(&s.kind, &s.name, &s.table, &s.text)
				return s, err
			})(ask(r, `SELECT type, name, tbl_name, sql FROM `+file+`.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND tbl_name NOT IN (`+ofSearch+`)`))
			if err != nil {
				return err
			}
			for _, s := range things {
				if s.kind == "index" {
					facts["the index "+s.name] = true
					continue
				}
				for _, word := range checkedWords(s.text) {
					facts[fmt.Sprintf("the word %s of the table %s", word, s.table)] = true
				}
				columns, err := sqlrow.Collect(func(row sqlrow.Scanner) (fact string, err error) {
					var name, kind string
					var needed bool
					err = row.Scan(&name, &kind, &needed)
					return column(s.table, name, map[string]string{"INTEGER": "bigint", "TEXT": "text", "BLOB": "bytea"}[kind], needed), err
				})(ask(r, `SELECT name, type, "notnull" OR pk FROM pragma_table_info('`+s.table+`')`))
				if err != nil {
					return err
				}
				for _, fact := range columns {
					facts[fact] = true
				}
			}
		}
		return nil
	})
	return facts
}

func column(table, name, kind string, needed bool) string {
	null := "may be null"
	if needed {
		null = "is never null"
	}
	return fmt.Sprintf("the column %s.%s, %s, which %s", table, name, kind, null)
}

// checkedWords returns the quoted words in the checks of a table.
func checkedWords(text string) (words []string) {
	for _, check := range strings.Split(text, "CHECK")[1:] {
		if end := strings.Index(check, "))"); end > 0 {
			words = append(words, quoted.FindAllString(check[:end], -1)...)
		}
	}
	return words
}

// ofSearch are the tables of FTS5.
var ofSearch = func() string {
	var all []string
	for _, index := range []string{"search", "search_article", "search_alike"} {
		for _, part := range []string{"", "_data", "_idx", "_content", "_docsize", "_config"} {
			all = append(all, "'"+index+part+"'")
		}
	}
	return strings.Join(all, ", ")
}()

// onServer are tables of PostgreSQL alone.
var onServer = []string{"given", "turn", "change", "node", "term", "schema_version", "search", "search_article", "search_alike"}

func serverSchema(t *testing.T, db *DB) map[string]bool {
	t.Helper()
	facts := map[string]bool{}
	view(t, db, func(r ticket.Reader) error {
		for _, q := range []struct {
			text string
			fact func(a, b, c, d string) string
		}{
			{`SELECT c.table_name, c.column_name, c.data_type, c.is_nullable FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
				WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'`, func(table, name, kind, null string) string { return column(table, name, kind, null == "NO") }},
			{`SELECT tablename, indexname, '', '' FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%\_pkey' AND indexname NOT LIKE '%\_key' AND indexname NOT LIKE 'search%\_words'`,
				func(_, name, _, _ string) string { return "the index " + name }},
			{`SELECT conrelid::regclass::text, w[1], '', '' FROM pg_constraint, regexp_matches(pg_get_constraintdef(oid), '''[^'']*''', 'g') w WHERE contype = 'c' AND connamespace = 'public'::regnamespace`,
				func(table, word, _, _ string) string { return fmt.Sprintf("the word %s of the table %s", word, table) }},
		} {
			found, err := sqlrow.Collect(func(row sqlrow.Scanner) (fact string, err error) {
				var a, b, c, d string
				if err = row.Scan(&a, &b, &c, &d); slices.Contains(onServer, a) {
					return "", err
				}
				if a == "mail" && b == "node" { // among several daemons
					return "", err
				}
				return q.fact(a, b, c, d), err
			})(ask(r, q.text))
			if err != nil {
				return err
			}
			for _, fact := range found {
				facts[fact] = true
			}
		}
		return nil
	})
	delete(facts, "")
	return facts
}

// The first start makes the schema, also when two begin at once.
func TestServerSchemaIsMadeOnce(t *testing.T) {
	url := pgserver.Database(t)
	errs := make(chan error, 4)
	for range cap(errs) {
		go func() {
			db, err := Open(context.Background(), t.TempDir(), Options{Database: url})
			if err == nil {
				err = db.Close()
			}
			errs <- err
		}()
	}
	for range cap(errs) {
		if err := <-errs; err != nil {
			t.Errorf("Open = %v", err)
		}
	}
}

// The numbers of a database from before several daemons could share one go on after those that
// it has given.
func TestServerNumbersGoOnAfterAnUpgrade(t *testing.T) {
	url := pgserver.Database(t)
	pool, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	for _, statement := range append(migrations.Postgres()[:3:3], `CREATE TABLE schema_version (version BIGINT NOT NULL)`, `INSERT INTO schema_version VALUES (3)`,
		`UPDATE given SET seq = 41 WHERE name = 'ticket'`) {
		if _, err := pool.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	db := openFolder(t, t.TempDir(), Options{Exclusive: true, Database: url})
	for _, want := range []ticket.ID{42, 43} {
		update(t, db, func(tx ticket.Tx) error {
			id, err := tx.InsertTicket(testTicket("after the upgrade"))
			equal(t, "the next number", id, want)
			return err
		})
	}
	given, err := db.engine.Given(t.Context(), db.readers)
	equal(t, "the numbers that were given", given, map[string]int64{"mail": 0, "ticket": 43, "participant": 0, "outbox": 0, "event": 0})
	if err != nil {
		t.Error(err)
	}
}

// A schema is not changed while daemons work on it.
func TestServerSchemaIsNotChangedUnderDaemons(t *testing.T) {
	url := newDatabase(t)
	db := openFolder(t, t.TempDir(), Options{Exclusive: true, Database: url})
	if _, err := db.side.ExecContext(t.Context(), `UPDATE schema_version SET version = version - 1`); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), t.TempDir(), Options{Exclusive: true, Database: url})
	if err == nil || !strings.Contains(err.Error(), "end all of them") {
		t.Errorf("Open of a newer maildesk beside a daemon = %v, want that it is refused", err)
	}
}
