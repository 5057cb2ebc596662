package store

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"maildesk/store/groupcommit"
	"maildesk/store/postgres"
	"maildesk/ticket"
)

// openDaemons returns daemons on one database, whose time lasts for the test though nobody renews it.
func openDaemons(t *testing.T, n int) (all []*DB) {
	t.Helper()
	return openDaemonsOn(t, newDatabase(t), n)
}

func openDaemonsOn(t *testing.T, url string, n int) (all []*DB) {
	t.Helper()
	for range n {
		db, err := Open(t.Context(), t.TempDir(), Options{Exclusive: true, Database: url, Settings: "same"})
		if err != nil {
			t.Fatal(err)
		}
		db.part.watches = begun.Add(-postgres.Lease) // it would have seen the others for long
		t.Cleanup(func() { db.Close() })             // one that was buried cannot leave in order
		lives(t, db, time.Hour)
		all = append(all, db)
	}
	return all
}

// silence lets the time of a daemon be over, as that of one that was frozen for long.
func silence(t *testing.T, db *DB) {
	t.Helper()
	lives(t, db, -time.Second)
}

// lives lets a daemon have that much time left, and know of it.
func lives(t *testing.T, db *DB, left time.Duration) {
	t.Helper()
	db.part.renewed.Store(int64(time.Since(begun) + left - postgres.Lease))
	if _, err := db.side.ExecContext(t.Context(), `UPDATE node SET until = clock_timestamp() + make_interval(secs => $2) WHERE id = $1`, db.server.Me(), left.Seconds()); err != nil {
		t.Fatal(err)
	}
}

func addReplies(t *testing.T, db *DB, n int) {
	t.Helper()
	update(t, db, func(tx ticket.Tx) error {
		for i := range n {
			if _, err := tx.AddOutbox(ticket.OutboxMail{Template: "reply", CauseEvent: int64(i), Recipient: "a@example.net", Bytes: []byte("x"), CreatedAt: noon}); err != nil {
				return err
			}
		}
		return nil
	})
}

func claimSome(t *testing.T, db *DB, limit int) (ids []ticket.OutboxID) {
	t.Helper()
	now := time.Now()
	mails, err := db.Claim(t.Context(), cmp.Or(db.Owner(), "one"), now, now.Add(time.Hour), limit)
	if err != nil {
		t.Errorf("Claim = %v", err)
	}
	for _, m := range mails {
		ids = append(ids, m.ID)
	}
	return ids
}

