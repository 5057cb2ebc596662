package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maildesk/faulttest"
	"maildesk/store/datafolder"
	"maildesk/store/groupcommit"
	"maildesk/store/migrations"
	"maildesk/store/sqlite"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

func TestT004EveryConnectionIsDurable(t *testing.T) {
	db := openTest(t)
	lines, err := db.Settings(t.Context())
	if err != nil {
		t.Fatalf("Settings = %v", err)
	}
	var of []string
	for _, line := range lines {
		who, _, _ := strings.Cut(line, ":")
		of = append(of, who)
	}
	equal(t, "who has a line", of, []string{"writer of the journal", "writer", fmt.Sprintf("readers 1 to %d", sqlite.ReadConns)})
	for _, line := range lines {
		for _, want := range []string{"synchronous=2", "journal_mode=wal", "foreign_keys=1"} {
			if !strings.Contains(line, want) {
				t.Errorf("Settings: %q has no %s", line, want)
			}
		}
	}
	faulttest.Seen(t, "T004", "PRAGMA synchronous read back on every connection", "2 (FULL) on all")
}

// go-sqlite3 takes a misspelt parameter without a word.
func TestT004MisspeltSettingIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), datafolder.File)
	for param := range map[string]bool{"_synchronous": true, "_foreign_keys": true, "_journal_mode": true} {
		if err := os.WriteFile(path+param, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		pool := sqlite.Open(path+param, func() url.Values {
			v := sqlite.Writing()
			v["_misspelt"+param] = v[param]
			v.Del(param)
			return v
		})
		if err := pool.PingContext(t.Context()); err == nil || !strings.Contains(err.Error(), strings.TrimPrefix(param, "_")) {
			t.Errorf("connection without %s = %v, want it refused by name", param, err)
		}
		pool.Close()
	}
	faulttest.Seen(t, "T004", "a connection string that lacks FULL, WAL or foreign keys, or misspells one", "the connection is refused with what is missing")
}

func TestReadersCannotWrite(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		if _, err := db.readers.ExecContext(t.Context(), "DELETE FROM ticket"); err == nil {
			t.Errorf("DELETE on a reading connection = nil, want an error")
		}
	})
}

func TestFolderIsPrivate(t *testing.T) {
	sites(t, func(t *testing.T, at site) {
		at.folder = filepath.Join(at.folder, "a", "data with ?&#% in its name")
		db := at.open(t, Options{Exclusive: true})
		update(t, db, insert("s"))
		modes := map[string]os.FileMode{"": 0o700, "lock": 0o600, "numbers": 0o600}
		if db.server == nil {
			for _, name := range []string{datafolder.File, datafolder.File + "-wal", datafolder.JournalFile, datafolder.JournalFile + "-wal"} {
				modes[name] = 0o600
			}
		}
		for name, want := range modes {
			info, err := os.Stat(filepath.Join(at.folder, name))
			if err != nil {
				t.Errorf("Stat(%q) = %v", name, err)
			} else if got := info.Mode().Perm(); got != want {
				t.Errorf("mode of %q = %o, want %o", name, got, want)
			}
		}
	})
}

func TestT017SecondDaemonIsRefused(t *testing.T) {
	sites(t, func(t *testing.T, at site) {
		first, err := Open(t.Context(), at.folder, at.options(Options{Exclusive: true}))
		if err != nil {
			t.Fatalf("first Open = %v", err)
		}
		_, err = Open(t.Context(), at.folder, at.options(Options{Exclusive: true}))
		if locked, ok := errors.AsType[*datafolder.LockedError](err); !ok || !strings.Contains(locked.Holder, filepath.Base(os.Args[0])) {
			t.Errorf("second Open = %v, want LockedError with who holds it", err)
		}
		if err == nil || !strings.Contains(err.Error(), "another maildesk works on this folder") {
			t.Errorf("second Open = %v, want words for people", err)
		}
		beside := at.open(t, Options{}) // a command beside the daemon
		update(t, beside, insert("from a command"))
		equal(t, "seen by the daemon", subjects(t, first), map[string]int{"from a command": 1})

		if err := first.Close(); err != nil {
			t.Fatalf("Close = %v", err)
		}
		at.open(t, Options{Exclusive: true})
		faulttest.Seen(t, "T017", "a second store is opened for a daemon on one folder", "refused, with the process that holds it; free when that ends")
	})
}

