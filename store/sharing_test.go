package store

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"maildesk/store/datafolder"
	"maildesk/store/postgres"
	"maildesk/ticket"
)

// When the first of a group cannot find out what others have changed, the second looks again.
func TestGroupLooksForOthersUntilItKnows(t *testing.T) {
	db := openDaemons(t, 1)[0]
	update(t, db, func(ticket.Tx) error { return nil })
	if _, err := db.side.ExecContext(t.Context(), `WITH told AS (INSERT INTO change (id, keys) SELECT last + 1, 'no JSON' FROM turn) UPDATE turn SET last = last + 1`); err != nil {
		t.Fatal(err)
	}
	errs := make([]error, 2)
	var both sync.WaitGroup
	err := db.tickets.InTurn(t.Context(), func() error {
		for i := range errs {
			both.Go(func() { errs[i] = db.Update(t.Context(), func(ticket.Tx) error { return nil }) })
		}
		for db.tickets.Waiting() < len(errs) {
			runtime.Gosched()
		}
		return nil
	})
	both.Wait()
	if err != nil || errs[0] == nil || errs[1] == nil {
		t.Errorf("two changes that shared a commit ended with %v (%v), though nobody knows what others have changed", errs, err)
	}
}

// A mail that was claimed, and whose bytes cannot be read, need not wait for the end of the lease.
func TestClaimWithoutBytesIsGivenBack(t *testing.T) {
	db := openDaemons(t, 1)[0]
	addReplies(t, db, 2)
	if err := db.readers.Close(); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	claimed, err := db.Claim(t.Context(), db.Owner(), now, now.Add(time.Hour), 5)
	if err == nil || len(claimed) > 0 {
		t.Fatalf("Claim = %d mails, %v; want an error", len(claimed), err)
	}
	var ready int
	if err := db.side.QueryRowContext(t.Context(), `SELECT count(*) FROM outbox WHERE state = 'ready' AND lease_owner = ''`).Scan(&ready); err != nil {
		t.Fatal(err)
	}
	equal(t, "mails that are ready", ready, 2)
}

