package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"maildesk/faulttest"
	"maildesk/store/datafolder"
	"maildesk/store/migrations"
	"maildesk/store/sqlite"
	"maildesk/ticket"
)

// oneFile makes a folder with a database of the last schema in which mails and
// tickets lay in one file, with mails of every kind.
func oneFile(t *testing.T) (folder string) {
	t.Helper()
	folder = openSeventh(t)
	path := filepath.Join(folder, datafolder.File)
	pool := sqlite.Open(path, sqlite.Writing)
	defer pool.Close()
	conn, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	rows, err := os.ReadFile("testdata/onefile-rows.sql")
	if err != nil {
		t.Fatal(err)
	}
	before, after, _ := strings.Cut(string(rows), "-- Schema 17\n")
	for _, step := range []func() error{
		func() error { _, err := conn.ExecContext(t.Context(), before); return err },
		func() error {
			return migrations.Run(t.Context(), conn, path, migrations.Tickets()[:datafolder.JournalApart-1], true, nil)
		},
		func() error { _, err := conn.ExecContext(t.Context(), after); return err },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// splitStep is the variable that names the step at which a child ends itself.
const splitStep = "MAILDESK_TEST_SPLIT_STEP"

// endAtSplitStep kills this process at a step of a migration, where that is wanted.
func endAtSplitStep() {
	n, err := strconv.Atoi(os.Getenv(splitStep))
	if err != nil {
		return
	}
	migrations.AtSplitStep = func(step string) {
		if n--; n == 0 {
			fmt.Println(step)
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
}

// childOpen has opened the folder.
func childOpen(*DB, string) { fmt.Println("opened") }

// TestT154KillWhileTheJournalIsSplitOff kills the migration that moves the mails into
// a file of their own at each of its steps, twice, and compares every column of every
// row when it has come to its end.
func TestT154KillWhileTheJournalIsSplitOff(t *testing.T) {
	template := oneFile(t)
	before, columns, version := content(t, filepath.Join(template, datafolder.File), nil)
	equal(t, "schema", version, datafolder.JournalApart-1)
	for _, table := range []string{"mail", "mail_raw", "fingerprint", "fetched", "imported", "lost"} {
		if len(before[table]) < 2 {
			t.Fatalf("%d rows in %s", len(before[table]), table)
		}
	}
	var steps []string
	for n := 1; ; n++ {
		folder := t.TempDir()
		if err := os.CopyFS(folder, os.DirFS(template)); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, datafolder.File)
		step := ""
		for again := range 2 { // what was begun is cut off once more
			cmd := child(t, "open", site{folder: folder})
			cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d", splitStep, n))
			out, _ := cmd.Output()
			end := strings.TrimSpace(string(out))
			if again == 0 {
				step = end
			}
			if end == "opened" {
				break
			}
			old, _, v := content(t, path, nil)
			equal(t, "schema when killed at "+step, v, datafolder.JournalApart-1)
			equal(t, "rows when killed at "+step, old, before)
		}
		steps = append(steps, step)
		db, err := Open(t.Context(), folder, Options{Exclusive: true})
		if err != nil {
			t.Fatalf("Open after the kill at %s = %v", step, err)
		}
		after, _, _ := content(t, path, columns)
		for table, rows := range before {
			equal(t, "rows of "+table+" after the kill at "+step, after[table], rows)
		}
		if problems, err := db.Check(t.Context()); len(problems) > 0 || err != nil {
			t.Errorf("Check after the kill at %s = %v, %v", step, problems, err)
		}
		m, raw := testMail("next")
		id, _, err := appendMail(db, m, raw)
		equal(t, "number of the next mail", id, ticket.MailID(len(before["mail"])+2)) // one is lost
		if err := errors.Join(err, db.Close()); err != nil {
			t.Error(err)
		}
		if left, _ := filepath.Glob(filepath.Join(folder, datafolder.JournalFile+".partial*")); len(left) > 0 {
			t.Errorf("left behind after the kill at %s: %v", step, left)
		}
		if step == "opened" {
			break
		}
	}
	if len(steps) < 12 {
		t.Errorf("only %d steps: %v", len(steps), steps)
	}
	faulttest.Seen(t, "T154", "kill -9 at each step of the migration that moves the mails into a journal of their own, twice in a row",
		"%d steps (%s): the old database has all %d rows each time, the next start completes, every column of every row is equal", len(steps)-1, strings.Join(steps[:len(steps)-1], ", "), count(before))
}

// TestT154ForeignJournal: a journal that lies beside an old database and is not its
// copy is neither used nor overwritten; a copy that an older version has overtaken is
// made anew.
func TestT154ForeignJournal(t *testing.T) {
	folder := oneFile(t)
	foreign := filled(t)
	journal := filepath.Join(folder, datafolder.JournalFile)
	bytes, err := os.ReadFile(filepath.Join(foreign, datafolder.JournalFile))
	if err == nil {
		err = os.WriteFile(journal, bytes, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if db, err := Open(t.Context(), folder, Options{Exclusive: true}); err == nil || !strings.Contains(err.Error(), "move it away") {
		t.Errorf("Open beside a foreign journal = %v, %v; want that it be moved away", db, err)
	}
	if now, err := os.ReadFile(journal); string(now) != string(bytes) {
		t.Errorf("the foreign journal was changed (%v)", err)
	}
	if err := os.Rename(journal, filepath.Join(folder, datafolder.JournalFile+".partial")); err != nil {
		t.Fatal(err)
	}
	before, columns, _ := content(t, filepath.Join(folder, datafolder.File), nil)
	openFolder(t, folder, Options{Exclusive: true})
	after, _, _ := content(t, filepath.Join(folder, datafolder.File), columns)
	for table, rows := range before {
		equal(t, "rows of "+table, after[table], rows)
	}
	faulttest.Seen(t, "T154", "a foreign journal lies beside a database that is to be upgraded, or under the name of a copy that was begun", "refused and left alone; or made anew")
}

// TestSplitIsWhereItIsSaid: the schema that drops the tables of old is the one before
// which they are copied.
func TestSplitIsWhereItIsSaid(t *testing.T) {
	if script := migrations.Tickets()[datafolder.JournalApart-1]; !strings.Contains(script, "DROP TABLE mail;") {
		t.Errorf("schema %d does not drop the mails: %s", datafolder.JournalApart, script)
	}
}
