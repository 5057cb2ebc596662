// Package schedule is the clock of the desk: at a steady beat it lets the desk
// do what is due, such as waking pending tickets and closing resolved ones. It
// holds no policy; what is due and what follows is the desk's to decide.
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
	// Due does what is due by now and gives the number of tickets it changed.
	Due(ctx context.Context, now time.Time) (int, error)
}

// Clock drives a desk.
type Clock struct {
	desk Desk
	beat time.Duration
	log  *slog.Logger
}

// New gives a clock that asks the desk once per beat. It starts nothing.
func New(desk Desk, beat time.Duration, log *slog.Logger) *Clock {
	return &Clock{desk: desk, beat: beat, log: log}
}

// Run beats until ctx is done, and then returns nil. What came due while the
// daemon was down is done at once.
func (c *Clock) Run(ctx context.Context) error {
	tick := time.NewTicker(c.beat)
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
