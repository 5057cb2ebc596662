package outbox

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/faulttest"
	"maildesk/ticket"
)

// TestT139Schedule: a next hop that says 451 for five days.
func TestT139Schedule(t *testing.T) {
	tries := 0
	synctest.Test(t, func(t *testing.T) {
		d, h := newMemDesk(), &nextHop{answer: func(ticket.OutboxMail) error { return busy }}
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
		tries = len(h.begun)
		m, attempts := d.state(1)
		if m.State != ticket.OutboxFailed || len(attempts) != len(h.begun) {
			t.Errorf("state %s with %d attempts kept, want failed with %d", m.State, len(attempts), len(h.begun))
		}
		end := attempts[len(attempts)-1]
		if want := "given up after 5 days: 4.3.2 later"; end.Text != want || end.Code != 451 || end.Host != "next.hop" {
			t.Errorf("last attempt %s %d %q, want next.hop 451 %q", end.Host, end.Code, end.Text, want)
		}
	})
	faulttest.Seen(t, "T139", "a smarthost that says 451 for five days", "tries at once, after 7.5, 15, 30 min, 1, 2, 4, 8 h and every 8 h ± 10 %%: %d, each kept; failed at 5 d in its words", tries)
}

// TestT139Outage: nobody answers for six days. It is no mail's fault, so no
// attempt is counted; what is five days old is given up, the rest is sent.
func TestT139Outage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		born := time.Now()
		end := born.Add(6 * 24 * time.Hour)
		d := newMemDesk()
		h := &nextHop{answer: func(ticket.OutboxMail) error {
			if time.Now().Before(end) {
				return broken
			}
			return nil
		}}
		for i := range 30 {
			d.add(plain(ticket.OutboxID(i+1), born))
		}
		stop := start(t, d, h.open, Config{})
		time.Sleep(delayNotice - time.Minute)
		if n := d.told(); n != 0 {
			t.Errorf("%d mails told as late before 4 h were over", n)
		}
		time.Sleep(2*pauseLast + time.Minute)
		if n := d.told(); n != 30 {
			t.Errorf("%d mails told as late after 4 h, want 30", n)
		}
		time.Sleep(lifetime - time.Hour - time.Since(born))
		if n := d.count(ticket.OutboxFailed); n != 0 {
			t.Errorf("%d mails failed before their five days were over", n)
		}
		time.Sleep(time.Hour + pauseLast*2)
		if n := d.count(ticket.OutboxFailed); n != 30 || d.givenUp != 30 {
			t.Errorf("after five days %d mails failed, %d given up, want 30", n, d.givenUp)
		}
		young := plain(31, time.Now())
		d.add(young)
		time.Sleep(time.Until(end) + pauseLast*2)
		stop()
		m, attempts := d.state(31)
		if m.State != ticket.OutboxSent || len(attempts) != 1 {
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
	faulttest.Seen(t, "T139", "nobody answers for six days, 30 mails wait", "one knock at most every 5 min; the 30 given up at 5 d; a younger mail sent when it is back")
}

// TestT142Drain: 10,000 mails wait when the link comes back: one goes ahead,
// then more and more, interactive first, never more at once than senders.
func TestT142Drain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newMemDesk()
		back := time.Now().Add(time.Hour)
		h := &nextHop{answer: func(ticket.OutboxMail) error {
			time.Sleep(10 * time.Millisecond)
			if time.Now().Before(back) {
				return broken
			}
			return nil
		}}
		const n = 10_000
		var mails []ticket.OutboxMail
		for i := range n {
			m := plain(ticket.OutboxID(i+1), time.Now())
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
		if got := d.count(ticket.OutboxSent); got != n {
			t.Fatalf("%d mails sent, want %d", got, n)
		}
		if h.most > 4 {
			t.Errorf("%d mails in flight at once, want at most 4", h.most)
		}
		if gap := h.begun[knocks+1].Sub(h.begun[knocks]); gap < 10*time.Millisecond {
			t.Errorf("second mail %s after the first, want it to wait for the first's answer", gap)
		}
		prio := func(id ticket.OutboxID) int { return mails[id-1].Priority }
		order := h.ids[knocks:]
		late := slices.IndexFunc(order, func(id ticket.OutboxID) bool { return prio(id) > 0 })
		for i, id := range order[late+maxWindow:] {
			if prio(id) == 0 {
				t.Fatalf("interactive mail %d was number %d, after a notice at %d", id, late+maxWindow+i, late)
			}
		}
	})
	faulttest.Seen(t, "T142", "10,000 mails wait through an outage of an hour", "at most 30 knocks; one goes ahead, then the window opens; at most 4 in flight; interactive first; all sent")
}

// TestSlowNextHop: behind a next hop that takes one second for a mail no more
// is claimed ahead than an interactive mail can wait for: some seconds, not 25.
func TestSlowNextHop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newMemDesk()
		h := &nextHop{answer: func(ticket.OutboxMail) error { time.Sleep(time.Second); return nil }}
		var bulk []ticket.OutboxMail
		for i := range 2000 {
			m := plain(ticket.OutboxID(i+1), time.Now())
			m.Priority = 2
			bulk = append(bulk, m)
		}
		d.add(bulk...)
		stop := start(t, d, h.open, Config{})
		for i := range 50 {
			time.Sleep(time.Duration(5000+i*37) * time.Millisecond)
			d.add(plain(ticket.OutboxID(3001+i), time.Now()))
			added := time.Now()
			time.Sleep(10 * time.Second)
			h.mu.Lock()
			at := slices.Index(h.ids, ticket.OutboxID(3001+i))
			begun := slices.Clone(h.begun)
			h.mu.Unlock()
			if at < 0 {
				t.Fatalf("interactive mail %d not begun after 10 s", i)
			}
			if waited := begun[at].Sub(added); i > 1 && waited > 8*maxWait {
				t.Errorf("interactive mail %d waited for %s, want at most %s", i, waited, 8*maxWait)
			}
		}
		stop()
	})
}
