package store

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"maildesk/store/datafolder"
	"maildesk/store/migrations"
	"maildesk/store/sqlite"
	"maildesk/ticket"
)

// openSeventh makes a folder with a database of schema 7, the last one before
// outgoing bytes had hashes, and a row in each of its tables.
func openSeventh(t *testing.T) (folder string) {
	t.Helper()
	folder = openFirst(t)
	path := filepath.Join(folder, datafolder.File)
	db := sqlite.Open(path, sqlite.Writing)
	defer db.Close()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := migrations.Run(t.Context(), conn, path, migrations.Tickets()[:7], true, nil); err != nil {
		t.Fatal(err)
	}
	rows, err := os.ReadFile("testdata/schema7-rows.sql")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), string(rows)); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestUpgradeFromTheSeventh: a database with rows of every kind keeps all of them,
// and what is new in them is as if it had been written today.
func TestUpgradeFromTheSeventh(t *testing.T) {
	folder := openSeventh(t)
	path := filepath.Join(folder, datafolder.File)
	before, columns, version := content(t, path, nil)
	equal(t, "schema of the old database", version, 7)
	for table := range columns {
		if len(before[table]) == 0 {
			t.Errorf("the old database has no row in %s", table)
		}
	}
	lasts, _, _ := content(t, path, lasting(columns))
	db := openFolder(t, folder, Options{Exclusive: true})
	after, _, _ := content(t, path, lasting(columns))
	for table, rows := range lasts {
		equal(t, "rows of "+table, after[table], rows)
	}
	if problems, err := db.Check(t.Context()); len(problems) > 0 || err != nil {
		t.Errorf("Check = %v, %v", problems, err)
	}
	for _, tt := range []struct{ what, query, want string }{
		{"hash of the first outgoing mail", `SELECT lower(hex(sha256)) || ' ' || size FROM outbox WHERE id = 1`, hexOf("Hi\r\n") + " 4"},
		{"hash of a large one", `SELECT lower(hex(sha256)) || ' ' || size FROM outbox WHERE id = 2`, hexOf(string(make([]byte, 40000))) + " 40000"},
		{"budget of an acknowledgement", `SELECT allowed_at || ' ' || budget_mailbox || ' ' || budget_domain || held FROM outbox WHERE id = 1`, "1000000 ana@example.net example.net"},
		{"budget of an agent's mail", `SELECT allowed_at || budget_mailbox || budget_domain FROM outbox WHERE id = 2`, "0"},
		{"proven participants", `SELECT sum(proven) FROM participant`, "0"},
		{"rounds", `SELECT sum(round) FROM ticket`, "0"},
	} {
		equal(t, tt.what, one(t, path, tt.query), tt.want)
	}
	err := db.View(t.Context(), func(r ticket.Reader) error {
		m, err := r.OutboxMail(2)
		equal(t, "bytes of a mail that was made before files were apart", len(m.Bytes), 40000)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func hexOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// one returns the one value of a query.
func one(t *testing.T, path, query string) (s string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(query).Scan(&s); err != nil {
		t.Fatal(err)
	}
	return s
}
