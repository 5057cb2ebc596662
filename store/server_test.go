package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"maildesk/faulttest/pgserver"
	"maildesk/store/datafolder"
	"maildesk/store/groupcommit"
	"maildesk/store/postgres"
	"maildesk/ticket"
)

// What a desk writes on PostgreSQL keeps the laws, and a row that is changed behind its back
// is found.
func TestServerCheck(t *testing.T) {
	db := openServerTest(t)
	m, raw := testMail("one")
	kept, _, err := appendMail(db, m, raw)
	if err != nil {
		t.Fatal(err)
	}
	update(t, db, func(tx ticket.Tx) error {
		id, err := tx.InsertTicket(testTicket("Printer jams"))
		if err == nil {
			_, err = tx.AddEntry(ticket.Entry{Ticket: id, Mail: kept, Kind: ticket.EntryMessage, Text: "It is on fire.", At: noon})
		}
		if err == nil {
			err = tx.Dispose(kept, ticket.DispositionNew, "", id, noon)
		}
		return err
	})
	problems, err := db.Check(t.Context())
	if err != nil || len(problems) > 0 {
		t.Fatalf("Check = %v, %v; want no problem", problems, err)
	}
	for _, harm := range []struct{ law, statement string }{
		{"a row is as it was written", `UPDATE ticket SET subject = 'x' WHERE id = 1`},
		{"a mail's bytes are those that came", `UPDATE mail_raw SET raw = 'x' WHERE mail = 1`},
		{"every entry is in the search index", `DELETE FROM search WHERE id > 0`},
		{"no mail has vanished", `UPDATE given SET seq = 3 WHERE name = 'mail'`},
		{"references are good", `ALTER TABLE entry ADD CONSTRAINT odd CHECK (kind <> 'message') NOT VALID`},
	} {
		if err := db.tickets.Exec(harm.statement); err != nil {
			t.Fatal(err)
		}
		problems, err := db.Check(t.Context())
		found := false
		for _, p := range problems {
			found = found || p.Law == harm.law
		}
		if err != nil || !found {
			t.Errorf("after %s Check = %v, %v; want %q", harm.statement, problems, err, harm.law)
		}
	}
}

// What a command writes beside a daemon overtakes the plans that rely on it, and no others. No
// number is given twice.
func TestServerIsSharedWithCommands(t *testing.T) {
	url := newDatabase(t)
	daemon := openFolder(t, t.TempDir(), Options{Exclusive: true, Database: url})
	command := openFolder(t, t.TempDir(), Options{Database: url})
	var first ticket.ID
	insert := func(db *DB, subject string) (id ticket.ID) {
		update(t, db, func(tx ticket.Tx) (err error) { id, err = tx.InsertTicket(testTicket(subject)); return err })
		return id
	}
	equal(t, "the first number", insert(daemon, "of the daemon"), ticket.ID(1))
	first = insert(command, "of the command")
	equal(t, "the next number", first, ticket.ID(2))
	insert(daemon, "the daemon has had the turn")
	var seen ticket.Moment
	view(t, daemon, func(r ticket.Reader) error { seen = r.Moment(); return nil })
	update(t, command, func(tx ticket.Tx) error {
		changed, err := tx.Ticket(first)
		if err == nil {
			changed.Subject = "changed"
			err = tx.UpdateTicket(changed)
		}
		return err
	})
	for of, want := range map[ticket.ID]error{first: ticket.ErrOvertaken, 1: nil} {
		p := &ticket.Plan{Seen: seen}
		p.Rely(ticket.Key{Of: ticket.OfTicket, ID: int64(of)}, 0)
		if err := daemon.Commit(t.Context(), ticket.InTurn, p); !errors.Is(err, want) {
			t.Errorf("Commit of a plan that relies on ticket %d, from before the command = %v, want %v", of, err, want)
		}
	}
	equal(t, "the number after", insert(daemon, "of the daemon again"), ticket.ID(4))
}

