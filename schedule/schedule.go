// Package schedule is the clock of the desk: at fixed intervals it has the desk do
// what is due, such as waking pending tickets and closing resolved ones. It holds
// no policy; the desk decides what is due and what happens.
//
// Begin with [New] and [Clock.Run].
package schedule

import (
	"context"
	"log/slog"
	"time"
)

// Desk is the part of the desk that the clock drives.
type Desk interface {
	// Due does what is due by now and returns the number of tickets it changed.
	Due(ctx context.Context, now time.Time) (int, error)
}

// Clock drives a desk.
type Clock struct {
	desk     Desk
	interval time.Duration
	log      *slog.Logger
}

// New returns a clock that calls the desk once per interval. It starts nothing.
func New(desk Desk, interval time.Duration, log *slog.Logger) *Clock {
	return &Clock{desk: desk, interval: interval, log: log}
}

// Run calls the desk until ctx is done, and then returns nil. The first call is
// immediate, for what came due while the daemon was down.
func (c *Clock) Run(ctx context.Context) error {
	tick := time.NewTicker(c.interval)

	defer tick.Stop()
	for {
		n, err := c.desk.Due(ctx, time.Now())
		if err != nil && ctx.Err() == nil {
			c.log.ErrorContext(ctx, "schedule", "err", err)
		}
		if n > 0 {
			c.log.InfoContext(ctx, "tickets moved by the clock", "tickets", n)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