// A daemon that does not know whether others were told of its settings has none until they are told again, and takes
// no part beside one that has the clock; then all is as its settings say.
func TestSettingsThatMayNotBeTold(t *testing.T) {
	daemons := openDaemons(t, 2)
	holder, db := daemons[0], daemons[1]
	if taken, err := holder.takeTerm(t.Context(), Clock); err != nil || !taken {
		t.Fatalf("takeTerm = %t, %v", taken, err)
	}
	exec := func(statement string) {
		t.Helper()
		if _, err := holder.side.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	exec(`CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'as the test wants it'; END $$`)
	exec(`CREATE CONSTRAINT TRIGGER fails AFTER UPDATE ON node DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.config = 'newer') EXECUTE FUNCTION fails()`)
	if err := db.UseSettings(t.Context(), "newer"); err == nil {
		t.Fatal("UseSettings = nil, though COMMIT failed")
	}
	exec(`DROP FUNCTION fails CASCADE`)
	exec(`UPDATE node SET config = 'newer' WHERE id = ` + fmt.Sprint(db.server.Me())) // as if it had been committed
	nothing := func(ticket.Tx) error { return nil }
	if err := db.Update(t.Context(), nothing); !errors.Is(err, postgres.ErrAside) {
		t.Errorf("Update while nobody knows what others were told = %v, want ErrAside", err)
	}
	if err := db.UseSettings(t.Context(), "same"); err != nil {
		t.Fatal(err)
	}
	if err := db.Update(t.Context(), nothing); err != nil {
		t.Errorf("Update when they are told again = %v", err)
	}
	nodes, err := db.server.Nodes(t.Context(), db.side)
	for _, n := range nodes {
		equal(t, "what others know of the settings", n.Config, "same")
	}
	equal(t, "error", err, nil)
}

// Settings of which nobody knows whether others were told of them, as the connection ended at COMMIT, are told once more
// at once: the admin need not hear of it, and nobody works by others than it has told for half a minute.
func TestSettingsAreToldOnceMore(t *testing.T) {
	db := openDaemons(t, 1)[0]
	for _, statement := range []string{
		`CREATE SEQUENCE tries`,
		`CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('tries') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NULL; END $$`,
		`CREATE CONSTRAINT TRIGGER fails AFTER UPDATE ON node DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.config = 'newer') EXECUTE FUNCTION fails()`,
	} {
		if _, err := db.side.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.UseSettings(t.Context(), "newer"); err != nil {
		t.Fatalf("UseSettings = %v", err)
	}
	var tries int
	var told string
	if err := db.side.QueryRowContext(t.Context(), `SELECT (SELECT last_value FROM tries), config FROM node`).Scan(&tries, &told); err != nil {
		t.Fatal(err)
	}
	if tries != 2 || told != "newer" || db.server.Config() != "newer" {
		t.Errorf("after %d tries others know %q, and this daemon %q", tries, told, db.server.Config())
	}
}

// A seat is a folder, by whatever path it is reached, and no other one.
func TestSeatIsTheFolder(t *testing.T) {
	folder, other, link := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(folder, link); err != nil {
		t.Fatal(err)
	}
	seats := map[string]string{}
	for _, f := range []string{folder, other, link} {
		seat, err := seatOf(f)
		if err != nil {
			t.Fatal(err)
		}
		seats[f] = seat
	}
	if seats[folder] != seats[link] || seats[folder] == seats[other] {
		t.Errorf("the seats are %v", seats)
	}
}

// A command that has the data open when they begin to be moved changes nothing any more.
func TestCommandFindsTheMarkInItsTurn(t *testing.T) {
	mark := &datafolder.Moved{ID: "a", To: "elsewhere", At: noon}
	keep := func(db *DB, words string) error {
		m, raw := testMail(words)
		_, _, err := appendMail(db, m, raw)
		return err
	}
	for what, change := range map[string]func(db *DB, words string) error{
		"a change of tickets": func(db *DB, _ string) error { return db.Update(t.Context(), func(ticket.Tx) error { return nil }) },
		"a mail":              keep,
	} {
		t.Run(what, func(t *testing.T) {
			sites(t, func(t *testing.T, at site) {
				first, err := Open(t.Context(), at.folder, at.options(Options{Exclusive: true}))
				if err == nil {
					err = first.Close()
				}
				if err != nil {
					t.Fatal(err)
				}
				db := at.open(t, Options{})
				if err := change(db, "before"); err != nil {
					t.Error(err)
				}
				if db.server == nil {
					err = datafolder.MarkMoved(db.folder, mark)
				} else {
					err = postgres.MarkMoved(t.Context(), db.side, mark)
				}
				if err != nil {
					t.Fatal(err)
				}
				err = change(db, "after")
				if _, elsewhere := errors.AsType[*datafolder.ElsewhereError](err); !elsewhere {
					t.Errorf("where the data are being moved: %v, want an ElsewhereError", err)
				}
			})
		})
	}
}

// Settings hold on each connection, without being startup parameters, and connections that
// only read are good for target_session_attrs=read-write as well.
func TestSettingsOfConnections(t *testing.T) {
	engine, err := postgres.Open(newDatabase(t)+"&target_session_attrs=read-write", "")
	if err != nil {
		t.Fatal(err)
	}
	writers, readers := engine.Pool(7*time.Second), engine.Readers()
	defer writers.Close()
	defer readers.Close()
	var writes, reads string
	if err := writers.QueryRowContext(t.Context(), `SELECT current_setting('lock_timeout') || ' ' || current_setting('idle_in_transaction_session_timeout') || ' ' || current_setting('transaction_read_only')`).Scan(&writes); err != nil {
		t.Fatal(err)
	}
	if err := readers.QueryRowContext(t.Context(), `SELECT current_setting('statement_timeout') || ' ' || current_setting('transaction_read_only')`).Scan(&reads); err != nil {
		t.Fatal(err)
	}
	equal(t, "settings of those that write", writes, "7s 10s off")
	equal(t, "settings of those that read", reads, "0 on")
}

// No limit of time that an admin has set for people at a prompt ends what we do: none that this server knows.
func TestLimitsOfTimeAreOurs(t *testing.T) {
	url := newDatabase(t)
	engine, err := postgres.Open(url, "")
	if err != nil {
		t.Fatal(err)
	}
	strict, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer strict.Close()
	const limits = `FROM pg_settings WHERE name ~ '(statement|lock|session|transaction)_timeout$' AND context = 'user' ORDER BY name`
	if _, err := strict.ExecContext(t.Context(), `DO $$ DECLARE n text; BEGIN FOR n IN SELECT name `+limits+` LOOP
		EXECUTE format('ALTER DATABASE %I SET %I = 54321', current_database(), n); END LOOP; END $$`); err != nil {
		t.Fatal(err)
	}
	for name, pool := range map[string]*sql.DB{"write": engine.Pool(7 * time.Second), "read": engine.Readers()} {
		defer pool.Close()
		var all, theirs string
		if err := pool.QueryRowContext(t.Context(), `SELECT string_agg(name, ' '), coalesce(string_agg(name, ' ') FILTER (WHERE setting = '54321'), '') FROM (SELECT name, setting `+limits+`) s`).Scan(&all, &theirs); err != nil {
			t.Fatal(err)
		}
		if theirs != "" || !strings.Contains(all, "statement_timeout") {
			t.Errorf("connections that %s have these limits of the database: %s (of %s)", name, theirs, all)
		}
	}
}

// Whoever has the clock is never aside, also in the moment in which its row has its new settings
// and it does not know that yet.
func TestHolderOfTheClockIsNeverAside(t *testing.T) {
	db := openDaemons(t, 1)[0]
	if taken, err := db.takeTerm(t.Context(), Clock); err != nil || !taken {
		t.Fatalf("takeTerm = %t, %v", taken, err)
	}
	if _, err := db.side.ExecContext(t.Context(), `UPDATE node SET config = 'new'`); err != nil {
		t.Fatal(err)
	}
	update(t, db, func(ticket.Tx) error { return nil })
	if err := db.lookAtNodes(t.Context()); err != nil || db.Aside() != nil {
		t.Errorf("lookAtNodes = %v, Aside = %v", err, db.Aside())
	}
}

// A daemon that could not give a term back takes it up again: nobody else may have it.
func TestTermThatWasNotGivenBackIsTakenAgain(t *testing.T) {
	daemons := openDaemons(t, 2)
	for range 2 {
		if taken, err := daemons[0].takeTerm(t.Context(), Clock); err != nil || !taken {
			t.Fatalf("takeTerm = %t, %v", taken, err)
		}
	}
	if taken, err := daemons[1].takeTerm(t.Context(), Clock); err != nil || taken {
		t.Errorf("takeTerm of the other = %t, %v", taken, err)
	}
}
