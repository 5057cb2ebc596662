package health

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/ticket"
)

// TestPulseFeedsOnlyProgress: the watchdog is fed while the desk moves, and
// while it fails aloud; not while it stands still.
func TestPulseFeedsOnlyProgress(t *testing.T) {
	fine := func(context.Context, func(ticket.Tx) error) error { return nil }
	full := func(context.Context, func(ticket.Tx) error) error { return errors.New("disk full") }
	idle := func() (int, int64) { return 0, 7 }
	stands := func() (int, int64) { return 3, 7 }
	n := int64(0)
	works := func() (int, int64) { n++; return 3, n }
	tests := []struct {
		name     string
		update   func(context.Context, func(ticket.Tx) error) error
		progress func() (int, int64)
		least    int // feeds within ten minutes, a beat a second
		most     int
		reasons  int
	}{
		{"idle", fine, idle, 600, 600, 0},
		{"works", fine, works, 600, 600, 0},
		{"fails aloud", full, works, 600, 600, 1},
		{"stands still", fine, stands, 119, 121, 0},
		{"the store hangs", nil, idle, 0, 0, 1},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			fed := 0
			update := tt.update
			ctx, stop := context.WithCancel(t.Context())
			if tt.name == "the store hangs" { // until the end of the test, whatever its deadline
				update = func(context.Context, func(ticket.Tx) error) error { <-ctx.Done(); return ctx.Err() }
			}
			p := NewPulse(update, tt.progress, time.Second, func() { fed++ })
			ended := make(chan error)
			go func() { ended <- p.Run(ctx) }()
			time.Sleep(10*time.Minute - time.Millisecond)
			synctest.Wait()
			if fed < tt.least || fed > tt.most {
				t.Errorf("%s: fed %d times in ten minutes, want %d to %d", tt.name, fed, tt.least, tt.most)
			}
			if r := p.Check(); len(r) != tt.reasons {
				t.Errorf("%s: Check = %v, want %d reasons", tt.name, r, tt.reasons)
			}
			stop()
			if err := <-ended; err != nil {
				t.Errorf("%s: Run = %v, want nil", tt.name, err)
			}
		})
	}
}
