package outbox

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-smtp"

	"maildesk/desk"
)

// nextHop is a Transport whose answers a test decides.
type nextHop struct {
	mu     sync.Mutex
	begun  []time.Time
	ids    []desk.OutboxID
	flying int
	most   int // in flight at once
	answer func(m desk.OutboxMail) error
}

func (h *nextHop) Send(_ context.Context, m desk.OutboxMail) (Reply, error) {
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
	busy   = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "later"}
	broken = &DownError{errors.New("connection refused")}
)

// TestT139Schedule: a next hop that says 451 for five days.
func TestT139Schedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, h := newMemDesk(), &nextHop{answer: func(desk.OutboxMail) error { return busy }}
		born := time.Now()
		d.add(plain(1, born))
		stop := start(t, d, h.open, Config{})
		time.Sleep(6 * 24 * time.Hour)
		stop()

		want := []time.Duration{0, 450 * time.Second, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour}
		for len(want) < len(h.begun) {
			want = append(want, 8*time.Hour)
		}
		last := born
		for i, at := range h.begun {
			d := at.Sub(last)
			last = at
			if i == len(h.begun)-1 {
				break // at the end of the five days
			}
			if d < want[i]*9/10 || d > want[i]*11/10+poll {
				t.Errorf("try %d came after %s, want %s ± 10 %%", i+1, d, want[i])
			}
		}
		if age := last.Sub(born); age < lifetime || age > lifetime+poll {
			t.Errorf("last try at the age of %s, want %s", age, lifetime)
		}
		if n := len(h.begun); n < 20 || n > 25 {
			t.Errorf("%d tries in five days, want 20 to 25", n)
		}
		m, attempts := d.state(1)
		if m.State != desk.OutboxFailed || len(attempts) != len(h.begun) {
			t.Errorf("state %s with %d attempts kept, want failed with %d", m.State, len(attempts), len(h.begun))
		}
		end := attempts[len(attempts)-1]
		if want := "given up after 5 days: 4.3.2 later"; end.Text != want || end.Code != 451 || end.Host != "next.hop" {
			t.Errorf("last attempt %s %d %q, want next.hop 451 %q", end.Host, end.Code, end.Text, want)
		}
	})
}

// TestT139Outage: nobody answers for six days. It is no mail's fault, so no
// attempt is counted; what is five days old is given up, the rest is sent.
func TestT139Outage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		born := time.Now()
		end := born.Add(6 * 24 * time.Hour)
		d := newMemDesk()
		h := &nextHop{answer: func(desk.OutboxMail) error {
			if time.Now().Before(end) {
				return broken
			}
			return nil
		}}
		for i := range 30 {
			d.add(plain(desk.OutboxID(i+1), born))
		}
		stop := start(t, d, h.open, Config{})
		time.Sleep(lifetime - time.Hour)
		if n := d.count(desk.OutboxFailed); n != 0 {
			t.Errorf("%d mails failed before their five days were over", n)
		}
		time.Sleep(time.Hour + pauseLast*2)
		if n := d.count(desk.OutboxFailed); n != 30 || d.givenUp != 30 {
			t.Errorf("after five days %d mails failed, %d given up, want 30", n, d.givenUp)
		}
		young := plain(31, time.Now())
		d.add(young)
		time.Sleep(time.Until(end) + pauseLast*2)
		stop()
		m, attempts := d.state(31)
		if m.State != desk.OutboxSent || len(attempts) != 1 {
			t.Errorf("young mail: %s after %d attempts, want sent after 1", m.State, len(attempts))
		}
		for i, at := range h.begun[1:] {
			if gap := at.Sub(h.begun[i]); gap > pauseLast*11/10+poll && at.Before(born.Add(lifetime)) {
				t.Errorf("next hop left alone for %s, want at most %s ± 10 %%", gap, pauseLast)
			}
		}
		if n := len(h.begun); n > 2000 {
			t.Errorf("knocked %d times in six days, want at most 2000", n)
		}
	})
}

