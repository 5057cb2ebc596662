package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"maildesk/store/groupcommit"
	"maildesk/store/postgres"
	"maildesk/store/sqlrow"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// How a daemon shares a database on a server with others; [maildesk/store/postgres] says why
// that is right.

// part is what a daemon knows of its part.
type part struct {
	joined  bool
	place   string    // see Place
	watches time.Time // since when it would have seen others renew their rows
	// handedOver are Options.HandedOver.
	handedOver   []ticket.OutboxID
	leaves       bool                            // its row to the next one in its folder; see LeaveToNext
	woken        func()                          // called when another process has something for this one; nil: nobody is told
	renewed      atomic.Int64                    // when it began to renew its row, in nanoseconds since begun
	waited       atomic.Int64                    // how often it was renewed since it had the turn of the tickets
	nodes        atomic.Pointer[[]postgres.Node] // all daemons, as they were found last
	callersClock bool                            // leases go by that, not by the clock of the database; see Options.Played
}

// begun is the origin of times on the monotonic clock.
var begun = time.Now()

// stuckAfter is how often a daemon renews its row without having had its own turn: for longer
// than others can keep it from the turn in the database.
const stuckAfter = int64(3 * serverPatience / postgres.Beat)

// liveSpare is how long before the end of its lease a daemon begins nothing any more.
const liveSpare = time.Second

// join lets the daemon take part, and ends what an earlier one left that had the same folder.
func (db *DB) join(ctx context.Context, o Options) error {
	seat, err := seatOf(db.folder)
	if err != nil {
		return err
	}
	now := int64(time.Since(begun))
	if db.part.place, err = placeOf(db.folder); err != nil {
		return err
	}
	if err := db.server.Join(ctx, db.side, seat, db.part.place, o.Settings); err != nil {
		return err
	}
	db.part.renewed.Store(now)
	db.part.joined, db.part.watches, db.part.handedOver = true, begun.Add(time.Duration(now)), o.HandedOver
	db.state.OwnWith(db.mine)
	if err := db.lookAtNodes(ctx); err != nil {
		return err
	}
	if err := db.releaseStrays(ctx); err != nil || !o.Played {
		return err
	}
	db.part.callersClock = true
	if err := db.lookAtNodes(ctx); err != nil { // without those that are buried by now
		return err
	}
	_, err = db.takeTerm(ctx, Clock)
	return err
}

// seatOf returns what is the same for all daemons that have the lock of a folder one after
// the other, and for no two others: the system that runs, and the folder in its file systems.
// Names would not do: containers on two machines may have the same, and the same path.
func seatOf(folder string) (string, error) {
	var s unix.Stat_t
	if err := unix.Stat(folder, &s); err != nil {
		return "", &fs.PathError{Op: "stat", Path: folder, Err: err}
	}
	host, err := os.Hostname()
	if err != nil {
		return "", fmt.Errorf("name of this machine: %w", err)
	}
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id") // Linux has one
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%d\n%d", host, boot, s.Dev, s.Ino))
	return fmt.Sprintf("%x", sum[:16]), nil
}

// LeaveToNext lets Close leave what this process has claimed to the next one in its folder, as far
// as that names it in [Options], and not to all others at once.
func (db *DB) LeaveToNext() { db.part.leaves = true }

// leave ends the part of a daemon in order: others go on at once.
func (db *DB) leave() error {
	if !db.part.joined || db.part.leaves || db.Broken() != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), serverPatience)
	defer cancel()
	return db.bury(ctx, postgres.Node{ID: db.server.Me()}, false)
}

// bury takes a daemon out: what it had claimed is ready again, and the admin is to know of it, if it is missed.
func (db *DB) bury(ctx context.Context, n postgres.Node, missed bool) error {
	run := db.update
	if n.ID == db.server.Me() {
		run = db.change
	}
	return run(ctx, ticket.InTurn, func(t *tables.Tx) error {
		gone, err := db.server.Bury(ctx, t.Querier(), n)
		if err != nil || !gone {
			return err
		}
		if n.Ours {
			if err := t.PassOn(n.OwnerOf(), db.Owner(), db.part.handedOver); err != nil {
				return err
			}
		}
		if missed {
			if err := noteMissed(t, n, time.Now()); err != nil {
				return err
			}
		}
		return t.ReleaseOf(n.OwnerOf(), time.Now())
	})
}

