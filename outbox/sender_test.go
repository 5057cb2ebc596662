package outbox

import (
	"context"
	"errors"
	"net/textproto"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/faulttest"
	"maildesk/ticket"
)

// nextHop is a Transport whose answers a test decides.
type nextHop struct {
	mu     sync.Mutex
	begun  []time.Time
	ids    []ticket.OutboxID
	flying int
	most   int // in flight at once
	answer func(m ticket.OutboxMail) error
}

func (h *nextHop) Send(_ context.Context, m ticket.OutboxMail) (Reply, error) {
	h.mu.Lock()
	h.begun, h.ids = append(h.begun, time.Now()), append(h.ids, m.ID)
	h.flying++
	h.most = max(h.most, h.flying)
	h.mu.Unlock()
	err := h.answer(m)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.flying--
	return Reply{Host: "next.hop", Code: 250, Text: "ok"}, err
}

func (h *nextHop) tries() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.begun)
}

func (h *nextHop) Close() error { return nil }

func (h *nextHop) open() Transport { return h }

var (
	busy   = &textproto.Error{Code: 451, Msg: "4.3.2 later"}
	broken = &DownError{Err: errors.New("connection refused")}
)

// TestT143ClockJump: the wall clock says that the lease of a mail in hand has
// ended. It is handed over once.
func TestT143ClockJump(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newMemDesk()
		h := &nextHop{answer: func(ticket.OutboxMail) error { time.Sleep(5 * time.Minute); return nil }}
		d.add(plain(1, time.Now()))
		stop := start(t, d, h.open, Config{})
		time.Sleep(time.Minute)
		d.mu.Lock()
		d.mails[1].LeaseUntil = time.Now().Add(-365 * 24 * time.Hour)
		d.mu.Unlock()
		time.Sleep(10 * time.Minute)
		stop()
		if m, _ := d.state(1); len(h.begun) != 1 || m.State != ticket.OutboxSent {
			t.Errorf("sent %d times, state %s, want once, sent", len(h.begun), m.State)
		}
	})
	faulttest.Seen(t, "T143", "the wall clock jumps a year ahead while a mail is in hand", "its lease has ended, yet it is handed over once")
}

// TestT143YearsOld: a mail that looks years old because the clock jumped is
// still tried by its schedule before it is given up.
func TestT143YearsOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, h := newMemDesk(), &nextHop{answer: func(ticket.OutboxMail) error { return busy }}
		d.add(plain(1, time.Now().Add(-365*24*time.Hour)))
		stop := start(t, d, h.open, Config{})
		time.Sleep(24 * time.Hour)
		stop()
		if m, _ := d.state(1); len(h.begun) != minTries || m.State != ticket.OutboxFailed {
			t.Errorf("tried %d times, state %s, want %d, failed", len(h.begun), m.State, minTries)
		}
	})
	faulttest.Seen(t, "T143", "a mail that looks a year old, next hop says 451", "%d tries before it is given up", minTries)
}

// TestT144TwoSenders: two daemons on one store send each mail once.
func TestT144TwoSenders(t *testing.T) {
	d := newMemDesk()
	h := &nextHop{answer: func(ticket.OutboxMail) error { return nil }}
	const n = 500
	for i := range n {
		d.add(plain(ticket.OutboxID(i+1), time.Now()))
	}
	stopA := start(t, d, h.open, Config{Owner: "a"})
	stopB := start(t, d, h.open, Config{Owner: "b"})
	eventually(t, "all sent", func() bool { return d.count(ticket.OutboxSent) == n })
	stopA()
	stopB()
	slices.Sort(h.ids)
	if got := len(slices.Compact(slices.Clone(h.ids))); len(h.ids) != n || got != n {
		t.Errorf("%d sends of %d mails, want %d of %d", len(h.ids), got, n, n)
	}
	faulttest.Seen(t, "T144", "two senders with an owner each claim from one desk", "%d mails, %d sends", n, len(h.ids))
}

// TestNoSenderHasAll: a smarthost that grants fewer connections than we have
// senders is no outage: the others go on without a pause.
func TestNoSenderHasAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newMemDesk()
		h := &nextHop{}
		h.answer = func(ticket.OutboxMail) error {
			h.mu.Lock()
			full := h.flying > 3
			h.mu.Unlock()
			if full {
				return broken
			}
			time.Sleep(time.Second)
			return nil
		}
		const n = 60
		for i := range n {
			d.add(plain(ticket.OutboxID(i+1), time.Now()))
		}
		stop := start(t, d, h.open, Config{})
		time.Sleep(n / 3 * time.Second * 12 / 10)
		if got := d.count(ticket.OutboxSent); got != n {
			t.Errorf("%d of %d mails sent over three connections, want all", got, n)
		}
		stop()
	})
}

