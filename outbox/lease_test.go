package outbox

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/ticket"
)

// patientHop takes a mail after a while, and notes for how long each was in flight.
type patientHop struct {
	takes time.Duration
	mu    sync.Mutex
	times []time.Duration
}

func (h *patientHop) open() Transport { return h }
func (h *patientHop) Close() error    { return nil }

func (h *patientHop) Send(ctx context.Context, _ ticket.OutboxMail) (Reply, error) {
	begun := time.Now()
	select {
	case <-ctx.Done():
	case <-time.After(h.takes):
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.times = append(h.times, time.Since(begun))
	return Reply{Host: "slow.hop", Code: 250}, ctx.Err()
}

// No mail is in flight for longer than it is ours for sure, also when the sender is stopped with
// a grace that would last longer. One that is still ours then is finished.
func TestNothingIsInFlightPastTheLease(t *testing.T) {
	for _, tt := range []struct {
		name    string
		left    time.Duration // for which the mails are ours from the start on
		renewed bool          // for ever, after half of that
		broken  bool          // nothing is ours any more, once the sender is stopped
		stop    time.Duration
		want    time.Duration // for which the mail is in flight
		state   ticket.OutboxState
	}{
		{name: "the lease ends", left: 9 * time.Second, stop: time.Hour, want: 9 * time.Second, state: ticket.OutboxReady},
		{name: "the lease ends after the stop", left: 9 * time.Second, stop: 5 * time.Second, want: 9 * time.Second, state: ticket.OutboxReady},
		{name: "the stop comes as another one has taken over", left: time.Hour, broken: true, stop: 5 * time.Second, want: 5 * time.Second, state: ticket.OutboxReady},
		{name: "the lease is renewed", left: 9 * time.Second, renewed: true, stop: time.Hour, want: 12 * time.Second, state: ticket.OutboxSent},
		{name: "the lease lasts longer than the grace", left: time.Hour, stop: 5 * time.Second, want: 12 * time.Second, state: ticket.OutboxSent},
	} {
		synctest.Test(t, func(t *testing.T) {
			d, h := newMemDesk(), &patientHop{takes: 12 * time.Second}
			begun := time.Now()
			ctx, cancel := context.WithCancel(t.Context())
			left := func() time.Duration {
				switch {
				case tt.broken && ctx.Err() != nil:
					return 0
				case tt.renewed && time.Since(begun) >= tt.left/2:
					return time.Hour
				}
				return tt.left - time.Since(begun)
			}
			d.add(plain(1, begun))
			stop := start(t, d, h.open, Config{Left: left})
			go func() {
				select {
				case <-ctx.Done():
				case <-time.After(tt.stop):
				}
				cancel()
				stop()
			}()
			time.Sleep(time.Minute)
			h.mu.Lock()
			defer h.mu.Unlock()
			if len(h.times) != 1 || h.times[0] != tt.want {
				t.Errorf("%s: the mail was in flight for %v, want %v", tt.name, h.times, tt.want)
			}
			if m, _ := d.state(1); m.State != tt.state {
				t.Errorf("%s: the mail is %s, want %s", tt.name, m.State, tt.state)
			}
			cancel()
			stop()
		})
	}
}

// A sender whose mails may be another's claims none before they are its own again.
func TestNothingIsClaimedWithoutLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, h := newMemDesk(), &patientHop{}
		begun := time.Now()
		d.add(plain(1, begun))
		stop := start(t, d, h.open, Config{Left: func() time.Duration {
			if time.Since(begun) < time.Minute {
				return 0
			}
			return time.Hour
		}})
		time.Sleep(50 * time.Second)
		if m, _ := d.state(1); m.State != ticket.OutboxReady {
			t.Errorf("without a lease the mail is %s, want ready", m.State)
		}
		time.Sleep(20 * time.Second)
		if m, _ := d.state(1); m.State != ticket.OutboxSent {
			t.Errorf("with one it is %s, want sent", m.State)
		}
		stop()
	})
}