// lookAtNodes reads who takes part, and buries those whose time is over. Whoever has only just come
// waits for that as long as such a time: the database may have been away, and not they.
func (db *DB) lookAtNodes(ctx context.Context) error {
	nodes, err := db.server.Nodes(ctx, db.side)
	if err != nil {
		return err
	}
	db.part.nodes.Store(&nodes)
	for _, n := range nodes {
		if over := n.Silent && time.Since(db.part.watches) >= postgres.Lease; n.ID == db.server.Me() || !over && !n.Ours {
			continue
		}
		if err := db.bury(ctx, n, isMissed(n, nodes)); err != nil && !errors.Is(err, postgres.ErrAside) {
			return fmt.Errorf("take over from %s: %w", n.Name, err)
		}
	}
	return nil
}

// watchServer renews the part of a daemon until ctx is done, buries others, and indexes what
// is alike. It returns an error once this daemon is buried, or its connection is lost.
func (db *DB) watchServer(ctx context.Context) error {
	beside, stop := context.WithCancel(ctx)
	var goesOn sync.WaitGroup
	defer goesOn.Wait()
	defer stop()
	turns, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	defer giveUp()
	goesOn.Go(func() {
		if db.renew(beside, true); db.Broken() != nil {
			giveUp() // the turn may never come
		}
	})
	if db.part.woken != nil {
		goesOn.Go(func() { db.server.Listen(beside, db.part.woken, db.notWoken) })
	}
	tick := time.NewTicker(postgres.Beat)
	defer tick.Stop()
	indexed := int64(-1) // the commits that were looked at for what is alike
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-db.Failed:
			return db.Broken()
		case <-tick.C:
		}
		if err := db.beat(turns); err != nil {
			return db.BreakDown(err)
		}
		if made := db.tickets.Commits.Load(); made != indexed && db.HoldsTerm(postgres.Clock) {
			indexed = made
			db.followAlike(ctx)
		}
	}
}

// renew renews the time of a daemon until ctx is done, beside its turns, as long as it gets them.
// The store is broken once that is over, and, if it is counted, once the turn does not come for too long.
func (db *DB) renew(ctx context.Context, counted bool) {
	tick := time.NewTicker(postgres.Beat)
	defer tick.Stop()
	for ctx.Err() == nil {
		if counted && db.part.waited.Add(1) > stuckAfter {
			db.BreakDown(errors.New("a change of tickets does not end: others shall go on"))
			return
		}
		// Not ctx: a statement that is broken off costs the connection.
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), postgres.Lease)
		now := int64(time.Since(begun))
		err := db.patiently(bounded, 0, func() error { return db.server.Renew(bounded, db.side) })
		cancel()
		switch {
		case err == nil:
			db.part.renewed.Store(now)
		case errors.Is(err, postgres.ErrBuried):
			db.BreakDown(err)
			return
		case db.Left() <= 0:
			db.BreakDown(fmt.Errorf("connection to PostgreSQL: %w", postgres.Explain(err)))
			return
		}
		select {
		case <-ctx.Done():
		case <-db.Failed:
			return
		case <-tick.C:
		}
	}
}

// beat is one round of watchServer. Its error says that the daemon must end.
func (db *DB) beat(ctx context.Context) error {
	if err := db.lookAtNodes(ctx); errors.Is(err, groupcommit.ErrBroken) {
		return err
	} // another error shows below, or is over at the next beat
	err := db.tickets.InTurn(ctx, func() error {
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		return db.tickets.Conn.PingContext(bounded)
	})
	if db.server.IsBusy(err) {
		return nil // others had the turn all the time; that it was in vain for too long is counted
	}
	if err != nil {
		return fmt.Errorf("connection to PostgreSQL: %w", postgres.Explain(err))
	}
	db.part.waited.Store(0)
	return nil
}

// OnWake has fn called, while Run runs, when another process on the same server has put something
// into the database. It may be called in vain.
func (db *DB) OnWake(fn func()) { db.part.woken = fn }

