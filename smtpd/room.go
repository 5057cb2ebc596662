package smtpd

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// room is a limit that all mails which are being read share: of memory in bytes, or
// of places. Those that exceed it wait in turn.
//
// No client can shut others out. One that holds some already gets no more than
// half of the whole; the slowest holder is evicted in favour of those who wait,
// unless it is quick enough.
type room struct {
	mu      sync.Mutex
	all     int64
	free    int64
	holders map[*conn]holding
	waiting []*waiter // in the order in which they came
	evict   func(*conn)
}

// holding is what a connection has of the room.
type holding struct {
	amount int64
	client netip.Addr // as counted; invalid: it is not
	since  time.Time
	before int64 // bytes of its mail that had come by then
}

type waiter struct {
	holding
	conn  *conn
	ready chan struct{} // closed when it has its part
}

// A holder is slow when, after roomPatience, the rest of its mail would take longer
// than quickEnough at its pace.
const (
	roomPatience = 3 * time.Second
	quickEnough  = time.Minute
)

func newRoom(all int64, evict func(*conn)) *room {
	return &room{all: all, free: all, holders: map[*conn]holding{}, evict: evict}
}

// acquire takes an amount for a connection, which has none yet. It waits until
// there is so much, or ctx is done.
func (r *room) acquire(ctx context.Context, c *conn, amount int64) error {
	w := &waiter{holding{amount: amount, client: counted(c.client)}, c, make(chan struct{})}
	r.mu.Lock()
	r.waiting = append(r.waiting, w)
	r.serve()
	r.mu.Unlock()
	tick := time.NewTicker(roomPatience)
	defer tick.Stop()
	for {
		select {
		case <-w.ready:
			return nil
		case <-tick.C:
			r.giveWay(time.Now())
		case <-ctx.Done():
			r.mu.Lock()
			defer r.mu.Unlock()
			if _, got := r.holders[c]; got {
				return nil
			}
			r.waiting = slices.DeleteFunc(r.waiting, func(o *waiter) bool { return o == w })
			r.serve()
			return ctx.Err()
		}
	}
}

// extend takes more for a holder if there is so much at once.
func (r *room) extend(c *conn, more int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if more > r.free {
		return false
	}
	h := r.holders[c]
	h.amount += more
	r.free -= more
	r.holders[c] = h
	return true
}

// release returns what a connection holds, if it holds any.
func (r *room) release(c *conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	h, ok := r.holders[c]
	if !ok {
		return
	}
	delete(r.holders, c)
	r.free += h.amount
	r.serve()
}

// serve lets those who wait acquire their parts, in turn: nobody overtakes one for
// whom there is not enough yet, but all overtake one who has its share. Called with
// mu held.
func (r *room) serve() {
	for i := 0; i < len(r.waiting); {
		w := r.waiting[i]
		switch {
		case r.hasShare(w):
			i++
			continue
		case w.amount > r.free:
			return
		}
		r.free -= w.amount
		w.since, w.before = time.Now(), w.conn.received.Load()
		r.holders[w.conn] = w.holding
		r.waiting = slices.Delete(r.waiting, i, i+1)
		close(w.ready)
	}
}

// hasShare reports whether the client of a waiter would have more than half of
// the room by several connections. Called with mu held.
func (r *room) hasShare(w *waiter) bool {
	if !w.client.IsValid() {
		return false
	}
	var held int64
	for _, h := range r.holders {
		if h.client == w.client {
			held += h.amount
		}
	}
	return held > 0 && held+w.amount > r.all/2
}

// giveWay ends the slowest connection that holds some, if somebody waits for
// whom there is too little.
func (r *room) giveWay(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.ContainsFunc(r.waiting, func(w *waiter) bool { return !r.hasShare(w) }) {
		return
	}
	var slowest *conn
	var most time.Duration // that it would still take
	for c, h := range r.holders {
		if left, slow := h.left(c, now); slow && (slowest == nil || left > most) {
			slowest, most = c, left
		}
	}
	if slowest != nil {
		r.evict(slowest)
	}
}

// left returns how long the rest of a mail would take at the pace at which it
// came so far, and whether that is too long while others wait.
func (h holding) left(c *conn, now time.Time) (time.Duration, bool) {
	age := now.Sub(h.since)
	if age < roomPatience || c.waitsForUs() || c.evicted.Load() {
		return 0, false
	}
	came := float64(c.received.Load() - h.before)
	rest := float64(c.expected.Load()) - float64(c.received.Load())
	left := time.Duration(min(max(rest, 0)/max(came, 1)*age.Seconds(), 1e6) * float64(time.Second))
	return left, left > quickEnough
}
