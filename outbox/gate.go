package outbox

import (
	"sync"
	"time"
)

// The gate's measures.
const (
	batch      = 50              // mails claimed at once
	maxWindow  = 2 * batch       // mails claimed and not yet handed over
	maxWait    = time.Second     // of a claimed mail until its turn; then the window is halved
	pauseFirst = 5 * time.Second // after the first failure; doubled each time
	pauseLast  = 5 * time.Minute // and after a permanent refusal, such as a wrong password

	probeEvery = 3 * time.Second  // of a next hop of which nothing is heard
	probeTime  = 10 * time.Second // for its greeting
)

// gate decides how many mails may be on their way. While the next hop is out
// of order it is shut; when the pause is over, as at the start, it lets a
// single mail through, and each mail that passes makes the window one wider:
// the way TCP begins (slow start), so that a smarthost that comes back is not
// overrun. A slow one narrows it, so that few mails are claimed ahead and the
// next interactive mail has not to wait behind them.
//
// QUIRK: RFC 5321 section 4.5.4.1 wants 30 minutes between two tries at a host.
// That is for hosts of strangers. Ours is one connection in five minutes to a
// smarthost that we were told to use, or one in three seconds while it does not
// answer at all, and nothing waits longer than it must.
type gate struct {
	mu       sync.Mutex
	window   int
	held     int           // claimed and not yet handed over
	busy     int           // in the hands of a transport
	failures int           // in a row
	since    time.Time     // when the outage began, zero: none
	until    time.Time     // shut until then
	silent   bool          // it is shut as nobody answers
	moved    chan struct{} // signalled when room may have changed
}

func newGate() *gate {
	return &gate{window: 1, moved: make(chan struct{}, 1)}
}

// room tells how many mails may be claimed now. When it is 0 ask again after
// wait (if it is not 0) or when moved is signalled.
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

// unheard reports whether the gate is shut because nobody answers.
func (g *gate) unheard(now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.silent && now.Before(g.until)
}

// reopen ends the pause of a gate that is shut because nobody answered.
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

// enter asks to hand over a mail that waited for its turn so long. When the
// gate is shut it tells until when.
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

// drop says that a held mail was given back without entering.
func (g *gate) drop() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held--
	g.signal()
}

// leave says that a mail that had entered is out of the transport's hands.
// Works tells that the next hop was met and in order, whatever it answered.
// leave gives how long it had been out of order before.
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

// down says that a mail that had entered found the next hop out of order. When
// others are still in the hands of a transport the gate stays open (alone is
// false): only this connection could not be had. Else it shuts, and down tells
// until when and how long the outage has lasted.
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
