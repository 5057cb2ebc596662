package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mattn/go-sqlite3"

	"maildesk/faulttest"
	"maildesk/store/groupcommit"
	"maildesk/ticket"
)

func insert(subject string) func(ticket.Tx) error {
	return func(tx ticket.Tx) error {
		_, err := tx.InsertTicket(testTicket(subject))
		return err
	}
}

func subjects(t *testing.T, s ticket.Store) map[string]int {
	t.Helper()
	got := make(map[string]int)
	view(t, s, func(r ticket.Reader) error {
		tickets, err := r.Tickets(ticket.Filter{})
		for _, opened := range tickets {
			got[opened.Subject]++
		}
		return err
	})
	return got
}

// crowd calls Update from n goroutines at once, so that they share commits,
// and returns their errors. It holds the turn until all of them wait for it.
func crowd(t *testing.T, db *DB, n int, update func(i int) error) []error {
	t.Helper()
	return crowdAt(t, db.tickets, n, update)
}

// crowdAt is crowd for changes of one of the files.
func crowdAt(t *testing.T, w *groupcommit.Writer, n int, update func(i int) error) []error {
	t.Helper()
	errs := make([]error, n)
	var wg sync.WaitGroup
	err := w.Alone(t.Context(), func() error {
		for i := range n {
			wg.Go(func() { errs[i] = update(i) })
			waitFor(w, i+1)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	return errs
}

// waitFor returns when n callers wait for the turn.
func waitFor(w *groupcommit.Writer, n int) {
	for w.Waiting() != n {
		runtime.Gosched()
	}
}

func TestManyCallersShareACommit(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		before := db.tickets.Commits.Load()
		for i, err := range crowd(t, db, 64, func(i int) error { return db.Update(t.Context(), insert(fmt.Sprint(i))) }) {
			if err != nil {
				t.Errorf("Update %d = %v", i, err)
			}
		}
		if got := len(subjects(t, db)); got != 64 {
			t.Errorf("%d tickets kept, want 64", got)
		}
		// A slow machine may need several, as a group has a time limit too.
		if commits := db.tickets.Commits.Load() - before; commits > either[int64](db, 16, 48) {
			t.Errorf("%d commits for 64 callers, want few", commits)
		}
	})
}

func TestGroupIsBounded(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		before := db.tickets.Commits.Load()
		const callers = 129 // more than a group takes
		crowd(t, db, callers, func(i int) error { return db.Update(t.Context(), func(ticket.Tx) error { return nil }) })
		if commits := db.tickets.Commits.Load() - before; commits < 2 {
			t.Errorf("%d commit for %d callers, want at least 2", commits, callers)
		}
	})
}

func TestFailureSpoilsNoOther(t *testing.T) {
	boom := errors.New("boom")
	for _, tt := range []struct {
		name string
		fail func(ticket.Tx) error
		want func(error) bool
	}{
		{"error", func(ticket.Tx) error { return boom }, func(err error) bool { return errors.Is(err, boom) }},
		{"panic", func(ticket.Tx) error { panic("boom") }, func(err error) bool {
			return strings.Contains(err.Error(), "boom") && strings.Contains(err.Error(), "transaction_test.go")
		}},
		{"refused by the schema", func(tx ticket.Tx) error { return tx.AddMessageRef(ticket.MessageRef{Ticket: 9999}) }, func(err error) bool { return err != nil }},
		{"unfinished query", func(tx ticket.Tx) error { _, err := tx.Ticket(9999); return err }, func(err error) bool { return errors.Is(err, ticket.ErrNotFound) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			both(t, func(t *testing.T, db *DB) {
				errs := crowd(t, db, 30, func(i int) error {
					return db.Update(t.Context(), func(tx ticket.Tx) error {
						if err := insert(fmt.Sprint(i))(tx); err != nil {
							return err
						}
						if i%3 == 1 {
							return tt.fail(tx)
						}
						return nil
					})
				})
				kept := subjects(t, db)
				for i, err := range errs {
					if i%3 == 1 {
						if err == nil || !tt.want(err) || kept[fmt.Sprint(i)] != 0 {
							t.Errorf("failing Update %d = %v, kept %d", i, err, kept[fmt.Sprint(i)])
						}
					} else if err != nil || kept[fmt.Sprint(i)] != 1 {
						t.Errorf("Update %d = %v, kept %d times; want nil, once", i, err, kept[fmt.Sprint(i)])
					}
				}
			})
		})
	}
}

// A test that fails inside fn ends its goroutine there.
func TestGoexitInUpdate(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		crowd(t, db, 3, func(i int) error {
			return db.Update(t.Context(), func(tx ticket.Tx) error {
				err := insert(fmt.Sprint(i))(tx)
				if i == 2 { // the last, who commits for all
					runtime.Goexit()
				}
				return err
			})
		})
		equal(t, "kept", subjects(t, db), map[string]int{"0": 1, "1": 1})
		update(t, db, insert("after"))
	})
}

