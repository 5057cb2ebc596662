package daemon

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestWhileHeld runs what belongs to a term through terms that begin and end.
func TestWhileHeld(t *testing.T) {
	failure := errors.New("no mailbox")
	for name, c := range map[string]struct {
		run     func(context.Context) error
		runs    int64 // in two terms of a minute
		failure error
	}{
		"until its term ends": {run: func(ctx context.Context) error { <-ctx.Done(); return nil }, runs: 2},
		"with nothing to do":  {run: func(context.Context) error { return nil }, runs: 2},
		"fails":               {run: func(context.Context) error { return failure }, runs: 1, failure: failure},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
				defer cancel()
				begun := time.Now()
				held := func() bool { return int(time.Since(begun).Minutes())%2 == 0 }
				var runs atomic.Int64
				err := whileHeld(held, func(ctx context.Context) error {
					runs.Add(1)
					return c.run(ctx)
				})(ctx)
				if !errors.Is(err, c.failure) || runs.Load() != c.runs {
					t.Errorf("ended with %v after %d runs, want %v after %d", err, runs.Load(), c.failure, c.runs)
				}
			})
		})
	}
}
