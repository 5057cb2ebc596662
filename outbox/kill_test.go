package outbox

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"maildesk/faulttest"
	"maildesk/ticket"
)

var errKilled = errors.New("killed")

// mortal is one life of a daemon on a desk that outlives it: from the moment
// of its death on nothing that it does has an effect.
type mortal struct {
	*memDesk
	at   string       // the point of death
	pass atomic.Int64 // how often it is passed unharmed
	dead atomic.Bool
}

// die dies if this is the point; it tells whether the daemon is dead.
func (d *mortal) die(point string) error {
	if d.at == point && d.pass.Add(-1) < 0 {
		d.dead.Store(true)
	}
	if d.dead.Load() {
		return errKilled
	}
	return nil
}

func (d *mortal) Claim(ctx context.Context, owner string, lease time.Duration, limit int) ([]ticket.OutboxMail, error) {
	if err := d.die("before the claim"); err != nil {
		return nil, err
	}
	mails, err := d.memDesk.Claim(ctx, owner, lease, limit)
	if len(mails) > 0 {
		if err := d.die("after the claim"); err != nil {
			return nil, err
		}
	}
	return mails, err
}

func (d *mortal) Outcome(ctx context.Context, a ticket.Attempt) error {
	if err := d.die("after the 250"); err != nil {
		return err
	}
	if err := d.memDesk.Outcome(ctx, a); err != nil {
		return err
	}
	return d.die("after the mark")
}

func (d *mortal) Release(ctx context.Context, owner string, at time.Time, ids ...ticket.OutboxID) error {
	if d.dead.Load() {
		return errKilled
	}
	return d.memDesk.Release(ctx, owner, at, ids...)
}

func (d *mortal) ReleaseBut(ctx context.Context, owner string, at time.Time, kept ...ticket.OutboxID) error {
	if d.dead.Load() {
		return errKilled
	}
	return d.memDesk.ReleaseBut(ctx, owner, at, kept...)
}

// TestT138Kill: the daemon is killed at each point of a mail's way out. The
// next one sends it at once, without waiting for the lease to end; twice only
// where nobody can know whether the smarthost took it (RFC 1047).
func TestT138Kill(t *testing.T) {
	for point, copies := range map[string]int{
		"before the claim": 1, "after the claim": 1, "after the final dot": 2, "after the 250": 2, "after the mark": 1,
	} {
		t.Run(point, func(t *testing.T) {
			state := newMemDesk()
			state.add(plain(1, time.Now()))
			s := startSMTP(t, nil, false)
			open, err := Open("smtp://"+s.addr, Options{Hostname: "desk.example.org"})
			if err != nil {
				t.Fatal(err)
			}
			first := &mortal{memDesk: state, at: point}
			s.onData = func() { first.die("after the final dot") }
			stop := start(t, first, open, Config{Grace: 50 * time.Millisecond})
			eventually(t, "dead", first.dead.Load)
			stop()

			second := &mortal{memDesk: state}
			defer start(t, second, open, Config{})()
			eventually(t, "sent", func() bool { return state.count(ticket.OutboxSent) == 1 })
			s.mu.Lock()
			defer s.mu.Unlock()
			if len(s.got) != copies {
				t.Errorf("%d copies arrived, want %d", len(s.got), copies)
			}
			for _, a := range s.got {
				if string(a.raw) != string(plain(1, time.Now()).Bytes) {
					t.Errorf("arrived %q, want the bytes as they were kept", a.raw)
				}
			}
		})
	}
	faulttest.Seen(t, "T138", "a sender ends before the claim, after it, after the final dot, after the 250, after the mark", "1, 1, 2, 2, 1 copies, same bytes")
}

// TestT138ManyKills: a daemon with several senders is killed again and again at
// any point. Every mail arrives, with the same bytes.
func TestT138ManyKills(t *testing.T) {
	points := []string{"before the claim", "after the claim", "after the final dot", "after the 250", "after the mark"}
	const n = 200
	state := newMemDesk()
	for i := range n {
		state.add(plain(ticket.OutboxID(i+1), time.Now()))
	}
	s := startSMTP(t, nil, false)
	open, err := Open("smtp://"+s.addr, Options{Hostname: "desk.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	const kills = 20
	for i := range kills {
		life := &mortal{memDesk: state, at: points[i%len(points)]}
		if i%len(points) > 1 {
			life.pass.Store(rand.Int64N(8))
		}
		s.mu.Lock()
		s.onData = func() { life.die("after the final dot") }
		s.mu.Unlock()
		stop := start(t, life, open, Config{Grace: 50 * time.Millisecond})
		eventually(t, "dead", life.dead.Load)
		stop()
	}
	defer start(t, &mortal{memDesk: state}, open, Config{})()
	eventually(t, "all sent", func() bool { return state.count(ticket.OutboxSent) == n })
	s.mu.Lock()
	defer s.mu.Unlock()
	copies := make(map[string]int)
	for _, a := range s.got {
		copies[a.to+string(a.raw)]++
	}
	if len(copies) != n {
		t.Errorf("%d different mails arrived, want %d", len(copies), n)
	}
	if extra := len(s.got) - n; extra > kills*(4+maxOutcomes) {
		t.Errorf("%d extra copies after %d kills, want at most those that were in flight", extra, kills)
	}
	t.Logf("%d extra copies after %d kills", len(s.got)-n, kills)
	faulttest.Seen(t, "T138", "20 ends at random points, 200 mails, 4 connections", "all arrive, %d extra copies, same bytes", len(s.got)-n)
}