// Of three daemons that claim at once none gets a mail of another, and all get what there is.
func TestDaemonsClaimEachMailOnce(t *testing.T) {
	daemons := openDaemons(t, 3)
	const mails = 60
	addReplies(t, daemons[0], mails)
	var mu sync.Mutex
	times := map[ticket.OutboxID]int{}
	var all sync.WaitGroup
	for _, db := range daemons {
		all.Go(func() {
			for {
				ids := claimSome(t, db, 3)
				if len(ids) == 0 {
					return
				}
				mu.Lock()
				for _, id := range ids {
					times[id]++
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	equal(t, "mails that were claimed", len(times), mails)
	for id, n := range times {
		equal(t, "how often one was claimed", n, 1)
		_ = id
	}
}

// A daemon whose time is over commits nothing once another one has buried it, and what it had
// claimed and held is the other's.
func TestBuriedDaemonCommitsNothing(t *testing.T) {
	daemons := openDaemons(t, 2)
	frozen, other := daemons[0], daemons[1]
	addReplies(t, frozen, 1)
	inbox := MailboxTerm("support@example.net", "INBOX")
	for _, term := range []string{Clock, inbox} {
		if taken, err := frozen.takeTerm(t.Context(), term); err != nil || !taken {
			t.Fatalf("takeTerm of %s = %t, %v", term, taken, err)
		}
	}
	var box ticket.Mailbox
	update(t, frozen, func(tx ticket.Tx) (err error) {
		box, err = tx.OpenMailbox("support@example.net", "INBOX")
		return err
	})
	mail, raw := testMail("in custody")
	kept, _, err := appendMail(frozen, mail, raw)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "claimed by the first", len(claimSome(t, frozen, 5)), 1)
	if err := other.lookAtNodes(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "claimed by the other while the first lives", len(claimSome(t, other, 5)), 0)
	pending := func(db *DB) (n int) {
		view(t, db, func(r ticket.Reader) error {
			mails, err := r.Pending(0, 10)
			n = len(mails)
			return err
		})
		return n
	}
	equal(t, "mails of the first", pending(frozen), 1)
	equal(t, "of which the other handles", pending(other), 0)

	silence(t, frozen)
	if err := other.lookAtNodes(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := other.lookAtNodes(t.Context()); err != nil { // sees that it is gone
		t.Fatal(err)
	}
	for _, term := range []string{Clock, inbox} {
		if taken, err := other.takeTerm(t.Context(), term); err != nil || !taken {
			t.Fatalf("takeTerm of %s by the other = %t, %v; want that it is free", term, taken, err)
		}
		var number int64
		if err := other.side.QueryRowContext(t.Context(), `SELECT number FROM term WHERE name = $1`, term).Scan(&number); err != nil || number != 2 {
			t.Errorf("the number of the term %s is %d, %v; want 2", term, number, err)
		}
	}
	equal(t, "claimed by the other", len(claimSome(t, other, 5)), 1)
	equal(t, "mails that the other handles", pending(other), 1)
	if lines, err := other.Daemons(t.Context()); err != nil || len(lines) != 1 || !strings.HasSuffix(lines[0], `, has the clock, fetches "INBOX" of support@example.net`) {
		t.Errorf("Daemons = %q, %v", lines, err)
	}

	for name, late := range map[string]func(ticket.Tx) error{
		"a mail": func(tx ticket.Tx) error { return tx.Dispose(kept, ticket.DispositionNew, "", 0, noon) },
		"a UID": func(tx ticket.Tx) error {
			return tx.SetUID(ticket.MailboxUID{Place: ticket.Place{Mailbox: box.ID, UIDValidity: 1, UID: 1}, State: ticket.UIDDone, At: noon})
		},
	} {
		if err := frozen.Update(t.Context(), late); !errors.Is(err, postgres.ErrBuried) || !errors.Is(err, groupcommit.ErrBroken) {
			t.Errorf("Update of %s by who is buried = %v, want ErrBuried, and that the store is broken", name, err)
		}
	}
	view(t, other, func(r ticket.Reader) error {
		uids, err := r.MailboxUIDs(box.ID)
		equal(t, "the ledger of the mailbox", len(uids), 0)
		return err
	})
	if err := frozen.server.Renew(t.Context(), frozen.side); !errors.Is(err, postgres.ErrBuried) {
		t.Errorf("Renew of who is buried = %v, want ErrBuried", err)
	}
}

// What an attempt found counts only for whoever has the mail, unless it was sent: then it is.
func TestAttemptOfWhoLostTheMail(t *testing.T) {
	for _, tt := range []struct {
		found, want ticket.OutboxState
	}{
		{ticket.OutboxReady, ticket.OutboxClaimed},
		{ticket.OutboxFailed, ticket.OutboxClaimed},
		{ticket.OutboxSent, ticket.OutboxSent},
	} {
		daemons := openDaemons(t, 2)
		addReplies(t, daemons[0], 1)
		lost := claimSome(t, daemons[0], 1)
		update(t, daemons[1], func(tx ticket.Tx) error { return tx.SetOutboxState(lost[0], ticket.OutboxReady, noon) })
		equal(t, "claimed by the other", claimSome(t, daemons[1], 1), lost)
		update(t, daemons[0], func(tx ticket.Tx) error {
			_, err := tx.Attempted(ticket.Attempt{Outbox: lost[0], At: noon, State: tt.found, Owner: daemons[0].Owner()})
			return err
		})
		view(t, daemons[1], func(r ticket.Reader) error {
			m, err := r.Outgoing(lost[0])
			equal(t, "the mail after an attempt that found it "+string(tt.found), m.State, tt.want)
			return err
		})
	}
}

// A daemon whose settings differ from those of the one with the clock takes no part until they
// are the same.
func TestDaemonWithOtherSettingsStandsAside(t *testing.T) {
	daemons := openDaemons(t, 2)
	first, second := daemons[0], daemons[1]
	if taken, err := first.takeTerm(t.Context(), Clock); err != nil || !taken {
		t.Fatalf("takeTerm = %t, %v", taken, err)
	}
	use := func(db *DB, settings string) {
		t.Helper()
		if err := db.UseSettings(t.Context(), settings); err != nil {
			t.Fatal(err)
		}
		for _, db := range daemons {
			if err := db.lookAtNodes(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	changes := func(db *DB) error { return db.Update(t.Context(), func(ticket.Tx) error { return nil }) }
	keeps := func(db *DB) error {
		m, raw := testMail("x")
		_, _, err := appendMail(db, m, raw)
		return err
	}
	for _, step := range []struct {
		of            *DB
		settings      string
		first, second error
	}{
		{second, "newer", nil, postgres.ErrAside},
		{first, "newer", nil, nil},
		{first, "newest", nil, postgres.ErrAside},
		{second, "newest", nil, nil},
	} {
		use(step.of, step.settings)
		for name, do := range map[string]func(*DB) error{"Update": changes, "Keep": keeps, "Room": func(db *DB) error { return db.Room(1) }} {
			if a, b := do(first), do(second); !errors.Is(a, step.first) || !errors.Is(b, step.second) {
				t.Errorf("%s after %s: %v, %v; want %v, %v", name, step.settings, a, b, step.first, step.second)
			}
		}
	}
}

// A term is run by one daemon at a time, and by another one when that leaves, or is not sure any more that it
// has it.
func TestTermIsHeldByOne(t *testing.T) {
	t.Parallel() // it waits for terms to be looked at
	daemons := openDaemons(t, 2)
	entered, left := make(chan int), make(chan int, 3)
	run := func(of int) (stop func()) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- daemons[of].UnderTerm("work", func(ctx context.Context) error {
				entered <- of
				<-ctx.Done()
				left <- of
				return nil
			})(ctx)
		}()
		return func() {
			cancel()
			if err := <-ended; err != nil {
				t.Errorf("UnderTerm of daemon %d = %v", of, err)
			}
		}
	}
	stopFirst := run(0)
	equal(t, "who holds the term", <-entered, 0)
	stopSecond := run(1)
	select {
	case <-entered:
		t.Error("two hold the term")
	case <-time.After(3 * termPause): // it has asked
	}
	stopFirst()
	if err := daemons[1].lookAtNodes(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "who holds the term then", <-entered, 1)
	equal(t, "who has left it", <-left, 0)
	lives(t, daemons[1], -time.Second)
	equal(t, "who leaves it when its time is over", <-left, 1)
	lives(t, daemons[1], time.Hour)
	equal(t, "who holds the term when it has renewed its time", <-entered, 1)
	stopSecond()
}

// A lease goes by the clock of the database: a daemon whose own clock is hours ahead takes no
// mail of another one, and one whose clock is behind keeps none for longer.
func TestLeasesGoByTheClockOfTheDatabase(t *testing.T) {
	daemons := openDaemons(t, 2)
	addReplies(t, daemons[0], 1)
	claimAt := func(db *DB, now time.Time) int {
		mails, err := db.Claim(t.Context(), db.Owner(), now, now.Add(time.Hour), 5)
		if err != nil {
			t.Fatal(err)
		}
		return len(mails)
	}
	equal(t, "claimed by a clock that is a day behind", claimAt(daemons[0], time.Now().Add(-24*time.Hour)), 1)
	equal(t, "claimed while the lease lasts, by a clock that is right", claimAt(daemons[1], time.Now()), 0)
	equal(t, "by one that is a day ahead", claimAt(daemons[1], time.Now().Add(24*time.Hour)), 0)
	// Two hours pass for the database.
	if _, err := daemons[0].side.ExecContext(t.Context(), `UPDATE outbox SET next_at = next_at - 7200000000`); err != nil {
		t.Fatal(err)
	}
	equal(t, "when it is over, by a clock that is a day behind", claimAt(daemons[1], time.Now().Add(-24*time.Hour)), 1)
}

// A daemon that stands aside keeps what became of the mails that it has handed over, returns what
// else it had claimed, keeps how its troubles stand, and leaves in order; it decides nothing else.
func TestDaemonAsideEndsWhatItBegan(t *testing.T) {
	daemons := openDaemons(t, 2)
	first, aside := daemons[0], daemons[1]
	addReplies(t, first, 4)
	if taken, err := first.takeTerm(t.Context(), Clock); err != nil || !taken {
		t.Fatalf("takeTerm = %t, %v", taken, err)
	}
	mails := claimSome(t, aside, 4)
	if err := first.UseSettings(t.Context(), "newer"); err != nil {
		t.Fatal(err)
	}
	sent := func(id ticket.OutboxID, owner string) ticket.Change {
		return ticket.Attempted{Attempt: ticket.Attempt{Outbox: id, At: noon, State: ticket.OutboxSent, Owner: owner}}
	}
	for _, tt := range []struct {
		name   string
		change ticket.Change
		want   error
	}{
		{"the outcome of a mail", sent(mails[0], aside.Owner()), nil},
		{"the return of a mail", ticket.SetOutboxState{Mail: mails[1], State: ticket.OutboxReady, At: noon}, nil},
		{"how a trouble stands", ticket.SaveTrouble{Trouble: ticket.TroubleState{Trouble: ticket.Trouble{Kind: ticket.TroubleDisk, Subject: "the disk is nearly full"}, Since: noon}}, nil},
		{"a mail to the admin", ticket.AddOutbox{Mail: ticket.OutboxMail{Template: "trouble", Recipient: "boss@example.org", State: ticket.OutboxReady, CreatedAt: noon, NextAt: noon}}, postgres.ErrAside},
		{"the end of a mail by hand", ticket.SetOutboxState{Mail: mails[2], State: ticket.OutboxCancelled, At: noon}, postgres.ErrAside},
		{"the outcome of a mail that nobody sent", sent(mails[2], ""), postgres.ErrAside},
	} {
		p := &ticket.Plan{Changes: []ticket.Change{tt.change}}
		view(t, aside, func(r ticket.Reader) error { p.Seen = r.Moment(); return nil })
		if err := aside.Commit(t.Context(), ticket.InTurn, p); !errors.Is(err, tt.want) {
			t.Errorf("%s: Commit = %v, want %v", tt.name, err, tt.want)
		}
		err := aside.CommitInTurn(t.Context(), ticket.InTurn, func(ticket.Reader) (*ticket.Plan, error) { return p, nil })
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: CommitInTurn = %v, want %v", tt.name, err, tt.want)
		}
	}
	if err := aside.Close(); err != nil {
		t.Fatal(err)
	}
	view(t, first, func(r ticket.Reader) error {
		for i, want := range []ticket.OutboxState{ticket.OutboxSent, ticket.OutboxReady, ticket.OutboxReady, ticket.OutboxReady} {
			m, err := r.Outgoing(mails[i])
			if err != nil {
				return err
			}
			equal(t, "a mail of who stood aside, after its end", m.State, want)
		}
		return nil
	})
	nodes, err := first.server.Nodes(t.Context(), first.side)
	if err != nil || len(nodes) != 1 {
		t.Errorf("after its end %d daemons take part (%v), want 1", len(nodes), err)
	}
}

// A daemon whose changes do not end hands over what it holds, though its connection is well.
func TestStuckDaemonLosesTheClock(t *testing.T) {
	daemons := openDaemons(t, 2)
	stuck, other := daemons[0], daemons[1]
	if taken, err := stuck.takeTerm(t.Context(), Clock); err != nil || !taken {
		t.Fatalf("takeTerm = %t, %v", taken, err)
	}
	held, goOn := make(chan struct{}), make(chan struct{})
	var change sync.WaitGroup
	change.Go(func() {
		stuck.tickets.InTurn(context.Background(), func() error {
			close(held)
			<-goOn
			return nil
		})
	})
	defer change.Wait()
	defer close(goOn)
	<-held
	stuck.part.waited.Store(stuckAfter) // as after as many beats
	silence(t, stuck)
	ended := make(chan error, 1)
	go func() { ended <- stuck.Run(t.Context()) }()
	select {
	case err := <-ended:
		if !errors.Is(err, groupcommit.ErrBroken) {
			t.Errorf("Run = %v, want ErrBroken", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("a daemon whose changes do not end runs on")
	}
	if left := stuck.Left(); left > 0 {
		t.Errorf("what it has claimed is its own for %s, want that it is not any more", left)
	}
	for range 2 { // buries, and sees that it is gone
		if err := other.lookAtNodes(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if taken, err := other.takeTerm(t.Context(), Clock); err != nil || !taken {
		t.Errorf("takeTerm of the other = %t, %v; want that the clock is free", taken, err)
	}
}

// A turn counts as one only when it was had: renewals without any are counted until then.
func TestRenewalsWithoutTurnAreCounted(t *testing.T) {
	db := openDaemons(t, 1)[0]
	db.part.waited.Store(stuckAfter - 5)
	if err := db.beat(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "renewals without a turn after one", db.part.waited.Load(), int64(0))
}

// What a copy of a database has as claimed is nobody's: it is ready once a daemon has opened it,
// and not when the lease would have ended. What is claimed by who takes part stays so.
func TestClaimsInACopyAreNobodys(t *testing.T) {
	sites(t, func(t *testing.T, at site) {
		o := at.options(Options{Exclusive: true, Settings: "same"})
		db, err := Open(t.Context(), at.folder, o)
		if err != nil {
			t.Fatal(err)
		}
		addReplies(t, db, 2)
		_, err = db.tickets.Conn.ExecContext(t.Context(), `UPDATE outbox SET state = 'claimed', lease_owner = 'node 99', next_at = $1 WHERE id = 1`, time.Now().Add(lease).UnixMicro())
		if err == nil {
			err = db.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		db = openFolder(t, at.folder, o)
		equal(t, "claimed after the start", len(claimSome(t, db, 5)), 2)
		if o.Database == "" {
			return
		}
		another := openFolder(t, t.TempDir(), o)
		equal(t, "claimed by another daemon, of what the first has", len(claimSome(t, another, 5)), 0)
	})
}

// lease is for how long mails are claimed.
const lease = 30 * time.Minute

// A mail of which the last daemon in a folder knew what became, and could not record it, is not
// ready when the next one begins, for nobody, but that one's own; what else was claimed is ready.
func TestMailWithKnownOutcomeIsNobodyElses(t *testing.T) {
	for name, end := range map[string]func(*DB){
		"it could not leave in order": func(db *DB) { db.BreakDown(errors.New("the database is gone")) },
		"it left":                     (*DB).LeaveToNext,
	} {
		t.Run(name, func(t *testing.T) {
			url, folder := newDatabase(t), t.TempDir()
			o := Options{Exclusive: true, Database: url, Settings: "same"}
			other := openFolder(t, t.TempDir(), o)
			db, err := Open(t.Context(), folder, o)
			if err != nil {
				t.Fatal(err)
			}
			addReplies(t, db, 2)
			mails := claimSome(t, db, 2)
			end(db)
			db.Close() // an error where the database is gone
			o.HandedOver = mails[:1]
			next := openFolder(t, folder, o)
			equal(t, "claimed by another daemon", claimSome(t, other, 5), mails[1:])
			view(t, next, func(r ticket.Reader) error {
				m, err := r.Outgoing(mails[0])
				equal(t, "who has the mail whose outcome is known", m.LeaseOwner, next.Owner())
				return err
			})
		})
	}
}

// A daemon that is kept from its turn by others does not end by that, and it counts as no turn.
func TestBusyDatabaseEndsNoDaemon(t *testing.T) {
	daemons := openDaemons(t, 2)
	db := daemons[0]
	db.part.waited.Store(5)
	if _, err := db.tickets.Conn.ExecContext(t.Context(), `SET lock_timeout = 100`); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	defer all.Wait()
	hold := func(turn func(func() error)) (goOn func()) {
		held, end := make(chan struct{}), make(chan struct{})
		all.Go(func() { turn(func() error { close(held); <-end; return nil }) })
		<-held
		return sync.OnceFunc(func() { close(end) })
	}
	othersGoOn := hold(func(fn func() error) { daemons[1].Update(context.Background(), func(ticket.Tx) error { return fn() }) })
	defer othersGoOn()
	goOn := hold(func(fn func() error) { db.tickets.InTurn(context.Background(), fn) })
	all.Go(func() { db.Update(context.Background(), func(ticket.Tx) error { return nil }) })
	waitFor(db.tickets, 1)
	beaten := make(chan error, 1)
	all.Go(func() { beaten <- db.beat(context.Background()) })
	waitFor(db.tickets, 2)
	goOn() // the change waits in vain, and the beat is sent away with it
	err := <-beaten
	if err != nil || db.Broken() != nil {
		t.Errorf("beat while another daemon has the turn = %v, %v; want nil", err, db.Broken())
	}
	equal(t, "renewals without a turn", db.part.waited.Load(), int64(5))
}

// Whoever has only just come buries nobody but what was in its own place: it cannot know whether the
// others were silent, or the database was away.
func TestWhoJustCameBuriesNobody(t *testing.T) {
	daemons := openDaemons(t, 2)
	silent, other := daemons[0], daemons[1]
	addReplies(t, silent, 1)
	equal(t, "claimed", len(claimSome(t, silent, 1)), 1)
	silence(t, silent)
	other.part.watches = time.Now()
	if err := other.lookAtNodes(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "claimed by who has just come", len(claimSome(t, other, 1)), 0)
	other.part.watches = time.Now().Add(-postgres.Lease)
	if err := other.lookAtNodes(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "claimed by who has watched for long enough", len(claimSome(t, other, 1)), 1)
}

// What is renewed before it runs is not buried, however long that takes, and that counts as no wait for
// its turn.
func TestDaemonIsRenewedBeforeItRuns(t *testing.T) {
	daemons := openDaemons(t, 2)
	starting, other := daemons[0], daemons[1]
	silence(t, starting)
	was := starting.part.renewed.Load()
	stop := starting.Renewing(t.Context())
	for starting.part.renewed.Load() == was {
		time.Sleep(time.Millisecond)
	}
	stop()
	if err := other.lookAtNodes(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "renewals that were counted", starting.part.waited.Load(), int64(0))
	if err := starting.Update(t.Context(), func(ticket.Tx) error { return nil }); err != nil {
		t.Errorf("Update after that = %v", err)
	}
}

// A daemon that is buried without a word is a trouble, of which the admin is to be told; one that left, or whose
// place another one has by then, is none.
func TestMissedDaemonIsATrouble(t *testing.T) {
	url := newDatabase(t)
	daemons := openDaemonsOn(t, url, 4)
	first := daemons[0]
	troubles := func() (subjects []string) {
		t.Helper()
		if err := first.lookAtNodes(t.Context()); err != nil {
			t.Fatal(err)
		}
		view(t, first, func(r ticket.Reader) error {
			all, err := r.Troubles(ticket.TroubleDaemon)
			for _, s := range all {
				subjects = append(subjects, s.Subject)
				if s.Mark != ticket.MarkGone || !s.Stands() || s.Told {
					t.Errorf("the trouble is %+v, want one that stands and is not told", s)
				}
			}
			return err
		})
		return subjects
	}
	if err := daemons[1].Close(); err != nil {
		t.Fatal(err)
	}
	equal(t, "troubles after one has left", len(troubles()), 0)
	daemons[2].BreakDown(errors.New("the database is gone"))
	daemons[2].Close() // it cannot leave
	next := openFolder(t, daemons[2].folder, Options{Exclusive: true, Database: url, Settings: "same"})
	lives(t, next, time.Hour)
	equal(t, "troubles when the next one is in the place", len(troubles()), 0)
	silence(t, daemons[3])
	want := []string{"daemon at " + daemons[3].Place()}
	equal(t, "troubles after one was missed", troubles(), want)
	equal(t, "troubles later", troubles(), want)
}

// A daemon that starts anew where the system did is not missed there.
func TestDaemonBackInItsPlaceIsNotMissed(t *testing.T) {
	old := postgres.Node{ID: 1, Name: "maildesk, process 4 on mail1:/data", Silent: true}
	for _, tt := range []struct {
		name  string
		other postgres.Node
		want  bool
	}{
		{"nobody is there", postgres.Node{ID: 2, Name: "maildesk, process 4 on mail2:/data"}, true},
		{"another one is", postgres.Node{ID: 2, Name: "maildesk, process 9 on mail1:/data"}, false},
		{"another one was", postgres.Node{ID: 2, Name: "maildesk, process 9 on mail1:/data", Silent: true}, true},
	} {
		equal(t, tt.name, isMissed(old, []postgres.Node{old, tt.other}), tt.want)
	}
}

// The clock of the database is compared with our own as closely as the way to it allows.
func TestClockOfTheDatabase(t *testing.T) {
	db := openDaemons(t, 1)[0]
	if ahead, err := db.Ahead(t.Context()); err != nil || ahead.Abs() > 10*time.Second { // a busy machine is slow to ask
		t.Errorf("on one machine the clock is ahead by %s, %v", ahead, err)
	}
}
