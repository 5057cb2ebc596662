package store

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"maildesk/faulttest/pgserver"
	"maildesk/store/datafolder"
	"maildesk/store/migrations"
	"maildesk/store/sqlite"
	"maildesk/store/sqlrow"
	"maildesk/store/tables/schematest"
)

// TestUpgradeFromEverySchema: a database of any schema that there ever was, with rows in all of
// its tables, comes up to the newest, and every value that the newest has a place for is there.
func TestUpgradeFromEverySchema(t *testing.T) {
	newest := len(migrations.Tickets())
	for n := 1; n < newest; n++ {
		t.Run(fmt.Sprint("schema ", n), func(t *testing.T) {
			t.Parallel()
			folder := ofSchema(t, n)
			path := filepath.Join(folder, datafolder.File)
			plain := schematest.Plain(t, folder)
			tables := schematest.Fill(t, plain, 5)
			if err := plain.Close(); err != nil {
				t.Fatal(err)
			}
			_, columns, version := content(t, path, nil)
			equal(t, "schema", version, n)
			if len(columns) < 10 || len(tables) < len(columns) {
				t.Fatalf("%d tables, %d are filled", len(columns), len(tables))
			}
			last := lasting(columns)
			want, _, _ := content(t, path, last)
			upgraded, err := Open(t.Context(), folder, Options{Exclusive: true})
			if err == nil {
				err = upgraded.Close()
			}
			if err != nil {
				t.Fatalf("Open = %v", err)
			}
			got, _, version := content(t, path, last)
			equal(t, "schema after the upgrade", version, newest)
			for table, rows := range want {
				if !slices.Equal(got[table], rows) {
					t.Errorf("rows of %s (%v)\n got %v\nwant %v", table, last[table], got[table], rows)
				}
			}
		})
	}
}

// ofSchema makes a folder with an empty database of a schema.
func ofSchema(t *testing.T, n int) string {
	t.Helper()
	scripts := map[string][]string{datafolder.File: migrations.Tickets()[:n]}
	if n >= datafolder.JournalApart {
		scripts[datafolder.JournalFile] = migrations.Journal()[:1]
	}
	return schematest.Folder(t, scripts)
}

// TestServerUpgradeFromEverySchema is the same on PostgreSQL. Its rows come from a database of
// today, as far as the older schema has their columns.
func TestServerUpgradeFromEverySchema(t *testing.T) {
	t.Parallel()
	scripts := migrations.Postgres()
	for n := 1; n < len(scripts); n++ {
		url := pgserver.Database(t)
		db, err := sql.Open("pgx", url)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for _, statement := range append(slices.Clone(scripts[:n]), `CREATE TABLE schema_version (version BIGINT NOT NULL)`, fmt.Sprint(`INSERT INTO schema_version VALUES (`, n, `)`)) {
			if _, err := db.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
		fillServer(t, db)
		want := serverRows(t, db, nil)
		if len(want) < 30 {
			t.Fatalf("schema %d: %d tables, want more", n, len(want))
		}
		upgraded, err := Open(t.Context(), t.TempDir(), Options{Exclusive: true, Anew: true, Database: url})
		if err == nil {
			err = upgraded.Close()
		}
		if err != nil {
			t.Fatalf("schema %d: Open = %v", n, err)
		}
		got := serverRows(t, db, want)
		for table, rows := range want {
			if got[table].text != rows.text {
				t.Errorf("schema %d: rows of %s\n got %s\nwant %s", n, table, got[table].text, rows.text)
			}
		}
	}
}

// fillServer puts rows of a database on SQLite into the tables of one on PostgreSQL, as far as
// these have their columns.
func fillServer(t *testing.T, db *sql.DB) {
	t.Helper()
	folder := ofSchema(t, len(migrations.Tickets()))
	plain := schematest.Plain(t, folder)
	defer plain.Close()
	journal := sqlite.Open(filepath.Join(folder, datafolder.JournalFile), sqlite.Writing)
	conn, err := journal.Conn(t.Context())
	if err == nil {
		err = migrations.Run(t.Context(), conn, filepath.Join(folder, datafolder.JournalFile), migrations.Journal(), true, nil)
	}
	if err = errors.Join(err, conn.Close(), journal.Close()); err != nil {
		t.Fatal(err)
	}
	server, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	const begin = `SET session_replication_role = replica; -- heeds no references
		TRUNCATE search_alike_cursor;
		DELETE FROM given;
		INSERT INTO given (name, seq) VALUES ('mail', 5), ('ticket', 5), ('participant', 5), ('outbox', 5), ('event', 5)`
	if _, err := server.ExecContext(t.Context(), begin); err != nil {
		t.Fatal(err)
	}
	for _, table := range schematest.Fill(t, plain, 5) {
		columns, err := sqlrow.Collect(sqlrow.ScanText)(db.QueryContext(t.Context(), `SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1 ORDER BY 1`, table))
		if err != nil {
			t.Fatal(err)
		}
		if len(columns) == 0 {
			continue // it is newer
		}
		if table == "mail" { // which daemon handles it is known on the server alone
			columns = slices.DeleteFunc(columns, func(c string) bool { return c == "node" })
		}
		rows, err := plain.Query(`SELECT ` + strings.Join(columns, ", ") + ` FROM ` + table)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		values, into, marks := make([]any, len(columns)), make([]any, len(columns)), make([]string, len(columns))
		for i := range values {
			into[i], marks[i] = &values[i], fmt.Sprint("$", i+1)
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			if _, err := server.ExecContext(t.Context(), `INSERT INTO `+table+` (`+strings.Join(columns, ", ")+`) VALUES (`+strings.Join(marks, ", ")+`)`, values...); err != nil {
				t.Fatalf("%s: %v", table, err)
			}
		}
	}
}

// tableRows are the rows of a table as text.
type tableRows struct{ columns, text string }

// serverRows returns the rows of all tables, with the columns that were there before.
func serverRows(t *testing.T, db *sql.DB, before map[string]tableRows) map[string]tableRows {
	t.Helper()
	all := map[string]tableRows{}
	rows, err := db.QueryContext(t.Context(), `SELECT c.table_name, string_agg(quote_ident(c.column_name), ', ' ORDER BY c.column_name) FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
		WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name NOT IN ('given', 'turn', 'schema_version', 'change', 'node', 'term', 'search', 'search_article', 'search_alike') GROUP BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var table string
		var r tableRows
		if err := rows.Scan(&table, &r.columns); err != nil {
			t.Fatal(err)
		}
		if old, was := before[table]; was {
			r.columns = old.columns
		}
		if err := db.QueryRowContext(t.Context(), `SELECT coalesce(string_agg(r::text, E'\n' ORDER BY r::text), '') FROM (SELECT `+r.columns+` FROM `+table+`) r`).Scan(&r.text); err != nil {
			t.Fatal(err)
		}
		if before == nil && r.text == "" {
			t.Errorf("%s has no rows", table)
		}
		all[table] = r
	}
	return all
}