// TestOutcomeIsKept: the store fails for a while after the next hop has taken
// the mail. The mail is not sent again; the outcome is kept in the end.
func TestOutcomeIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newMemDesk()
		heal := time.Now().Add(45 * time.Minute) // longer than the lease
		d.fail = func() error {
			if time.Now().Before(heal) {
				return errors.New("disk full")
			}
			return nil
		}
		h := &nextHop{answer: func(ticket.OutboxMail) error { return nil }}
		d.add(plain(1, time.Now()))
		stop := start(t, d, h.open, Config{})
		time.Sleep(time.Hour)
		stop()
		if m, _ := d.state(1); len(h.begun) != 1 || m.State != ticket.OutboxSent {
			t.Errorf("sent %d times, state %s, want once, sent", len(h.begun), m.State)
		}
	})
}

// TestStop: Run lets a mail in flight end within the grace and returns the
// others back at once, untried.
func TestStop(t *testing.T) {
	for _, tt := range []struct {
		name  string
		takes time.Duration // to hand a mail over
		sent  int
	}{{"within the grace", 5 * time.Second, 1}, {"beyond the grace", time.Hour, 0}} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newMemDesk()
				h := &slowHop{takes: tt.takes}
				for i := range 30 {
					d.add(plain(ticket.OutboxID(i+1), time.Now()))
				}
				stop := start(t, d, h.open, Config{})
				time.Sleep(time.Second)
				began := time.Now()
				stop()
				if took := time.Since(began); took > 10*time.Second {
					t.Errorf("Run took %s to stop, want at most the grace", took)
				}
				if got := d.count(ticket.OutboxSent); got != tt.sent {
					t.Errorf("%d sent, want %d", got, tt.sent)
				}
				if got := d.count(ticket.OutboxReady); got != 30-tt.sent {
					t.Errorf("%d ready, want %d", got, 30-tt.sent)
				}
				if len(d.attempts) != tt.sent {
					t.Errorf("%d mails have attempts, want %d", len(d.attempts), tt.sent)
				}
			})
		})
	}
}

// slowHop takes its time, but breaks off when told to.
type slowHop struct{ takes time.Duration }

func (h *slowHop) Send(ctx context.Context, _ ticket.OutboxMail) (Reply, error) {
	select {
	case <-ctx.Done():
		return Reply{Host: "slow"}, ctx.Err()
	case <-time.After(h.takes):
		return Reply{Host: "slow", Code: 250}, nil
	}
}

func (h *slowHop) Close() error    { return nil }
func (h *slowHop) open() Transport { return h }

// TestPanic: a transport that panics over one mail costs that mail an attempt.
func TestPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newMemDesk()
		h := &nextHop{answer: func(m ticket.OutboxMail) error {
			if m.ID == 1 {
				panic("poison")
			}
			return nil
		}}
		d.add(plain(1, time.Now()), plain(2, time.Now()))
		stop := start(t, d, h.open, Config{})
		time.Sleep(time.Minute)
		stop()
		if m, _ := d.state(1); m.State != ticket.OutboxReady || m.LastText != "panic: poison" {
			t.Errorf("poisonous mail: %s %q, want ready %q", m.State, m.LastText, "panic: poison")
		}
		if m, _ := d.state(2); m.State != ticket.OutboxSent {
			t.Errorf("other mail: %s, want sent", m.State)
		}
	})
}

// TestIdle: nobody asks the store more often than each poll, and a new mail
// goes at once.
func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, h := newMemDesk(), &nextHop{answer: func(ticket.OutboxMail) error { return nil }}
		stop := start(t, d, h.open, Config{})
		time.Sleep(time.Minute + time.Second)
		d.add(plain(1, time.Now()))
		added := time.Now()
		time.Sleep(time.Minute)
		stop()
		if len(h.begun) != 1 || h.begun[0].Sub(added) > 0 {
			t.Errorf("sends at %v, want one at %v", h.begun, added)
		}
	})
}

// TestOrder: mails of one ticket to one person leave one after the other, and
// the next as soon as the one before it is done.
func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newMemDesk()
		h := &nextHop{answer: func(ticket.OutboxMail) error { time.Sleep(100 * time.Millisecond); return nil }}
		for i := range 5 {
			m := plain(ticket.OutboxID(i+1), time.Now())
			m.Ticket, m.Recipient = 1, "ana@example.net"
			d.add(m)
		}
		stop := start(t, d, h.open, Config{})
		time.Sleep(time.Second)
		stop()
		if want := []ticket.OutboxID{1, 2, 3, 4, 5}; !slices.Equal(h.ids, want) || h.most != 1 {
			t.Errorf("sent %v, %d at once, want %v one by one", h.ids, h.most, want)
		}
	})
}