// A daemon whose connection was lost takes no more changes: what became of the last ones is not known.
func TestServerConnectionLost(t *testing.T) {
	t.Parallel() // it waits for connections
	url := newDatabase(t)
	db, err := Open(t.Context(), t.TempDir(), Options{Exclusive: true, Database: url})
	if err != nil {
		t.Fatal(err)
	}
	running := make(chan error, 1)
	go func() { running <- db.Run(t.Context()) }()
	pgserver.End(t, url)
	if err := <-running; !errors.Is(err, groupcommit.ErrBroken) {
		t.Errorf("Run = %v, want ErrBroken", err)
	}
	if err := db.Update(t.Context(), func(ticket.Tx) error { return nil }); !errors.Is(err, groupcommit.ErrBroken) {
		t.Errorf("Update = %v, want ErrBroken", err)
	}
	db.Close() // what is left of it
	next := openFolder(t, t.TempDir(), Options{Exclusive: true, Database: url})
	update(t, next, func(tx ticket.Tx) error {
		_, err := tx.InsertTicket(testTicket("goes on"))
		return err
	})
}

// What works on files only says so.
func TestServerRefusals(t *testing.T) {
	db := openServerTest(t)
	err := db.Backup(t.Context(), t.TempDir())
	if _, ok := errors.AsType[*ServerError](err); !ok {
		t.Errorf("Backup = %v, want a ServerError", err)
	}
}

// A database without tables beside the keys of a desk is a wrong one, and what cannot be
// opened says what to do.
func TestServerOpenErrors(t *testing.T) {
	empty := pgserver.Database(t)
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, datafolder.KeysFile), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, folder, url, want string }{
		{"lost", folder, empty, "has no tables"},
		{"no such database", t.TempDir(), strings.Replace(empty, "/test", "/other", 1), "createdb"},
		{"no URL", t.TempDir(), "postgres://[", "parse"},
		{"nobody listens", t.TempDir(), "postgres://127.0.0.1:1/x", "connect"},
	} {
		_, err := Open(t.Context(), tt.folder, Options{Exclusive: true, Database: tt.url})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: Open = %v, want %q in it", tt.name, err, tt.want)
		}
	}
	found, err := LookAtServer(t.Context(), empty, "")
	equal(t, "tables", found, false)
	equal(t, "error", err, nil)
}

// Of two hosts one accepts and says nothing, the other refuses: that the first is silent is what is told. It is
// not where it is known better.
func TestServerSilentBesideAnother(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	var late error
	for _, hosts := range []string{silent.Addr().String() + ",127.0.0.1:1", "127.0.0.1:1," + silent.Addr().String()} {
		e, err := postgres.Open("postgres://"+hosts+"/x?connect_timeout=1", "")
		if err != nil {
			t.Fatal(err)
		}
		pool := e.Readers()
		late = pool.PingContext(t.Context())
		pool.Close()
		if said := postgres.Explain(late); !errors.Is(said, postgres.ErrSilent) || !errors.Is(said, late) {
			t.Errorf("%s: %v is told as %v, want %v", hosts, late, said, postgres.ErrSilent)
		}
	}
	for _, better := range []error{postgres.ErrNoStandby, postgres.ErrStandbyBehind, context.Canceled, &pgconn.PgError{Code: "28P01", Message: "password authentication failed"}} {
		if said := postgres.Explain(errors.Join(late, better)); errors.Is(said, postgres.ErrSilent) || !errors.Is(said, better) {
			t.Errorf("beside %v it is told as %v", better, said)
		}
	}
}