func TestCancelledUpdateIsNotRun(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		ctx, cancel := context.WithCancel(t.Context())
		ran := false
		err := db.tickets.Alone(t.Context(), func() error {
			errs := make(chan error, 1)
			go func() { errs <- db.Update(ctx, func(ticket.Tx) error { ran = true; return nil }) }()
			waitFor(db.tickets, 1)
			cancel()
			return <-errs // though the turn is still held
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Update with a cancelled ctx = %v, want Canceled", err)
		}
		update(t, db, insert("after"))
		if ran {
			t.Errorf("fn was run after its ctx was cancelled")
		}
	})
}

// What needs the connection for itself must not keep an open group waiting.
func TestCheckAmongCallers(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		for i, err := range crowd(t, db, 6, func(i int) error {
			if i%2 == 1 {
				_, err := db.Settings(t.Context())
				return err
			}
			return db.Update(t.Context(), insert(fmt.Sprint(i)))
		}) {
			if err != nil {
				t.Errorf("caller %d = %v", i, err)
			}
		}
		equal(t, "kept", subjects(t, db), map[string]int{"0": 1, "2": 1, "4": 1})
	})
}

// The turn may reach a caller in the moment in which its ctx ends.
func TestCancelWhileTheTurnIsPassed(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		for range 50 {
			ctx, cancel := context.WithCancel(t.Context())
			errs := crowd(t, db, 4, func(i int) error {
				if i == 1 {
					return db.Update(t.Context(), func(ticket.Tx) error { cancel(); return nil })
				}
				if i == 2 {
					return db.Update(ctx, func(ticket.Tx) error { return nil })
				}
				return db.Update(t.Context(), func(ticket.Tx) error { return nil })
			})
			for i, err := range errs {
				if err != nil && (i != 2 || !errors.Is(err, context.Canceled)) {
					t.Fatalf("Update %d = %v", i, err)
				}
			}
		}
	})
}

func TestCancelDuringUpdateDoesNotUndoIt(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		ctx, cancel := context.WithCancel(t.Context())
		if err := db.Update(ctx, func(tx ticket.Tx) error { cancel(); return insert("kept")(tx) }); err != nil {
			t.Errorf("Update = %v", err)
		}
		equal(t, "kept", subjects(t, db), map[string]int{"kept": 1})
	})
}

func TestT013LockedByAnotherProcess(t *testing.T) {
	sites(t, func(t *testing.T, at site) {
		db := at.open(t, Options{})
		other := at.open(t, Options{}) // SQLite and PostgreSQL lock connections, not processes
		if err := db.tickets.Exec(either(db, "PRAGMA busy_timeout = 50", "SET lock_timeout = 50")); err != nil {
			t.Fatal(err)
		}
		hold := func() error { return other.tickets.Exec("BEGIN EXCLUSIVE") }
		if db.server != nil {
			hold = func() error { return other.server.Tickets().Begin(t.Context(), other.tickets.Conn) }
		}
		if err := hold(); err != nil {
			t.Fatal(err)
		}
		errs := crowd(t, db, 3, func(i int) error { return db.Update(t.Context(), insert("locked")) })
		for i, err := range errs {
			if !db.engine.IsBusy(err) || errors.Is(err, ticket.ErrRejected) {
				t.Errorf("Update %d while locked = %v, want busy, temporary", i, err)
			}
			if !errors.Is(err, errs[0]) { // the others do not wait anew
				t.Errorf("Update %d while locked = %v, want it to share the error of the first", i, err)
			}
		}
		if err := db.Broken(); err != nil {
			t.Errorf("Broken = %v, want nil", err)
		}
		view(t, db, func(r ticket.Reader) error { _, err := r.Tally(); return err })
		if err := other.tickets.Exec("ROLLBACK"); err != nil {
			t.Fatal(err)
		}
		update(t, db, insert("free again"))
		equal(t, "kept", subjects(t, db), map[string]int{"free again": 1})
		faulttest.Seen(t, "T013", "the database is locked by another connection while three write", "all three fail together after one wait, temporary; reading goes on, writing too once it is free")
	})
}

// limit lets SQLite answer as if the disk were full with so many pages more than there
// are.
func limit(t *testing.T, w *groupcommit.Writer, more int) {
	t.Helper()
	var pages int
	if err := w.Conn.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if err := w.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages+more)); err != nil {
		t.Fatal(err)
	}
}

func TestT006FullDisk(t *testing.T) {
	db := openTest(t)
	update(t, db, insert("before"))
	limit(t, db.tickets, 8)
	errs := crowd(t, db, 3, func(i int) error {
		subject := fmt.Sprint(i)
		if i == 1 {
			subject = strings.Repeat("x", 1<<20)
		}
		return db.Update(t.Context(), insert(subject))
	})
	if !errors.Is(errs[1], ticket.ErrStorageFull) {
		t.Errorf("Update on a full disk = %v, want ErrStorageFull", errs[1])
	}
	kept := subjects(t, db)
	for _, i := range []int{0, 2} {
		if ok := errs[i] == nil; ok != (kept[fmt.Sprint(i)] == 1) {
			t.Errorf("small Update %d = %v, kept %d times", i, errs[i], kept[fmt.Sprint(i)])
		}
	}
	limit(t, db.tickets, 1<<30)
	update(t, db, insert("after"))
	if problems, err := db.Check(t.Context()); len(problems) > 0 || err != nil {
		t.Errorf("Check = %v, %v", problems, err)
	}
	if err := db.Broken(); err != nil {
		t.Errorf("Broken = %v, want nil", err)
	}
	faulttest.Seen(t, "T006", "the database reaches its largest size in a shared commit", "storage full, temporary; what failed left nothing, the store is whole")
}