// filled returns a data folder with some tickets, which nobody has open.
func filled(t *testing.T) (folder string) {
	t.Helper()
	folder = t.TempDir()
	db, err := Open(t.Context(), folder, Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	for range 50 {
		update(t, db, insert(strings.Repeat("long subject ", 100)))
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return folder
}

// spoil writes garbage over a page of the database, counted from its end where
// at is negative.
func spoil(t *testing.T, folder string, at int64) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(folder, datafolder.File), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if at < 0 {
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		at += info.Size()
	}
	if _, err := f.WriteAt([]byte(strings.Repeat("garbage ", 4096/8)), at); err != nil {
		t.Fatal(err)
	}
}

// TestDamageIsFoundBesideTheWork: where the look for damage would keep the desk
// waiting it goes on while the store is at work, and ends it.
func TestDamageIsFoundBesideTheWork(t *testing.T) {
	patience := startPatience
	startPatience = 0
	t.Cleanup(func() { startPatience = patience })
	folder := filled(t)
	sound, err := Open(t.Context(), folder, Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := sound.Run(ctx); err != nil || len(sound.unchecked) != 2 {
		t.Fatalf("Run of a sound store = %v, with %d files unchecked, want nil and 2", err, len(sound.unchecked))
	}
	moveFrom := 0
	if err := sound.tickets.Conn.QueryRowContext(t.Context(), "PRAGMA wal_autocheckpoint").Scan(&moveFrom); err != nil || moveFrom != sqlite.LongLog {
		t.Errorf("after the look for damage commits move the log from %d pages on (%v), want %d", moveFrom, err, sqlite.LongLog)
	}
	if err := sound.Close(); err != nil {
		t.Fatal(err)
	}
	spoil(t, folder, -4096)
	db, err := Open(t.Context(), folder, Options{Exclusive: true})
	if err != nil {
		t.Fatalf("Open that does not wait = %v", err)
	}
	defer db.Close()
	err = db.Run(t.Context())
	if _, ok := errors.AsType[*sqlite.DamagedError](err); !ok || !errors.Is(err, groupcommit.ErrBroken) {
		t.Errorf("Run of a damaged store = %v, want ErrBroken and DamagedError", err)
	}
}

func TestT014DamagedDatabaseIsRefused(t *testing.T) {
	for name, at := range map[string]int64{"the first page": 0, "a page of a table": 2 * 4096, "a page at the end": -4096} {
		t.Run(name, func(t *testing.T) {
			folder := filled(t)
			spoil(t, folder, at)
			db, err := Open(t.Context(), folder, Options{Exclusive: true})
			if err == nil {
				db.Close()
			}
			if _, ok := errors.AsType[*sqlite.DamagedError](err); !ok {
				t.Fatalf("Open of a damaged database = %v, want DamagedError", err)
			}
			if !strings.Contains(err.Error(), folder) || !strings.Contains(err.Error(), "backup") {
				t.Errorf("Open = %v: want the folder and a remedy in it", err)
			}
		})
	}
	faulttest.Seen(t, "T014", "a page of the database is garbage: the first, one of a table, the last", "refused with the folder and a remedy, each time")
}

// TestT153SchemaOfAnotherVersion: a schema that is newer is refused, and one that is older is refused to
// a command; nothing is changed.
func TestT153SchemaOfAnotherVersion(t *testing.T) {
	sites(t, func(t *testing.T, at site) {
		db := at.open(t, Options{})
		known := len(either(db, migrations.Tickets(), migrations.Postgres()))
		for _, tt := range []struct {
			found     int
			exclusive bool
			want      string
		}{{known + 1, true, "newer maildesk"}, {known + 1, false, "newer maildesk"}, {known - 1, false, "older"}} {
			if err := db.tickets.Exec(fmt.Sprintf(either(db, "PRAGMA user_version = %d", "UPDATE schema_version SET version = %d"), tt.found)); err != nil {
				t.Fatal(err)
			}
			refused, err := Open(t.Context(), at.folder, at.options(Options{Exclusive: tt.exclusive}))
			if err == nil {
				refused.Close()
			}
			if schema, ok := errors.AsType[*migrations.SchemaError](err); !ok || schema.Found != tt.found || schema.Known != known || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Open of schema %d where %d is known (exclusive %t) = %v, want SchemaError: %s", tt.found, known, tt.exclusive, err, tt.want)
			}
		}
		faulttest.Seen(t, "T153", "the data have a newer schema; a command meets an older one", "refused with words")
	})
}

func TestT153MigrationOfFiles(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, datafolder.File)
	db := openFolder(t, folder, Options{})
	update(t, db, insert("old"))
	scripts := append(migrations.Tickets(), "ALTER TABLE ticket ADD COLUMN colour TEXT NOT NULL DEFAULT ''")

	var schema *migrations.SchemaError
	if err := migrations.Run(t.Context(), db.tickets.Conn, path, scripts, false, nil); !errors.As(err, &schema) || schema.Found >= schema.Known {
		t.Errorf("migrate by a command = %v, want SchemaError: older", err)
	}
	broken := append(scripts, "CREATE TABLE half (a)", "this is not SQL")
	if err := migrations.Run(t.Context(), db.tickets.Conn, path, broken, true, nil); err == nil {
		t.Errorf("migrate with a broken script = nil, want an error")
	}
	if v, err := migrations.SchemaVersion(t.Context(), db.tickets.Conn); v != len(migrations.Tickets()) || err != nil {
		t.Errorf("schema after a broken migration = %d, %v; want it unchanged", v, err)
	}
	if err := migrations.Run(t.Context(), db.tickets.Conn, path, scripts, true, nil); err != nil {
		t.Errorf("migrate = %v", err)
	}
	if _, err := db.tickets.Conn.ExecContext(t.Context(), "UPDATE ticket SET colour = 'red'"); err != nil {
		t.Errorf("use of the new column: %v", err)
	}
	if info, err := os.Stat(fmt.Sprintf("%s.schema%d", path, len(migrations.Tickets()))); err != nil || info.Size() == 0 {
		t.Errorf("copy before the migration: %v", err)
	}
	faulttest.Seen(t, "T153", "an older schema in a folder, and a migration that is broken", "the older one is brought up to date with a copy kept, the broken one changes nothing")
}