// Left returns for how long what this process has claimed is still its own for sure; not above
// 0: it may be another's. Only a daemon on a server can lose it otherwise than by its own end.
func (db *DB) Left() time.Duration {
	switch {
	case !db.part.joined:
		return math.MaxInt64
	case db.Broken() != nil:
		return 0
	}
	return postgres.Lease - liveSpare - (time.Since(begun) - time.Duration(db.part.renewed.Load()))
}

// Nodes returns the daemons that share the database, as they were found last; none where it
// is in the folder.
func (db *DB) Nodes() []postgres.Node {
	if nodes := db.part.nodes.Load(); nodes != nil {
		return *nodes
	}
	return nil
}

// Owner returns who claims outgoing mails in this process, among all that share the database;
// empty: it is alone.
func (db *DB) Owner() string {
	if db.server == nil {
		return ""
	}
	return db.server.Owner()
}

// Aside returns nil, or why this daemon takes no part for now: [postgres.ErrAside].
func (db *DB) Aside() error {
	if !db.part.joined {
		return nil
	}
	for _, n := range db.Nodes() {
		if n.ID != db.server.Me() && slices.Contains(n.Terms, postgres.Clock) && !n.Silent && n.Config != db.server.Config() {
			return fmt.Errorf("%w (%s)", postgres.ErrAside, n.Name)
		}
	}
	return nil
}

// takesPart is Aside in a turn, in which it is known for sure.
func (db *DB) takesPart() error {
	if db.server != nil && db.server.StandsAside() {
		return postgres.ErrAside
	}
	return nil
}

// UseSettings notes the digest of other settings of this daemon; see [Options].
func (db *DB) UseSettings(ctx context.Context, digest string) error {
	if !db.part.joined || digest == db.server.Config() {
		return nil
	}
	if err := db.server.UseConfig(ctx, db.side, digest); err != nil {
		return err
	}
	if err := db.lookAtNodes(ctx); err != nil { // the others are told all the same
		db.log.Warn("look at the other daemons; they are looked at again soon", "err", err)
	}
	return nil
}

// nextNumber takes a number that no other process gets.
func (db *DB) nextNumber(table string) (int64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), serverPatience)
	defer cancel()
	return db.server.Next(ctx, db.side, table)
}

// lastOnServer is what ends a group of changes.
func (db *DB) lastOnServer() error {
	if err := db.indexAll(); err != nil {
		return err
	}
	return db.server.Tell(db.state.Told())
}

// mine returns which pending mails this daemon handles: those that it took, and, with the
// clock, those of nobody who takes part.
func (db *DB) mine(ctx context.Context, q sqlrow.Querier, ids []ticket.MailID) ([]ticket.MailID, error) {
	numbers := make([]int64, len(ids))
	for i, id := range ids {
		numbers[i] = int64(id)
	}
	found, err := sqlrow.Collect(sqlrow.ScanID)(q.QueryContext(ctx, postgres.MailsOf, numbers, db.server.Me()))
	ids = ids[:0]
	for _, id := range found {
		ids = append(ids, ticket.MailID(id))
	}
	return ids, err
}

// claimOnServer is Claim where a lease stands in the row of the mail.
func (db *DB) claimOnServer(ctx context.Context, owner string, now, until time.Time, limit int) (claimed []ticket.OutboxMail, err error) {
	err = db.update(ctx, ticket.InTurn, func(t *tables.Tx) error {
		from, err := now, error(nil)
		if !db.part.callersClock {
			from, err = db.server.Now(ctx, t.Querier())
		}
		if err == nil {
			claimed, err = t.ClaimRows(owner, now, from, from.Add(until.Sub(now)), limit)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim outgoing mails: %w", err)
	}
	if err := db.addBytes(ctx, claimed); err != nil {
		return nil, errors.Join(err, db.unclaim(context.WithoutCancel(ctx), claimed))
	}
	return claimed, nil
}

// unclaim makes mails ready again that were claimed and cannot be sent now.
func (db *DB) unclaim(ctx context.Context, claimed []ticket.OutboxMail) error {
	return db.change(ctx, ticket.InTurn, func(t *tables.Tx) error {
		for _, m := range claimed {
			if err := t.SetOutboxState(m.ID, ticket.OutboxReady, time.Now()); err != nil {
				return err
			}
		}
		return nil
	})
}