// TestT142Drain: 10,000 mails wait when the link comes back: one goes ahead,
// then more and more, interactive first, never more at once than senders.
func TestT142Drain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newMemDesk()
		back := time.Now().Add(time.Hour)
		h := &nextHop{answer: func(desk.OutboxMail) error {
			time.Sleep(10 * time.Millisecond)
			if time.Now().Before(back) {
				return broken
			}
			return nil
		}}
		const n = 10_000
		var mails []desk.OutboxMail
		for i := range n {
			m := plain(desk.OutboxID(i+1), time.Now())
			m.Priority = 2 - i%3
			mails = append(mails, m)
		}
		d.add(mails...)
		stop := start(t, d, h.open, Config{})
		time.Sleep(time.Until(back))
		knocks := h.tries()
		if knocks > 30 {
			t.Errorf("knocked %d times in an hour, want at most 30", knocks)
		}
		time.Sleep(10 * time.Minute)
		stop()
		if got := d.count(desk.OutboxSent); got != n {
			t.Fatalf("%d mails sent, want %d", got, n)
		}
		if h.most > 4 {
			t.Errorf("%d mails in flight at once, want at most 4", h.most)
		}
		if gap := h.begun[knocks+1].Sub(h.begun[knocks]); gap < 10*time.Millisecond {
			t.Errorf("second mail %s after the first, want it to wait for the first's answer", gap)
		}
		prio := func(id desk.OutboxID) int { return mails[id-1].Priority }
		order := h.ids[knocks:]
		late := slices.IndexFunc(order, func(id desk.OutboxID) bool { return prio(id) > 0 })
		for i, id := range order[late+maxWindow:] {
			if prio(id) == 0 {
				t.Fatalf("interactive mail %d was number %d, after a notice at %d", id, late+maxWindow+i, late)
			}
		}
	})
}

// TestT143ClockJump: the wall clock says that the lease of a mail in hand has
// ended. It is handed over once.
func TestT143ClockJump(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newMemDesk()
		h := &nextHop{answer: func(desk.OutboxMail) error { time.Sleep(5 * time.Minute); return nil }}
		d.add(plain(1, time.Now()))
		stop := start(t, d, h.open, Config{})
		time.Sleep(time.Minute)
		d.mu.Lock()
		d.mails[1].LeaseUntil = time.Now().Add(-365 * 24 * time.Hour)
		d.mu.Unlock()
		time.Sleep(10 * time.Minute)
		stop()
		if m, _ := d.state(1); len(h.begun) != 1 || m.State != desk.OutboxSent {
			t.Errorf("sent %d times, state %s, want once, sent", len(h.begun), m.State)
		}
	})
}

// TestT143YearsOld: a mail that looks years old because the clock jumped is
// still tried by its schedule before it is given up.
func TestT143YearsOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, h := newMemDesk(), &nextHop{answer: func(desk.OutboxMail) error { return busy }}
		d.add(plain(1, time.Now().Add(-365*24*time.Hour)))
		stop := start(t, d, h.open, Config{})
		time.Sleep(24 * time.Hour)
		stop()
		if m, _ := d.state(1); len(h.begun) != minTries || m.State != desk.OutboxFailed {
			t.Errorf("tried %d times, state %s, want %d, failed", len(h.begun), m.State, minTries)
		}
	})
}

// TestT144TwoSenders: two daemons on one store send each mail once.
func TestT144TwoSenders(t *testing.T) {
	d := newMemDesk()
	h := &nextHop{answer: func(desk.OutboxMail) error { return nil }}
	const n = 500
	for i := range n {
		d.add(plain(desk.OutboxID(i+1), time.Now()))
	}
	stopA := start(t, d, h.open, Config{Owner: "a"})
	stopB := start(t, d, h.open, Config{Owner: "b"})
	eventually(t, "all sent", func() bool { return d.count(desk.OutboxSent) == n })
	stopA()
	stopB()
	slices.Sort(h.ids)
	if got := len(slices.Compact(slices.Clone(h.ids))); len(h.ids) != n || got != n {
		t.Errorf("%d sends of %d mails, want %d of %d", len(h.ids), got, n, n)
	}
}

