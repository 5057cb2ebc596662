package store

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/faulttest"
	"maildesk/store/datafolder"
	"maildesk/store/migrations"
	"maildesk/store/sqlrow"
)

// openFirst makes a folder with the frozen first schema and its rows.
func openFirst(t *testing.T) (folder string) {
	t.Helper()
	script, err := os.ReadFile("testdata/schema1.sql")
	if err != nil {
		t.Fatal(err)
	}
	folder = t.TempDir()
	old, err := sql.Open("sqlite3", filepath.Join(folder, datafolder.File))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.Exec(string(script)); err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	return folder
}

// content returns every row of every table of a database file as text, with the
// columns that only names, or else all of them. The search index is words.
func content(t *testing.T, path string, only map[string][]string) (rows map[string][]string, columns map[string][]string, version int) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow("PRAGMA user_version").Scan(&version); err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	schemas := "sqlite_schema"
	if version >= datafolder.JournalApart {
		if _, err := db.Exec("ATTACH DATABASE ? AS journal", filepath.Join(filepath.Dir(path), datafolder.JournalFile)); err != nil {
			t.Fatal(err)
		}
		schemas = "(SELECT * FROM main.sqlite_schema UNION ALL SELECT * FROM journal.sqlite_schema)"
	}
	tables, err := sqlrow.Collect(sqlrow.ScanText)(db.Query("SELECT name FROM " + schemas + " WHERE type = 'table' AND name NOT LIKE 'search%' AND name NOT LIKE 'sqlite%' ORDER BY name"))
	if err != nil {
		t.Fatal(err)
	}
	rows, columns = make(map[string][]string), make(map[string][]string)
	for _, table := range tables {
		if columns[table], err = sqlrow.Collect(sqlrow.ScanText)(db.Query("SELECT name FROM pragma_table_info($1) WHERE $1 <> 'ticket' OR name <> 'checksum' ORDER BY cid", table)); err != nil {
			t.Fatal(err)
		}
		names := columns[table]
		if only != nil {
			if names = only[table]; names == nil {
				continue // it is new
			}
		}
		from := table
		if table == "mail" && only != nil && version >= datafolder.JournalApart {
			from = wholeMails
		}
		all, err := sqlrow.Collect(sqlrow.ScanText)(db.Query("SELECT quote(" + strings.Join(names, ") || ',' || quote(") + ") FROM " + from))
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(all)
		rows[table] = all
	}
	return rows, columns, version
}

// lasting returns the columns of which later schemas keep what is in them. Events are
// taken apart: see TestOldEvents.
func lasting(columns map[string][]string) map[string][]string {
	last := maps.Clone(columns)
	last["event"] = []string{"id", "ticket", "at", "actor", "mail"}
	return last
}

// wholeMails is the table mail as it was when all was in one file.
const wholeMails = `(SELECT m.id, source, reverse_path, unknown, forward_paths, client, helo, tls, auth_user, received_at, size, sha256, fingerprint, message_id, trusted, duplicate_of, checksum,
	coalesce(h.attempts, b.attempts, m.attempts) AS attempts, coalesce(h.disposition, 'pending') AS disposition, coalesce(h.reason, '') AS reason, h.ticket, coalesce(h.handled_at, 0) AS handled_at
	FROM mail m LEFT JOIN handled h ON h.mail = m.id LEFT JOIN begun b ON b.mail = m.id)`

func count(rows map[string][]string) (n int) {
	for _, all := range rows {
		n += len(all)
	}
	return n
}

