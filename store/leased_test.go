package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"maildesk/store/postgres"
	"maildesk/ticket"
)

// What daemons on one database do with outgoing mails is recorded with the times between which each step
// was made, and held against a queue with leases whose steps come one after the other: an order must
// exist in which every answer is the one that this queue gives. (Herlihy and Wing: linearizability.)

// A step of a daemon, as far as it is about one mail.
type step struct {
	what         string
	daemon       int
	refused      bool  // it was told that it is buried
	begun, ended int64 // microseconds
}

const (
	claims = "claims it"
	misses = "claims all that is due, and does not get it"
	sends  = "records that it was sent"
	defers = "records that it was deferred, until now"
	buried = "is buried"
)

// leased is the mail in the queue.
type leased struct {
	state ticket.OutboxState // ready, claimed or sent
	owner int
	// When its lease ends is between both; of one that is ready: it was not before late.
	early, late int64
	buried      uint64 // the daemons that are, as bits
}

// leaseTime is short, so that leases end while their owners go on.
const leaseTime = 50 * time.Millisecond

// slack is by how much a database's look at the clock may differ from ours, in microseconds.
const slack = 1000

// next returns whether the queue can answer a step in this way, and what becomes of the mail.
func (q leased) next(s step) (bool, leased) {
	isBuried := q.buried&(1<<s.daemon) != 0
	mine := q.state == ticket.OutboxClaimed && q.owner == s.daemon
	switch {
	case s.what == buried:
		q.buried |= 1 << s.daemon
		if mine {
			q.state, q.late = ticket.OutboxReady, s.ended
		}
		return !isBuried, q
	case s.refused || isBuried:
		return s.refused && isBuried, q
	case s.what == claims:
		free := q.state == ticket.OutboxReady || q.state == ticket.OutboxClaimed && s.ended+slack >= q.early
		return free, leased{ticket.OutboxClaimed, s.daemon, s.begun + leaseTime.Microseconds(), s.ended + leaseTime.Microseconds(), q.buried}
	case s.what == misses:
		return q.state == ticket.OutboxSent || s.begun-slack <= q.late, q
	case s.what == sends:
		q.state = ticket.OutboxSent
	case s.what == defers && (mine || q.state == ticket.OutboxReady):
		q.state, q.late = ticket.OutboxReady, s.ended
	}
	return true, q
}

var queue = porcupine.Model{
	Init: func() any { return leased{state: ticket.OutboxReady} },
	Step: func(state, input, _ any) (bool, any) { return state.(leased).next(input.(step)) },
}

func linearizable(steps []step) porcupine.CheckResult {
	var history []porcupine.Operation
	for _, s := range steps {
		history = append(history, porcupine.Operation{Input: s, Call: s.begun, Return: s.ended})
	}
	return porcupine.CheckOperationsTimeout(queue, history, 2*time.Minute)
}

