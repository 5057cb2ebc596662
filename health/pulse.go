package health

import (
	"context"
	"sync"
	"time"

	"maildesk/ticket"
)

// Limits of a pulse.
const (
	probeTime = 10 * time.Second // for one empty change; SQLite waits 5 s for another process
	slowProbe = 3 * time.Second  // then the database counts as locked
	stuck     = 2 * time.Minute  // without a finished attempt although mails wait: the desk hangs
)

// Pulse checks that the desk makes progress: the database accepts changes, and
// waiting mails are handled. It feeds the watchdog of the service manager, which
// restarts a daemon that hangs. Failures that a restart cannot fix, such as a full
// disk or a database locked by another process, do not count as hanging, since they
// keep returning errors.
type Pulse struct {
	update   func(ctx context.Context, fn func(ticket.Tx) error) error
	progress func() (waiting int, attempts int64)
	every    time.Duration
	feed     func()

	mu     sync.Mutex
	asked  time.Time // when the running probe began; zero: none runs
	failed error     // of the last probe
	since  time.Time // of the first failure in a row

	attempts int64     // as last seen
	moved    time.Time // when the desk last made progress
}

// NewPulse returns a pulse that checks the desk at this interval. feed is called at
// every check that finds progress.
func NewPulse(update func(context.Context, func(ticket.Tx) error) error, progress func() (int, int64), every time.Duration, feed func()) *Pulse {
	return &Pulse{update: update, progress: progress, every: every, feed: feed}
}

// Run checks the desk until ctx is done, and then returns nil.
func (p *Pulse) Run(ctx context.Context) error {
	p.moved = time.Now()
	tick := time.NewTicker(p.every)
	defer tick.Stop()
	for {
		p.probe(ctx)
		if p.moving(time.Now()) {
			p.feed()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// probe makes an empty change, which takes and releases the database's lock. If the
// store hangs, so does the probe, and the watchdog is not fed.
func (p *Pulse) probe(ctx context.Context) {
	begun := time.Now()
	p.mu.Lock()
	p.asked = begun
	p.mu.Unlock()
	within, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	err := p.update(within, func(ticket.Tx) error { return nil })
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked, p.failed = time.Time{}, err
	switch {
	case err == nil:
		p.since = time.Time{}
	case p.since.IsZero():
		p.since = begun
	}
}

// moving reports whether waiting mails are being handled.
func (p *Pulse) moving(now time.Time) bool {
	waiting, attempts := p.progress()
	if waiting == 0 || attempts != p.attempts {
		p.attempts, p.moved = attempts, now
	}
	return now.Sub(p.moved) < stuck
}

// Check returns a reason when the database accepts no changes.
func (p *Pulse) Check() []Reason {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	switch {
	case p.failed != nil:
		return []Reason{{Database, "no change could be stored for " + now.Sub(p.since).Round(time.Second).String() + ": " + p.failed.Error(), true}}
	case !p.asked.IsZero() && now.Sub(p.asked) > slowProbe:
		return []Reason{{Database, "a change has been waiting for " + now.Sub(p.asked).Round(time.Second).String() + ": another process has locked it, or the disk is slow", true}}
	}
	return nil
}
