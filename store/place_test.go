package store

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maildesk/faulttest"
	"maildesk/store/datafolder"
	"maildesk/store/groupcommit"
	"maildesk/store/sqlite"
	"maildesk/ticket"
)

// TestT174LostDatabaseIsRefused: where keys stand without a database nobody makes
// a new one, neither the daemon nor a command.
func TestT174LostDatabaseIsRefused(t *testing.T) {
	for _, tt := range []struct {
		name string
		lose func(path string) error
		want string
	}{
		{"missing", os.Remove, "is missing"},
		{"empty", func(path string) error { return os.Truncate(path, 0) }, "is empty"},
		{"blank", blank, "has no tables"},
		{"cut within its first page", func(path string) error { return os.Truncate(path, 700) }, "is damaged"},
		{"cut behind its first page", func(path string) error { return os.Truncate(path, 4096) }, "is damaged"},
		{"cut by one page", cutPage, "is damaged"},
		{"cut in the middle of a page", func(path string) error { return os.Truncate(path, 4096*5+100) }, "is damaged"},
	} {
		for _, name := range []string{datafolder.File, datafolder.JournalFile} {
			for _, exclusive := range []bool{true, false} {
				refuseLost(t, tt.name+" "+name, tt.lose, tt.want, name, exclusive)
			}
		}
	}
	faulttest.Seen(t, "T174", "the database beside the keys, or the journal beside it, is missing, empty, blank, cut at four places; a daemon and a command open it", "refused with the way out each time, the file untouched")
}

func refuseLost(t *testing.T, what string, lose func(path string) error, want, name string, exclusive bool) {
	t.Helper()
	folder := filled(t)
	path := filepath.Join(folder, name)
	if err := errors.Join(lose(path), os.WriteFile(filepath.Join(folder, datafolder.KeysFile), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(path)
	db, err := Open(t.Context(), folder, Options{Exclusive: exclusive})
	if err == nil {
		db.Close()
	}
	if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "maildesk re") {
		t.Errorf("%s: Open (exclusive %t) = %v, want %q and a way out", what, exclusive, err, want)
	}
	after, statErr := os.ReadFile(path)
	if want == "is missing" && !errors.Is(statErr, os.ErrNotExist) || string(after) != string(before) {
		t.Errorf("%s: the refused Open (exclusive %t) left %d bytes (%v), there were %d", what, exclusive, len(after), statErr, len(before))
	}
}

// blank puts a database in its place that was opened and never used.
func blank(path string) error {
	if err := os.Truncate(path, 0); err != nil {
		return err
	}
	pool := sqlite.Open(path, sqlite.Writing)
	_, err := pool.Exec("PRAGMA user_version = 0")
	return errors.Join(err, pool.Close())
}

// cutPage takes the last page off.
func cutPage(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return os.Truncate(path, info.Size()-4096)
}

// TestT175MovedDatabaseEndsTheDesk does to the files of an open database what people
// do, then keeps a mail.
func TestT175MovedDatabaseEndsTheDesk(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(folder string) error
	}{
		{"database removed", func(folder string) error { return os.Remove(filepath.Join(folder, datafolder.File)) }},
		{"log removed", func(folder string) error { return os.Remove(filepath.Join(folder, datafolder.File+"-wal")) }},
		{"index of the log removed", func(folder string) error { return os.Remove(filepath.Join(folder, datafolder.File+"-shm")) }},
		{"all of it removed", os.RemoveAll},
		{"database replaced by a copy", func(folder string) error {
			path := filepath.Join(folder, datafolder.File)
			data, err := os.ReadFile(path)
			return errors.Join(err, os.WriteFile(path+".copy", data, 0o600), os.Rename(path+".copy", path))
		}},
		{"journal removed", func(folder string) error { return os.Remove(filepath.Join(folder, datafolder.JournalFile)) }},
		{"log of the journal removed", func(folder string) error { return os.Remove(filepath.Join(folder, datafolder.JournalFile+"-wal")) }},
		{"journal replaced by a copy", func(folder string) error {
			path := filepath.Join(folder, datafolder.JournalFile)
			data, err := os.ReadFile(path)
			return errors.Join(err, os.WriteFile(path+".copy", data, 0o600), os.Rename(path+".copy", path))
		}},
		{"database renamed", func(folder string) error {
			return os.Rename(filepath.Join(folder, datafolder.File), filepath.Join(folder, "old.db"))
		}},
		{"folder renamed", func(folder string) error { return os.Rename(folder, folder+".old") }},
		{"another folder in its place", func(folder string) error {
			return errors.Join(os.Rename(folder, folder+".old"), os.CopyFS(folder, os.DirFS(folder+".old")))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "data")
			db, err := Open(t.Context(), folder, Options{Exclusive: true})
			if err != nil {
				t.Fatal(err)
			}
			update(t, db, insert("before"))
			if err := tt.do(folder); err != nil {
				t.Fatal(err)
			}
			// The second is the one that would be told 250 if the first only noticed.
			for _, when := range []string{"at once", "later"} {
				write := func() error { return db.updateFirst(t.Context(), insert("after")) }
				if strings.Contains(tt.name, "journal") {
					write = func() error { m, raw := testMail("after"); _, _, err := appendMail(db, m, raw); return err }
				}
				if err := write(); !errors.Is(err, groupcommit.ErrBroken) {
					t.Errorf("write %s = %v, want ErrBroken", when, err)
				}
			}
			if err := db.Run(t.Context()); !errors.Is(err, groupcommit.ErrBroken) {
				t.Errorf("Run = %v, want ErrBroken", err)
			}
			if err := db.Room(1); !errors.Is(err, groupcommit.ErrBroken) {
				t.Errorf("Room = %v, want ErrBroken", err)
			}
			before, _ := filepath.Glob(folder + "/*")
			if err := db.Close(); err != nil {
				t.Errorf("Close = %v", err)
			}
			if after, _ := filepath.Glob(folder + "/*"); strings.Join(after, " ") != strings.Join(before, " ") {
				t.Errorf("Close left %v of %v: it touched files that are not its own", after, before)
			}
		})
	}
	faulttest.Seen(t, "T175", "under an open store: database, journal, log, its index, the folder removed, renamed, replaced by a copy", "nothing is kept, Run ends with an error, foreign files are left alone")
}

