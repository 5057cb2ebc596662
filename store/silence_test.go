package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"maildesk/faulttest/pgserver"
	"maildesk/store/groupcommit"
	"maildesk/store/postgres"
	"maildesk/ticket"
)

// sayings is a log that can be read while it is written.
type sayings struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *sayings) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *sayings) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// Commits that wait for a standby which is gone: no mail is let in any more, the log says why, the daemon ends,
// as does one that starts, and what waited comes back with an error. Without that standby all goes on.
func TestStandbyIsGone(t *testing.T) {
	t.Parallel() // it waits for patience to end
	pair := pgserver.NewPair(t)
	var log sayings
	o := Options{Exclusive: true, Database: pair.URL, Log: slog.New(slog.NewTextHandler(&log, nil))}
	folder := t.TempDir()
	db, err := Open(t.Context(), folder, o)
	if err != nil {
		t.Fatal(err)
	}
	pair.LoseStandby(t)
	ended := make(chan error, 2)
	go func() { ended <- db.Run(t.Context()) }()
	m, raw := testMail("whose commit waits")
	go func() {
		_, _, err := appendMail(db, m, raw)
		ended <- err
	}()
	for end := time.Now().Add(2 * time.Minute); !errors.Is(db.Room(1), postgres.ErrNoStandby); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("no reason to take no mail is seen: %v", db.Room(1))
		}
	}
	for range 2 {
		if err := <-ended; !errors.Is(err, groupcommit.ErrBroken) {
			t.Errorf("Run or a change returned %v, want ErrBroken", err)
		}
	}
	if err := db.Broken(); errors.Is(err, postgres.ErrNoStandby) == errors.Is(err, postgres.ErrSilent) { // whichever is seen last
		t.Errorf("the store is broken as %v, want ErrNoStandby, or ErrSilent alone", err)
	}
	if said := log.String(); !strings.Contains(said, "level=WARN msg=\"the database keeps us waiting") || !strings.Contains(said, "level=ERROR msg=\"the store takes no more changes") {
		t.Errorf("the log says:\n%s", said)
	}
	if err := db.Close(); err != nil {
		t.Errorf("Close = %v", err)
	}
	if db, err := Open(t.Context(), folder, o); !errors.Is(err, postgres.ErrNoStandby) {
		t.Errorf("Open without the standby = %v, want ErrNoStandby", err)
		if err == nil {
			db.Close()
		}
	}
	pair.GoOnAlone(t)
	db = openFolder(t, folder, o)
	if _, _, err := appendMail(db, m, raw); err != nil {
		t.Errorf("the mail when it comes again: %v", err)
	}
}

// A standby that is there and does not come after is told apart from one that is gone, and nothing is advised
// that would cost the second copy. Who may not see the standbys is told how one looks.
func TestStandbyIsBehind(t *testing.T) {
	t.Parallel() // it waits for patience to end
	pair := pgserver.NewPair(t)
	users := []struct {
		name string
		url  string
		why  error
		says string
		not  string
		db   *DB
		kept chan error
	}{
		{name: "all", url: pair.URL, why: postgres.ErrStandbyBehind, says: "behind", not: "ALTER SYSTEM"},
		{name: "plain", url: pair.UserURL(t, "plain"), why: postgres.ErrNoStandby, says: "GRANT pg_read_all_stats", not: postgres.ErrStandbyBehind.Error()},
	}
	for i := range users {
		u := &users[i]
		u.db, u.kept = openFolder(t, t.TempDir(), Options{Exclusive: true, Database: u.url}), make(chan error, 1)
		if err := u.db.journal.Exec(`SET synchronous_commit = remote_apply`); err != nil {
			t.Fatal(err)
		}
	}
	goOn := pair.Pause(t)
	m, raw := testMail("whose commit waits")
	for _, u := range users {
		go func() {
			_, _, err := appendMail(u.db, m, raw)
			u.kept <- err
		}()
	}
	for _, u := range users {
		var why error
		for end := time.Now().Add(2 * time.Minute); why == nil && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
			why = u.db.server.Ails(t.Context())
		}
		if !errors.Is(why, u.why) || !strings.Contains(why.Error(), u.says) || strings.Contains(why.Error(), u.not) {
			t.Errorf("%s: Ails = %v, want %v with %q and without %q", u.name, why, u.why, u.says, u.not)
		}
	}
	goOn()
	for _, u := range users {
		if err := <-u.kept; err != nil {
			t.Errorf("%s: the mail whose commit waited: %v", u.name, err)
		}
	}
}