func TestT006FullJournal(t *testing.T) {
	db := openTest(t)
	limit(t, db.journal, 12)
	raws := make([][]byte, 3)
	errs := crowdAt(t, db.journal, 3, func(i int) error {
		m, raw := testMail(fmt.Sprint(i))
		if i == 1 {
			raw = make([]byte, 1<<20)
		}
		raws[i] = raw
		m.SHA256 = sha256.Sum256(raw)
		_, _, err := db.Keep(t.Context(), ticket.First, m, raw)
		return err
	})
	if !errors.Is(errs[1], ticket.ErrStorageFull) {
		t.Errorf("Keep in a full journal = %v, want ErrStorageFull", errs[1])
	}
	update(t, db, insert("tickets have a file of their own"))
	view(t, db, func(r ticket.Reader) error {
		mails, err := r.Pending(0, 10)
		for _, m := range mails {
			raw, err := r.Raw(m.ID)
			i := slices.IndexFunc(raws, func(r []byte) bool { return bytes.Equal(r, raw) })
			if err != nil || i < 0 || errs[i] != nil {
				t.Errorf("mail %d is there with bytes of call %d, which said %v (%v)", m.ID, i, errs, err)
			}
		}
		failed := 0
		for _, err := range errs {
			if err != nil {
				failed++
			}
		}
		equal(t, "mails kept", len(mails), len(errs)-failed)
		return err
	})
	limit(t, db.journal, 1<<30)
	m, raw := testMail("after")
	if _, _, err := db.Keep(t.Context(), ticket.First, m, raw); err != nil {
		t.Errorf("Keep when there is room = %v", err)
	}
	if problems, err := db.Check(t.Context()); len(problems) > 0 || err != nil {
		t.Errorf("Check = %v, %v", problems, err)
	}
	if err := db.Broken(); err != nil {
		t.Errorf("Broken = %v, want nil", err)
	}
	faulttest.Seen(t, "T006", "the journal reaches its largest size in a shared commit", "storage full, temporary; no mail is there that was not confirmed, tickets go on")
}

func TestReserve(t *testing.T) {
	db := openFolder(t, t.TempDir(), Options{Reserve: 1 << 62})
	m, raw := testMail("a")
	err := db.Update(t.Context(), func(tx ticket.Tx) error { _, _, err := appendMail(db, m, raw); return err })
	if !errors.Is(err, ticket.ErrStorageFull) || errors.Is(err, ticket.ErrRejected) {
		t.Errorf("Keep below the reserve = %v, want ErrStorageFull, temporary", err)
	}
	update(t, db, insert("tickets still have room"))
}

// A commit that fails leaves unknown what is on the disk (RELIABILITY F2).
func TestFailedCommitBreaksTheStore(t *testing.T) {
	db := openTest(t)
	fail := true
	if err := db.tickets.Conn.Raw(func(c any) error {
		c.(*sqlite3.SQLiteConn).RegisterCommitHook(func() int {
			if fail {
				return 1 // SQLite makes an error of the COMMIT
			}
			return 0
		})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	ran := make(chan error, 1)
	go func() { ran <- db.Run(t.Context()) }()
	for i, err := range crowd(t, db, 3, func(i int) error { return db.Update(t.Context(), insert("lost")) }) {
		if !errors.Is(err, groupcommit.ErrBroken) || errors.Is(err, ticket.ErrRejected) {
			t.Errorf("Update %d = %v, want ErrBroken, temporary", i, err)
		}
	}
	fail = false
	if err := db.Update(t.Context(), insert("later")); !errors.Is(err, groupcommit.ErrBroken) {
		t.Errorf("Update of a broken store = %v, want ErrBroken", err)
	}
	if err := db.Broken(); !errors.Is(err, groupcommit.ErrBroken) {
		t.Errorf("Broken = %v, want ErrBroken", err)
	}
	if err := <-ran; !errors.Is(err, groupcommit.ErrBroken) {
		t.Errorf("Run = %v, want ErrBroken", err)
	}
	equal(t, "kept", len(subjects(t, db)), 0)
}

func TestRunEndsWithItsContext(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := db.Run(ctx); err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
	})
}

func TestTxIsOfNoUseAfterwards(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		var kept ticket.Tx
		update(t, db, func(tx ticket.Tx) error { kept = tx; return nil })
		defer func() {
			if recover() == nil {
				t.Errorf("a kept Tx could still write")
			}
		}()
		insert("too late")(kept)
	})
}