// A user who is nothing but a user: that it may not make tables is said before a desk begins, and that
// it has no connection left is said with what to do.
func TestServerUserWithLittle(t *testing.T) {
	empty := pgserver.Database(t)
	admin, err := sql.Open("pgx", empty)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	user := "little_" + strings.ToLower(rand.Text()[:8])
	exec := func(statement string) {
		t.Helper()
		if _, err := admin.ExecContext(context.Background(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	exec(`CREATE USER ` + user)
	defer exec(`DROP OWNED BY ` + user + `; DROP USER ` + user)
	exec(`REVOKE CREATE ON SCHEMA public FROM PUBLIC`) // older servers let everybody
	url := strings.Replace(empty, "user=postgres", "user="+user, 1)
	_, err = LookAtServer(t.Context(), url, "")
	if err == nil || !strings.Contains(err.Error(), "may not make tables") || !strings.Contains(err.Error(), "OWNER TO") {
		t.Errorf("LookAtServer = %v, want that the user may not make tables", err)
	}
	exec(`GRANT CREATE ON SCHEMA public TO ` + user)
	_, err = LookAtServer(t.Context(), url, "")
	equal(t, "error", err, nil)

	e, err := postgres.Open(url, "")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := admin.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var sessions int // of this database: those of other tests come and go
	before, err := e.Look(t.Context())
	if err == nil {
		err = conn.QueryRowContext(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()`).Scan(&sessions)
	}
	if err != nil || before.Connections < 2 || sessions < 1 {
		t.Errorf("%d connections are seen by the user (%v), want its own and the admin's", before.Connections, err)
	}

	exec(`ALTER USER ` + user + ` CONNECTION LIMIT 0`)
	_, err = LookAtServer(t.Context(), url, "")
	if err == nil || !strings.Contains(err.Error(), "max_connections") || !strings.Contains(err.Error(), "a daemon holds up to 16") {
		t.Errorf("without connections LookAtServer = %v, want what to do", err)
	}
}

// lines passes on what is logged, as far as there is room.
type lines chan string

func (l lines) Write(line []byte) (int, error) {
	select {
	case l <- string(line):
	default:
	}
	return len(line), nil
}

// Where a commit means less than it seems the server is asked without a desk, and a commit whose wait for
// the standby is cancelled is told of.
func TestCommitsThatMeanLess(t *testing.T) {
	pair := pgserver.NewPair(t)
	admin, err := sql.Open("pgx", pair.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	exec := func(statement string) {
		t.Helper()
		if _, err := admin.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	engine, err := postgres.Open(pair.URL, "")
	if err != nil {
		t.Fatal(err)
	}
	for setting, want := range map[string]string{"local": "no commit waits", "remote_write": "in memory only", "on": ""} {
		exec(`ALTER DATABASE desk SET synchronous_commit = ` + setting)
		doubts, err := engine.Doubts(t.Context())
		if said := strings.Join(doubts, "; "); err != nil || want == "" && said != "" || !strings.Contains(said, want) {
			t.Errorf("synchronous_commit = %s: doubts %q (%v), want %q", setting, said, err, want)
		}
	}
	told := make(lines, 100)
	db := openFolder(t, t.TempDir(), Options{Exclusive: true, Database: pair.URL, Log: slog.New(slog.NewTextHandler(told, nil))})
	standbys := func(names string) {
		t.Helper()
		exec(`ALTER SYSTEM SET synchronous_standby_names = ` + names)
		exec(`SELECT pg_reload_conf()`)
	}
	standbys("gone")
	defer standbys(`''`) // who leaves commits as well
	// Who serves the standby must know, too, or it says that the standby has a commit.
	for counts := true; counts; {
		if err := admin.QueryRowContext(t.Context(), `SELECT coalesce(max(sync_priority), 0) > 0 FROM pg_stat_replication`).Scan(&counts); err != nil {
			t.Fatal(err)
		}
	}
	// So must the checkpointer, or commits do not wait yet: one after the other is made until one does.
	for n := 0; len(told) == 0; n++ {
		if n == 1000 {
			t.Fatal("nobody is told of a commit that is on one server alone")
		}
		m, raw := testMail(fmt.Sprint("mail ", n))
		done := make(chan error, 1)
		go func() {
			_, _, err := appendMail(db, m, raw)
			done <- err
		}()
		for waits := true; waits; {
			select {
			case err := <-done:
				if err != nil {
					t.Errorf("a commit whose wait was cancelled: %v, want that it is done", err)
				}
				waits = false
			default:
				exec(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'`)
			}
		}
	}
	if text := <-told; !strings.Contains(text, "did not wait for the standby") {
		t.Errorf("told %q", text)
	}
}

// Whoever marks a database as moved waits for a command that is changing something, and says which
// it is when that does not end.
func TestMarkMovedSaysWhoIsInTheWay(t *testing.T) {
	url := newDatabase(t)
	command := openFolder(t, t.TempDir(), Options{Database: url})
	e, err := postgres.Open(url, "")
	if err != nil {
		t.Fatal(err)
	}
	pool := e.Pool(100 * time.Millisecond)
	defer pool.Close()
	mark := func() error {
		conn, err := pool.Conn(t.Context())
		if err != nil {
			return err
		}
		defer conn.Close()
		return postgres.MarkMoved(t.Context(), conn, &datafolder.Moved{To: "elsewhere"})
	}
	update(t, command, func(ticket.Tx) error {
		err := mark()
		if locked, ok := errors.AsType[*postgres.LockedError](err); !ok || !locked.Turn || !strings.Contains(err.Error(), "maildesk, process") || !strings.Contains(err.Error(), "wait for it") {
			t.Errorf("MarkMoved beside a command = %v, want who it is and what to do", err)
		}
		return nil
	})
	if err := mark(); err != nil {
		t.Errorf("MarkMoved when it has ended = %v", err)
	}
}

// A desk comes back from pg_dump --format=custom and a copy of its folder, as docs/postgresql.md says: it is whole, and no
// number that was given since is given again.
func TestServerFromDump(t *testing.T) {
	url, folder := newDatabase(t), t.TempDir()
	insert := func(db *DB, subject string) (id ticket.ID) {
		update(t, db, func(tx ticket.Tx) (err error) { id, err = tx.InsertTicket(testTicket(subject)); return err })
		return id
	}
	work := func(url, folder string, past func(datafolder.Numbers) error, fn func(*DB)) {
		t.Helper()
		db, err := Open(t.Context(), folder, Options{Exclusive: true, Database: url, Past: past})
		if err != nil {
			t.Fatal(err)
		}
		fn(db)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	m, raw := testMail("one")
	var kept ticket.MailID
	work(url, folder, nil, func(db *DB) {
		id := insert(db, "Printer jams")
		var err error
		if kept, _, err = appendMail(db, m, raw); err != nil {
			t.Fatal(err)
		}
		update(t, db, func(tx ticket.Tx) error {
			_, err := tx.AddEntry(ticket.Entry{Ticket: id, Mail: kept, Kind: ticket.EntryMessage, Text: "It is on fire.", At: noon})
			if err == nil {
				err = tx.Dispose(kept, ticket.DispositionNew, "", id, noon)
			}
			return err
		})
	})
	restore := pgserver.Restore(t, url)
	copied := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(copied, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	work(url, folder, nil, func(db *DB) {
		equal(t, "the number after the dump", insert(db, "after the dump"), ticket.ID(2))
		equal(t, "the next", insert(db, "after the dump, too"), ticket.ID(3))
	})
	numbers, err := os.ReadFile(filepath.Join(folder, "numbers")) // which stays
	if err == nil {
		err = os.WriteFile(filepath.Join(copied, "numbers"), numbers, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	told := ticket.ID(-1)
	past := func(has datafolder.Numbers) error { told = ticket.ID(has[datafolder.TicketNumbers]); return nil }
	work(restore(), copied, past, func(db *DB) {
		equal(t, "the last ticket of the dump, which ends addresses", told, ticket.ID(1))
		problems, err := db.Check(t.Context())
		if err != nil || len(problems) > 0 {
			t.Errorf("Check = %v, %v; want no problem", problems, err)
		}
		view(t, db, func(r ticket.Reader) error {
			got, err := r.Raw(kept)
			if string(got) != string(raw) {
				t.Errorf("the mail that came back is %q", got)
			}
			return err
		})
		equal(t, "the number after the restore", insert(db, "after the restore"), ticket.ID(4))
	})
}