// TestNoSenderHasAll: a smarthost that grants fewer connections than we have
// senders is no outage: the others go on without a pause.
func TestNoSenderHasAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newMemDesk()
		h := &nextHop{}
		h.answer = func(desk.OutboxMail) error {
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
			d.add(plain(desk.OutboxID(i+1), time.Now()))
		}
		stop := start(t, d, h.open, Config{})
		time.Sleep(n / 3 * time.Second * 12 / 10)
		if got := d.count(desk.OutboxSent); got != n {
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
		h := &nextHop{answer: func(desk.OutboxMail) error { return nil }}
		d.add(plain(1, time.Now()))
		stop := start(t, d, h.open, Config{})
		time.Sleep(time.Hour)
		stop()
		if m, _ := d.state(1); len(h.begun) != 1 || m.State != desk.OutboxSent {
			t.Errorf("sent %d times, state %s, want once, sent", len(h.begun), m.State)
		}
	})
}

// TestStop: Run lets a mail in flight end within the grace and gives the
// others back at once, untried.
func TestStop(t *testing.T) {
	for _, tt := range []struct {
		name  string
		takes time.Duration // to hand a mail over
		sent  int
	}{{"within the grace", 5 * time.Second, 4}, {"beyond the grace", time.Hour, 0}} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newMemDesk()
				h := &slowHop{takes: tt.takes}
				for i := range 30 {
					d.add(plain(desk.OutboxID(i+1), time.Now()))
				}
				stop := start(t, d, h.open, Config{})
				time.Sleep(time.Second)
				began := time.Now()
				stop()
				if took := time.Since(began); took > 10*time.Second {
					t.Errorf("Run took %s to stop, want at most the grace", took)
				}
				if got := d.count(desk.OutboxSent); got != tt.sent {
					t.Errorf("%d sent, want %d", got, tt.sent)
				}
				if got := d.count(desk.OutboxReady); got != 30-tt.sent {
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

func (h *slowHop) Send(ctx context.Context, _ desk.OutboxMail) (Reply, error) {
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
		h := &nextHop{answer: func(m desk.OutboxMail) error {
			if m.ID == 1 {
				panic("poison")
			}
			return nil
		}}
		d.add(plain(1, time.Now()), plain(2, time.Now()))
		stop := start(t, d, h.open, Config{})
		time.Sleep(time.Minute)
		stop()
		if m, _ := d.state(1); m.State != desk.OutboxReady || m.LastText != "panic: poison" {
			t.Errorf("poisonous mail: %s %q, want ready %q", m.State, m.LastText, "panic: poison")
		}
		if m, _ := d.state(2); m.State != desk.OutboxSent {
			t.Errorf("other mail: %s, want sent", m.State)
		}
	})
}

// TestIdle: nobody asks the store more often than each poll, and a new mail
// goes at once.
func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, h := newMemDesk(), &nextHop{answer: func(desk.OutboxMail) error { return nil }}
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
		h := &nextHop{answer: func(desk.OutboxMail) error { time.Sleep(100 * time.Millisecond); return nil }}
		for i := range 5 {
			m := plain(desk.OutboxID(i+1), time.Now())
			m.Ticket, m.Recipient = 1, "ana@example.net"
			d.add(m)
		}
		stop := start(t, d, h.open, Config{})
		time.Sleep(time.Second)
		stop()
		if want := []desk.OutboxID{1, 2, 3, 4, 5}; !slices.Equal(h.ids, want) || h.most != 1 {
			t.Errorf("sent %v, %d at once, want %v one by one", h.ids, h.most, want)
		}
	})
}
