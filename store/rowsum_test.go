package store

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maildesk/faulttest"
	"maildesk/store/datafolder"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// TestT009ChangedRows changes one bit of each column that a checksum is taken of,
// by another program and in the file.
func TestT009ChangedRows(t *testing.T) {
	sites(t, func(t *testing.T, at site) {
		db, err := Open(t.Context(), at.folder, at.options(Options{Exclusive: true}))
		if err != nil {
			t.Fatal(err)
		}
		update(t, db, func(tx ticket.Tx) error { return errors.Join(newTicket(db, tx, 1), tx.SaveArticle(printerArticle())) })
		if err := db.KeepAuthentication(t.Context(), 1, checked); err != nil {
			t.Fatal(err)
		}
		plain := another(t, at)
		defer plain.Close()
		flips := 0
		for _, s := range tables.Summed {
			for column := range strings.SplitSeq(s.Columns, ",") {
				column = strings.TrimSpace(column)
				var id int64
				var was any
				if err := plain.QueryRow("SELECT id, "+column+" FROM "+s.Table+" ORDER BY id LIMIT 1").Scan(&id, &was); err != nil {
					t.Fatalf("%s.%s: %v", s.Table, column, err)
				}
				if _, err := plain.Exec("UPDATE "+s.Table+" SET "+column+" = $1 WHERE id = $2", flipped(was), id); err != nil {
					t.Fatalf("%s.%s: %v", s.Table, column, err)
				}
				problems, err := tables.CheckSums(t.Context(), db.viewRows)
				if err != nil || len(problems) != 1 || !strings.Contains(problems[0].String(), s.Table+" 1 has another checksum") {
					t.Errorf("%s.%s, a bit is another: %v, %v", s.Table, column, problems, err)
				}
				if _, err := plain.Exec("UPDATE "+s.Table+" SET "+column+" = $1 WHERE id = $2", was, id); err != nil {
					t.Fatalf("%s.%s: %v", s.Table, column, err)
				}
				flips++
			}
		}
		if problems, err := db.Check(t.Context()); len(problems) > 0 || err != nil {
			t.Fatalf("Check when all is as it was = %v, %v", problems, err)
		}
		if at.database != "" { // whose files are the server's
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			faulttest.Seen(t, "T009", "one bit is changed in a row on PostgreSQL by another program, column by column", "check --data names the row each time, %d columns", flips)
			return
		}
		inFile := flipInFile(t, db, plain, at.folder)
		faulttest.Seen(t, "T009", "one bit is changed in a row by another program, column by column, and in texts in the file itself",
			"check --data names the row each time, %d columns and %d places in the file", flips, inFile)
	})
}

// another opens the databases of a site as another program does, which heeds no constraint.
func another(t *testing.T, at site) *sql.DB {
	t.Helper()
	driver, name, ignore := "sqlite3", filepath.Join(at.folder, datafolder.File), `PRAGMA ignore_check_constraints = on; PRAGMA busy_timeout = 5000; ATTACH DATABASE '`+filepath.Join(at.folder, datafolder.JournalFile)+`' AS journal`
	if at.database != "" {
		driver, name, ignore = "pgx", at.database, `DO $$ DECLARE c record; BEGIN
			FOR c IN SELECT conname, conrelid::regclass AS of FROM pg_constraint WHERE contype IN ('c', 'f') AND connamespace = 'public'::regnamespace LOOP
				EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.of, c.conname);
			END LOOP; END $$`
	}
	plain, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	plain.SetMaxOpenConns(1) // PRAGMA and ATTACH hold for one connection
	if _, err := plain.Exec(ignore); err != nil {
		t.Fatal(errors.Join(err, plain.Close()))
	}
	return plain
}

func flipped(v any) any {
	switch v := v.(type) {
	case int64:
		return v ^ 1
	case string:
		if v == "" {
			return "\x01"
		}
		return string(v[0]^1) + v[1:]
	case []byte:
		b := bytes.Clone(v)
		b[0] ^= 1
		return b
	}
	return int64(1) // NULL
}

// flipInFile changes one bit of texts where they stand in the file.
func flipInFile(t *testing.T, db *DB, plain *sql.DB, folder string) (flips int) {
	texts := map[string]string{}
	for name, query := range map[string]string{
		"subject": "SELECT subject FROM ticket", "requester": "SELECT requester FROM ticket", "text": "SELECT text FROM entry", "recipient": "SELECT recipient FROM outbox",
	} {
		var text string
		if err := plain.QueryRow(query + " LIMIT 1").Scan(&text); err != nil || len(text) < 3 {
			t.Fatalf("%s: %q, %v", name, text, err)
		}
		texts[name] = text
	}
	if err := plain.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, datafolder.File)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range texts {
		at := bytes.LastIndex(whole, []byte(text))
		if at < 0 {
			t.Fatalf("%s is not in the file", name)
		}
		spoilt := bytes.Clone(whole)
		spoilt[at+1] ^= 1
		if err := os.WriteFile(path, spoilt, 0o600); err != nil {
			t.Fatal(err)
		}
		again, err := Open(t.Context(), folder, Options{})
		if err != nil {
			continue // an index shows it at once
		}
		problems, err := again.Check(t.Context())
		if err == nil && len(problems) == 0 {
			t.Errorf("%s, a bit is another in the file: nothing is found", name)
		}
		if err := again.Close(); err != nil {
			t.Fatal(err)
		}
		flips++
	}
	return flips
}
