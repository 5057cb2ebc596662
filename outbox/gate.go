package outbox

import (
	"sync"
	"time"
)

// Limits and pauses of the gate.
const (
	batch      = 50              // mails claimed at once
	maxWindow  = 2 * batch       // mails claimed and not yet handed over
	maxWait    = time.Second     // that a claimed mail waits for a sender; beyond it the window is halved
	pauseFirst = 5 * time.Second // after the first failure; doubled each time
	pauseLast  = 5 * time.Minute // at most, and after a permanent refusal, such as a wrong password

	probeEvery = 3 * time.Second  // while the next hop does not respond at all
	probeTime  = 10 * time.Second // limit for its greeting
)

// gate limits how many mails are claimed and in flight. While the next hop is down
// it is shut; after the pause, as at the start, it lets a single mail through, and
// each mail that passes widens the window by one, like TCP's slow start, so that a
// smarthost that comes back is not overrun. A slow one narrows the window, so that
// few mails are claimed ahead and the next interactive mail need not wait for them.
//
// QUIRK: RFC 5321 section 4.5.4.1 asks for 30 minutes between two attempts at a
// host. That is meant for hosts of strangers. We make one connection in five
// minutes to a smarthost that is configured for us, or one in three seconds while
// it does not respond at all, so that nothing waits longer than it must.
type gate struct {
	mu       sync.Mutex
	window   int
	held     int           // claimed and not yet handed over
	busy     int           // being sent by a transport
	failures int           // in a row
	since    time.Time     // when the outage began, zero: none
	until    time.Time     // shut until then
	silent   bool          // it is shut because the next hop does not respond
	moved    chan struct{} // signalled when room may have changed
}

func newGate() *gate {
	return &gate{window: 1, moved: make(chan struct{}, 1)}
}

// room returns how many mails may be claimed now. If it is 0, ask again after wait
// (unless that is 0) or when moved is signalled.
func (g *gate) room(now time.Time) (n int, wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if d := g.until.Sub(now); d > 0 {
		return 0, d
	}
	// Half a window at a time, so that one claim serves many mails.
	if n = min(g.window-g.held, batch); n < (g.window+1)/2 {
		return 0, 0
	}
	return n, 0
}

// unheard reports whether the gate is shut because the next hop does not respond.
func (g *gate) unheard(now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.silent && now.Before(g.until)
}

// reopen ends the pause of a gate that is shut because the next hop did not respond.
func (g *gate) reopen() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.silent {
		g.until, g.silent = time.Time{}, false
		g.signal()
	}
}

// claimed counts n more mails as held.
func (g *gate) claimed(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held += n
}

// enter asks to hand over a mail that has waited the given time for a sender. When
// the gate is shut, ok is false and until is when it opens.
func (g *gate) enter(now time.Time, waited time.Duration) (until time.Time, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now.Before(g.until) {
		return g.until, false
	}
	if waited > maxWait {
		g.window = max(g.window/2, 1)
	}
	g.busy++
	return time.Time{}, true
}

// drop counts a held mail as released without having entered.
func (g *gate) drop() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held--
	g.signal()
}

// leave counts a mail that had entered as handled by the transport. works is true
// when the next hop was reached and works, whatever it replied. leave returns how
// long it had been down before.
func (g *gate) leave(now time.Time, works bool) (outage time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held--
	g.busy--
	g.signal()
	if !works {
		return 0
	}
	if !g.since.IsZero() {
		outage = now.Sub(g.since)
	}
	g.failures, g.since, g.until = 0, time.Time{}, time.Time{}
	g.window = min(g.window+1, maxWindow)
	return outage
}

// down records that a mail that had entered found the next hop down. While other
// mails are being sent the gate stays open (alone is false): only this connection
// failed. Otherwise it shuts, and down returns until when and how long the outage
// has lasted.
func (g *gate) down(now time.Time, permanent, silent bool) (alone bool, until time.Time, outage time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.busy--
	if g.busy > 0 {
		return false, time.Time{}, 0
	}
	if g.since.IsZero() {
		g.since = now
	}
	pause := pauseLast
	if !permanent {
		pause = min(pauseFirst<<min(g.failures, 10), pauseLast)
	}
	g.failures++
	g.held--
	g.window = 1
	g.until, g.silent = now.Add(jitter(pause)), silent
	g.signal()
	return true, g.until, now.Sub(g.since)
}

func (g *gate) signal() {
	select {
	case g.moved <- struct{}{}:
	default:
	}
}