// A listener whose log-in is refused, as after its password was changed, says so once, with what to do.
func TestListenerIsRefused(t *testing.T) {
	e, err := postgres.Open(strings.Replace(newDatabase(t), "user=postgres", "user=nobody", 1), "")
	if err != nil {
		t.Fatal(err)
	}
	var log sayings
	db := &DB{log: slog.New(slog.NewTextHandler(&log, nil))}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	e.Listen(ctx, func() { t.Error("it listens") }, func(err error) {
		db.notWoken(err)
		stop()
	})
	if said := log.String(); strings.Count(said, "level=WARN") != 1 || !strings.Contains(said, "data_password_file") {
		t.Errorf("the log says:\n%s", said)
	}
}

// Of two hosts the first takes connections and says nothing, as a machine does that stands still: the other
// one answers before anybody calls the database silent, and a desk starts there.
func TestFirstHostIsSilent(t *testing.T) {
	t.Parallel() // it waits for patience to end
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	u, err := url.Parse(pgserver.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("port", fmt.Sprint(silent.Addr().(*net.TCPAddr).Port)+","+cmp.Or(q.Get("port"), "5432"))
	q.Set("host", "127.0.0.1,"+q.Get("host"))
	u.RawQuery = q.Encode()
	var log sayings
	db, err := Open(t.Context(), t.TempDir(), Options{Exclusive: true, Database: u.String(), Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatalf("%v\n%s", err, &log)
	}
	defer db.Close()
	if err := db.server.Ails(t.Context()); err != nil {
		t.Errorf("the database is said to be ill: %v", err)
	}
	if strings.Contains(log.String(), "keeps us waiting") {
		t.Errorf("the log says\n%s", &log)
	}
}

// A command that the server keeps waiting after it has opened comes back by itself, with where the database is, why, and, if it
// changed something, that nobody knows whether that is kept.
func TestCommandMeetsASilentServer(t *testing.T) {
	t.Parallel() // it waits for patience to end
	silent := []func(context.Context, *DB) error{
		func(ctx context.Context, db *DB) error {
			return db.View(ctx, func(r ticket.Reader) error { _, err := r.Tickets(ticket.Filter{}); return err })
		},
		func(ctx context.Context, db *DB) error { return db.Update(ctx, func(ticket.Tx) error { return nil }) },
		func(_ context.Context, db *DB) error {
			m, raw := testMail("silent")
			_, _, err := appendMail(db, m, raw)
			return err
		},
		func(ctx context.Context, db *DB) error { _, err := db.server.Nodes(ctx, db.side); return err },
	}
	check := func(t *testing.T, ends []chan error) {
		t.Helper()
		comes(t, ends[0], postgres.ErrSilent, "database desk on ")
		comes(t, ends[1], postgres.ErrSilent, "database desk on ", doubtful)
		comes(t, ends[2], postgres.ErrSilent, "database desk on ", doubtful)
		comes(t, ends[3], postgres.ErrSilent)
	}
	for name, silence := range map[string]func(*testing.T, *pgserver.Pair){
		"the network swallows what is sent": func(t *testing.T, pair *pgserver.Pair) {
			network := pair.Swallower(t)
			check(t, meet(t, network.URL, func() { network.Swallows.Store(true) }, silent...))
		},
		"the server stands still": func(t *testing.T, pair *pgserver.Pair) {
			wake := func() {}
			check(t, meet(t, pair.URL, func() { wake = pair.Stop(t) }, silent...))
			wake()
			for end := time.Now().Add(2 * time.Minute); ; time.Sleep(100 * time.Millisecond) { // it has much to see to
				_, err := LookAtServer(t.Context(), pair.URL, "")
				if err == nil {
					break
				}
				if time.Now().After(end) {
					t.Fatal(err)
				}
			}
		},
		// Whoever only reads has no part in it that a commit of others waits for its standby.
		"the standby is gone": func(t *testing.T, pair *pgserver.Pair) {
			other, err := sql.Open("pgx", pair.URL)
			if err != nil {
				t.Fatal(err)
			}
			defer other.Close()
			reader := openFolder(t, t.TempDir(), Options{Database: pair.URL})
			kept := make(chan error, 1)
			waits := meet(t, pair.URL, func() {
				pair.LoseStandby(t)
				go func() { _, err := other.ExecContext(t.Context(), `CREATE TABLE of_another (n INT)`); kept <- err }()
				end := time.Now().Add(2 * time.Minute)
				for waits := false; !waits; time.Sleep(50 * time.Millisecond) {
					if time.Now().After(end) {
						t.Fatal("no commit waits for the standby")
					}
					if err := other.QueryRowContext(t.Context(), `SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND state_change < clock_timestamp() - interval '3 seconds')`).Scan(&waits); err != nil {
						t.Fatal(err)
					}
				}
				if err := reader.server.Ails(t.Context()); err != nil {
					t.Errorf("a command that reads, while a commit waits for a standby, is told: %v", err)
				}
				view(t, reader, func(r ticket.Reader) error { _, err := r.Tickets(ticket.Filter{}); return err })
			}, silent[2])
			comes(t, waits[0], postgres.ErrNoStandby, "database desk on ", doubtful)
			pair.GoOnAlone(t)
			if err := <-kept; err != nil {
				t.Errorf("the commit that waited: %v", err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pair := pgserver.NewPair(t)
			first, err := Open(t.Context(), t.TempDir(), Options{Exclusive: true, Database: pair.URL}) // makes the tables
			if err == nil {
				err = first.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
			silence(t, pair)
		})
	}
}

// meet lets commands meet a server that has something happen to it, and returns what they come back with.
func meet(t *testing.T, url string, happens func(), commands ...func(context.Context, *DB) error) (ends []chan error) {
	t.Helper()
	var dbs []*DB
	for range commands {
		dbs = append(dbs, openFolder(t, t.TempDir(), Options{Database: url}))
	}
	happens()
	for i, command := range commands {
		ended := make(chan error, 1)
		go func() { ended <- command(t.Context(), dbs[i]) }()
		ends = append(ends, ended)
	}
	return ends
}

// comes fails unless a command comes back for a reason, which it tells with some words.
func comes(t *testing.T, end chan error, why error, words ...string) {
	t.Helper()
	select {
	case err := <-end:
		if !errors.Is(err, why) {
			t.Fatalf("a command comes back with %v, want %v", err, why)
		}
		for _, w := range words {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("a command comes back with %q, without %q", err, w)
			}
		}
	case <-time.After(3 * time.Minute):
		t.Fatalf("a command waits on, though: %v", why)
	}
}

// A look at a server that takes connections and says nothing more comes back.
func TestLookAtASilentServer(t *testing.T) {
	t.Parallel() // it waits for patience to end
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	at := "postgres://desk@" + silent.Addr().String() + "/desk?sslmode=disable&connect_timeout=3600"
	looks := map[string]func() error{
		"LookAtServer":    func() error { _, err := LookAtServer(t.Context(), at, ""); return err },
		"DoubtsOfServer":  func() error { _, err := DoubtsOfServer(t.Context(), at, ""); return err },
		"Open by command": func() error { _, err := Open(t.Context(), t.TempDir(), Options{Database: at}); return err },
	}
	var all sync.WaitGroup
	for name, look := range looks {
		all.Go(func() {
			if err := look(); !errors.Is(err, postgres.ErrSilent) || !strings.Contains(err.Error(), "database desk on 127.0.0.1") {
				t.Errorf("%s = %v, want ErrSilent, and where", name, err)
			}
		})
	}
	all.Wait()
}