// TestT153DataIsEqual: after the upgrade every value of the first schema is
// what it was, and the copy made before it is the old database.
func TestT153DataIsEqual(t *testing.T) {
	folder := openFirst(t)
	path := filepath.Join(folder, datafolder.File)
	before, columns, version := content(t, path, nil)
	if version != 1 || count(before) == 0 {
		t.Fatalf("the frozen database has schema %d and %d rows", version, count(before))
	}
	lasts, _, _ := content(t, path, lasting(columns))
	db := openFolder(t, folder, Options{Exclusive: true})
	after, _, now := content(t, path, lasting(columns))
	for table, rows := range lasts {
		equal(t, "rows of "+table, after[table], rows)
	}
	kept, _, old := content(t, path+".schema1", columns)
	equal(t, "the copy before the migration", kept, before)
	if old != 1 || now != len(migrations.Tickets()) {
		t.Errorf("schema of the copy %d, of the database %d; want 1 and %d", old, now, len(migrations.Tickets()))
	}
	if info, err := os.Stat(path + ".schema1"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode of the copy before the migration = %v, %v; want 0600", info.Mode(), err)
	}
	problems, err := db.Check(t.Context())
	if len(problems) > 0 || err != nil {
		t.Errorf("Check = %v, %v", problems, err)
	}
	faulttest.Seen(t, "T153", "first schema with rows opened by this version; a newer schema by this one",
		"schema 1 → %d, all %d rows of %d tables equal, the copy .schema1 is the old database; a newer schema is refused with \"use the newer one\"", now, count(before), len(before))
}

// slowMigration fills a table for seconds, so that a kill comes in its middle.
const slowMigration = `CREATE TABLE filler (a TEXT NOT NULL) STRICT;
UPDATE ticket SET subject = subject || ' (migrated)';
INSERT INTO filler WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT printf('%%0200d', i) FROM n;`

// childMigrate brings the folder to a schema after ours, slowly.
func childMigrate(db *DB, folder string) {
	fmt.Println("begins")
	scripts := append(migrations.Tickets(), fmt.Sprintf(slowMigration, 3_000_000))
	fmt.Println("done", migrations.Run(context.Background(), db.tickets.Conn, filepath.Join(folder, datafolder.File), scripts, true, nil))
}

// TestT154KillInMigration: a killed migration leaves the old schema, whole, and
// the next start brings it to its end.
func TestT154KillInMigration(t *testing.T) {
	folder := openFirst(t)
	upgraded, err := Open(t.Context(), folder, Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := upgraded.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, datafolder.File)
	before, columns, version := content(t, path, nil)
	const kills = 8
	written := 0 // kills after pages of the migration were written
	for range kills {
		cmd := child(t, "migrate", site{folder: folder})
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		if !lines.Scan() || lines.Text() != "begins" {
			t.Fatalf("child says %q", lines.Text())
		}
		// Once the write-ahead log grows, the transaction is under way.
		for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
			if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 1<<20 {
				written++
				break
			}
		}
		time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond)
		cmd.Process.Kill()
		for lines.Scan() {
			t.Errorf("the child came to the end before it was killed: %s", lines.Text())
		}
		cmd.Wait() // "killed" is no news
		db, err := Open(t.Context(), folder, Options{Exclusive: true})
		if err != nil {
			t.Fatalf("Open after the kill = %v", err)
		}
		if problems, err := db.Check(t.Context()); len(problems) > 0 || err != nil {
			t.Errorf("Check after the kill = %v, %v", problems, err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		after, _, now := content(t, path, nil)
		equal(t, "schema after the kill", now, version)
		equal(t, "rows after the kill", after, before)
	}
	db := openFolder(t, folder, Options{Exclusive: true})
	if err := migrations.Run(t.Context(), db.tickets.Conn, path, append(migrations.Tickets(), fmt.Sprintf(slowMigration, 10)), true, nil); err != nil {
		t.Fatalf("migrate at last = %v", err)
	}
	after, _, now := content(t, path, columns)
	equal(t, "schema at last", now, version+1)
	if len(after["ticket"]) == 0 || !strings.Contains(after["ticket"][0], "(migrated)") {
		t.Errorf("tickets at last: %v", after["ticket"])
	}
	if written == 0 {
		t.Error("no kill came after the migration had written")
	}
	faulttest.Seen(t, "T154", "kill -9 in the middle of a migration", "%d kills, %d of them after pages were written: schema and all %d rows unchanged each time, integrity_check ok; the next try completes", kills, written, count(before))
}