// testdata/schema1.sql is the first schema with some rows, frozen. Whatever
// comes later must be able to work with it.
func TestT153FirstSchemaIsUpgraded(t *testing.T) {
	script, err := os.ReadFile("testdata/schema1.sql")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
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
	db := openFolder(t, folder, Options{Exclusive: true})
	fresh := openTest(t)
	for name, sql := range schemaOf(t, fresh) {
		equal(t, "schema of "+name, schemaOf(t, db)[name], sql)
	}
	update(t, db, func(tx ticket.Tx) error { return newTicket(db, tx, 2) })
	view(t, db, func(r ticket.Reader) error {
		found, err := found(r, "printer")
		equal(t, "Search: tickets", len(found), 2)
		if err != nil {
			return err
		}
		_, err = r.OutboxMail(1)
		return err
	})
	if problems, err := db.Check(t.Context()); len(problems) > 0 || err != nil {
		t.Errorf("Check = %v, %v", problems, err)
	}
	faulttest.Seen(t, "T153", "data of the first schema is opened", "schema as of a new one, everything found, conservation holds")
}

func schemaOf(t *testing.T, db *DB) map[string]string {
	t.Helper()
	rows, err := db.tickets.Conn.QueryContext(t.Context(), "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
	schema := make(map[string]string)
	_, err = sqlrow.Collect(func(row sqlrow.Scanner) (_ struct{}, err error) {
		var name, text string
		err = row.Scan(&name, &text)
		schema[name] = text
		return struct{}{}, err
	})(rows, err)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestBackup(t *testing.T) {
	db := openTest(t)
	update(t, db, func(tx ticket.Tx) error { return newTicket(db, tx, 1) })
	folder := t.TempDir()
	if err := db.Backup(t.Context(), folder); err != nil {
		t.Fatalf("Backup = %v", err)
	}
	if err := db.Backup(t.Context(), folder); err == nil {
		t.Errorf("Backup onto a backup = nil, want an error")
	}
	for _, name := range []string{datafolder.File, datafolder.JournalFile} {
		if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode of the backup of %s = %v, %v; want 0600", name, info.Mode(), err)
		}
	}
	restored := openFolder(t, folder, Options{Exclusive: true})
	equal(t, "restored", subjects(t, restored), subjects(t, db))
	if problems, err := restored.Check(t.Context()); len(problems) > 0 || err != nil {
		t.Errorf("Check = %v, %v", problems, err)
	}
}

func TestViewIsInterrupted(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		ctx, cancel := context.WithCancel(t.Context())
		err := db.View(ctx, func(r ticket.Reader) error {
			cancel()
			_, err := r.Tickets(ticket.Filter{})
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("View with a cancelled ctx = %v, want Canceled", err)
		}
	})
}

// What somebody still reads in the log is not taken for moved.
func TestCheckpointBesideAReader(t *testing.T) {
	db := openTest(t)
	update(t, db, insert("in the log"))
	conn, err := db.readers.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	tx, err := conn.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := tx.QueryRow("SELECT id FROM ticket").Scan(new(int)); err != nil { // it holds what it has read
		t.Fatal(err)
	}
	update(t, db, insert("after it"))
	if whole, err := db.checkpoint(t.Context(), db.tickets); err != nil || whole {
		t.Errorf("checkpoint beside a reader = %t, %v, want that not all was moved", whole, err)
	}
	tx.Rollback()
	if whole, err := db.checkpoint(t.Context(), db.tickets); err != nil || !whole {
		t.Errorf("checkpoint = %t, %v, want that all was moved", whole, err)
	}
}