// TestT175MovedDuringATransaction: what is removed between the beginning and the
// commit is noticed, too.
func TestT175MovedDuringATransaction(t *testing.T) {
	db := openTest(t)
	err := db.Update(t.Context(), func(tx ticket.Tx) error {
		if err := insert("lost")(tx); err != nil {
			return err
		}
		return os.Remove(filepath.Join(db.folder, datafolder.File))
	})
	if !errors.Is(err, groupcommit.ErrBroken) {
		t.Errorf("Update = %v, want ErrBroken", err)
	}
	faulttest.Seen(t, "T175", "the database is removed within a transaction", "the commit is an error, the store is broken")
}

// TestT175IdleDeskNotices: also a desk that has nothing to write ends.
func TestT175IdleDeskNotices(t *testing.T) {
	db := openTest(t)
	if err := os.Remove(filepath.Join(db.folder, datafolder.File)); err != nil {
		t.Fatal(err)
	}
	if _, ok := errors.AsType[*datafolder.MovedError](db.Run(t.Context())); !ok {
		t.Error("Run of an idle store whose database was removed does not end with a MovedError")
	}
	faulttest.Seen(t, "T175", "the database is removed under an idle store", "Run ends with the reason")
}

// TestT175NobodyMakesADatabase: a connection that is opened when the file is gone
// puts no other in its place.
func TestT175NobodyMakesADatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), datafolder.File)
	for name, params := range map[string]func() url.Values{"writing": sqlite.Writing, "reading": sqlite.Reading} {
		pool := sqlite.Open(path, params)
		if err := pool.PingContext(t.Context()); err == nil {
			t.Errorf("a connection for %s opens a database that is not there", name)
		}
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("a connection for %s made the file (%v)", name, err)
		}
		pool.Close()
	}
	faulttest.Seen(t, "T175", "connections to a database whose file is gone", "an error, no file is made")
}