// The queue refuses what must never happen, and nothing else.
func TestLeasedQueue(t *testing.T) {
	end := leaseTime.Microseconds()
	for _, tt := range []struct {
		name  string
		steps []step
		want  porcupine.CheckResult
	}{
		{"it is claimed and sent", []step{{claims, 1, false, 1, 2}, {misses, 2, false, 3, 4}, {sends, 1, false, 5, 6}, {misses, 2, false, end * 9, end*9 + 1}}, porcupine.Ok},
		{"two have it", []step{{claims, 1, false, 1, 2}, {claims, 2, false, 3, 4}}, porcupine.Illegal},
		{"one has it after the other", []step{{claims, 1, false, 1, 2}, {claims, 2, false, end + 10, end + 11}}, porcupine.Ok},
		{"one claims it while the other defers it", []step{{claims, 1, false, 1, 2}, {defers, 1, false, 3, 9}, {claims, 2, false, 4, 5}}, porcupine.Ok},
		{"nobody gets it", []step{{misses, 2, false, 5000, 5001}}, porcupine.Illegal},
		{"nobody gets it after its lease", []step{{claims, 1, false, 1, 2}, {misses, 2, false, end * 2, end*2 + 1}}, porcupine.Illegal},
		{"it was sent and is claimed", []step{{claims, 1, false, 1, 2}, {sends, 1, false, 3, 4}, {claims, 2, false, end * 2, end*2 + 1}}, porcupine.Illegal},
		{"who is buried sends", []step{{claims, 1, false, 1, 2}, {buried, 1, false, 3, 4}, {sends, 1, false, 5, 6}}, porcupine.Illegal},
		{"who is buried is refused", []step{{claims, 1, false, 1, 2}, {buried, 1, false, 3, 6}, {sends, 1, true, 4, 5}, {claims, 2, false, 7, 8}}, porcupine.Ok},
		{"who lives is refused", []step{{claims, 1, true, 1, 2}, {buried, 1, false, 3, 4}}, porcupine.Illegal},
		{"who has lost it takes it from another", []step{{claims, 1, false, 1, 2}, {claims, 2, false, end + 10, end + 11}, {defers, 1, false, end + 12, end + 13}, {claims, 1, false, end + 14, end + 15}}, porcupine.Illegal},
	} {
		if got := linearizable(tt.steps); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// fleet is daemons that work on one database, some of which are buried while they go on.
type fleet struct {
	url   string
	mails []ticket.OutboxID
	left  atomic.Int64 // mails that nobody has sent

	mu      sync.Mutex
	made    int // daemons
	history map[ticket.OutboxID][]step

	burying sync.Mutex // one is buried at a time
	at      []*member  // those that work, by their place
}

// member is a daemon of a fleet.
type member struct {
	db   *DB
	nth  int
	gone bool // it was buried, which it does not know
}

// atMost is after how many daemons none is buried any more: leased has a bit for each.
const atMost = 40

// join makes a daemon, at a place of the fleet.
func (c *fleet) join(t *testing.T, place int) (*member, error) {
	db, err := Open(t.Context(), t.TempDir(), Options{Exclusive: true, Database: c.url, Settings: "same"})
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { db.Close() })                 // one that was buried cannot leave in order
	db.part.watches = begun.Add(-2 * postgres.Lease) // it would have seen the others for long
	if err := c.lives(db, time.Hour); err != nil {
		return nil, err
	}
	c.mu.Lock()
	m := &member{db: db, nth: c.made}
	c.made++
	c.mu.Unlock()
	c.burying.Lock()
	defer c.burying.Unlock()
	c.at[place] = m
	return m, nil
}

func (c *fleet) lives(db *DB, left time.Duration) error {
	_, err := db.side.ExecContext(context.Background(), `UPDATE node SET until = clock_timestamp() + make_interval(secs => $2) WHERE id = $1`, db.server.Me(), left.Seconds())
	return err
}

// record makes a step, and keeps it for the mails that it is about. It returns an error other than that the
// daemon is buried.
func (c *fleet) record(m *member, do func() (map[ticket.OutboxID]string, error)) (refused bool, err error) {
	begun := time.Now().UnixMicro()
	about, err := do()
	ended := time.Now().UnixMicro() + 1 // it is cut off
	if refused = errors.Is(err, postgres.ErrBuried); refused {
		err = nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, what := range about {
		c.history[id] = append(c.history[id], step{what, m.nth, refused, begun, ended})
	}
	return refused, err
}

// all is that something is about every mail.
func (c *fleet) all(what string) map[ticket.OutboxID]string {
	about := map[ticket.OutboxID]string{}
	for _, id := range c.mails {
		about[id] = what
	}
	return about
}

// claim claims some of what is due.
func (c *fleet) claim(m *member, limit int) (got []ticket.OutboxID, refused bool, err error) {
	refused, err = c.record(m, func() (map[ticket.OutboxID]string, error) {
		now := time.Now()
		mails, err := m.db.Claim(context.Background(), m.db.Owner(), now, now.Add(leaseTime), limit)
		about := map[ticket.OutboxID]string{}
		if err != nil || len(mails) < limit {
			about = c.all(misses)
		}
		for _, mail := range mails {
			got, about[mail.ID] = append(got, mail.ID), claims
		}
		return about, err
	})
	return got, refused, err
}

// end records what became of a mail.
func (c *fleet) end(m *member, id ticket.OutboxID, what string) (refused bool, err error) {
	return c.record(m, func() (map[ticket.OutboxID]string, error) {
		a := ticket.Attempt{Outbox: id, At: time.Now(), State: ticket.OutboxSent, Owner: m.db.Owner()}
		if what == defers {
			a.State, a.NextAt = ticket.OutboxReady, a.At
		}
		var was ticket.OutboxState
		err := m.db.Update(context.Background(), func(tx ticket.Tx) error {
			before, err := tx.Outgoing(id)
			if err == nil {
				was = before.State
				_, err = tx.Attempted(a)
			}
			return err
		})
		if err == nil && what == sends && was != ticket.OutboxSent {
			c.left.Add(-1)
		}
		return map[ticket.OutboxID]string{id: what}, err
	})
}

// bury lets the time of the daemon at a place be over, which does not know it and works on, and buries it.
func (c *fleet) bury(m *member, place int) error {
	c.burying.Lock()
	defer c.burying.Unlock()
	c.mu.Lock()
	enough := c.made > atMost
	c.mu.Unlock()
	victim := c.at[place]
	if m.gone || victim.gone || enough {
		return nil
	}
	victim.gone = true
	_, err := c.record(victim, func() (map[ticket.OutboxID]string, error) {
		return c.all(buried), errors.Join(c.lives(victim.db, -time.Second), m.db.lookAtNodes(context.Background()))
	})
	return err
}

// work lets a daemon at a place claim mails and record what became of them, sometimes long after, until all are
// sent. One that is told that it is buried ends, and another one comes in its place.
func (c *fleet) work(t *testing.T, place int) error {
	draw := rand.New(rand.NewPCG(uint64(place), 0))
	m, err := c.join(t, place)
	var held []ticket.OutboxID
	for c.left.Load() > 0 && err == nil {
		got, refused, failed := c.claim(m, 1+draw.IntN(3))
		held, err = append(held, got...), failed
		for len(held) > 0 && err == nil && draw.IntN(3) > 0 {
			what := sends
			if draw.IntN(3) > 0 {
				what = defers
			}
			var buried bool
			buried, err = c.end(m, held[0], what)
			held, refused = held[1:], refused || buried
		}
		if err == nil && draw.IntN(8) == 0 {
			err = c.bury(m, (place+1)%len(c.at))
		}
		if refused && err == nil {
			m.db.Close()
			held = nil
			m, err = c.join(t, place)
		}
	}
	return err
}

// Whatever several daemons claim and record, and however late those do that were buried in between, a queue
// with leases could have answered the same.
func TestDaemonsShareAQueueWithLeases(t *testing.T) {
	t.Parallel()
	const mails, daemons = 40, 3
	c := &fleet{url: newDatabase(t), history: map[ticket.OutboxID][]step{}, at: make([]*member, daemons)}
	first := openFolder(t, t.TempDir(), Options{Database: c.url})
	addReplies(t, first, mails)
	view(t, first, func(r ticket.Reader) error {
		all, err := r.OutboxOf(0)
		for _, m := range all {
			c.mails = append(c.mails, m.ID)
		}
		return err
	})
	c.left.Store(mails)
	for place := range c.at {
		c.at[place] = &member{gone: true} // until one joins
	}
	var all sync.WaitGroup
	for place := range daemons {
		all.Go(func() {
			if err := c.work(t, place); err != nil {
				t.Errorf("daemon at place %d: %v", place, err)
			}
		})
	}
	all.Wait()
	steps := 0
	for id, history := range c.history {
		steps += len(history)
		if got := linearizable(history); got != porcupine.Ok {
			slices.SortFunc(history, func(a, b step) int { return cmp.Compare(a.begun, b.begun) })
			var story strings.Builder
			for _, s := range history {
				fmt.Fprintf(&story, "%8d to %8d: daemon %d %s (refused: %t)\n", s.begun-history[0].begun, s.ended-history[0].begun, s.daemon, s.what, s.refused)
			}
			t.Errorf("no queue could have done this with mail %d (%s):\n%s", id, got, &story)
		}
	}
	t.Logf("%d steps of %d daemons with %d mails", steps, c.made, len(c.history))
}
