package schedule

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"
)

// asked is a desk that notes when it was asked.
type asked struct {
	at  []time.Time
	err error
}

func (a *asked) Due(_ context.Context, now time.Time) (int, error) {
	a.at = append(a.at, now)
	return 1, a.err
}

func TestRunAsksAtOnceAndAtEveryBeat(t *testing.T) {
	for _, fault := range []error{nil, errors.New("disk on fire")} {
		synctest.Test(t, func(t *testing.T) {
			desk := &asked{err: fault}
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan error)
			start := time.Now()
			go func() { done <- New(desk, time.Minute, slog.New(slog.NewTextHandler(io.Discard, nil))).Run(ctx) }()
			time.Sleep(3*time.Minute + time.Second)
			stop()
			if err := <-done; err != nil {
				t.Errorf("Run with Due = %v: %v, want nil when stopped", fault, err)
			}
			if len(desk.at) != 4 {
				t.Fatalf("asked %d times in 3 minutes, want 4", len(desk.at))
			}
			for i, at := range desk.at {
				if want := start.Add(time.Duration(i) * time.Minute); !at.Equal(want) {
					t.Errorf("asked %d: at %v, want %v", i, at, want)
				}
			}
		})
	}
}
