package outbox

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/ticket"
)

// TestBackWithinSeconds: however long nobody answered, the first mail leaves
// within seconds of the smarthost's return; and one that answers, but refuses,
// is not asked all the time.
func TestBackWithinSeconds(t *testing.T) {
	for _, tt := range []struct {
		name      string
		addresses []string
		down      map[string]string // what the script answers meanwhile; nil: nobody takes a connection
		within    time.Duration
		most      int // connections in three hours
	}{
		{"connection refused", []string{"smtp://a"}, nil, 2 * probeEvery, 1e6},
		{"two smarthosts", []string{"smtp://a", "smtp://b"}, nil, 2 * probeEvery, 1e6},
		{"hangs up before the greeting", []string{"smtp://a"}, map[string]string{"greeting": "drop"}, 2 * probeEvery, 1e6},
		{"too busy", []string{"smtp://a"}, map[string]string{"greeting": "421 4.3.2 too busy"}, 2 * pauseLast, 60},
		{"EHLO refused for good", []string{"smtp://a"}, map[string]string{"EHLO": "550 go away"}, 2 * pauseLast, 60},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{answers: tt.down}
				var gone atomic.Bool
				gone.Store(tt.down == nil)
				dial := func(ctx context.Context, network, address string) (net.Conn, error) {
					if gone.Load() {
						return nil, errors.New("connection refused")
					}
					return s.dial(ctx, network, address)
				}
				open, watch, err := OpenAll(tt.addresses, Options{Hostname: "desk.example.org", Dial: dial}, slog.New(slog.DiscardHandler))
				if err != nil {
					t.Fatal(err)
				}
				d := newMemDesk()
				for i := range 3 {
					d.add(plain(ticket.OutboxID(i+1), time.Now()))
				}
				stop := start(t, d, open, Config{})
				defer stop()
				time.Sleep(3 * time.Hour)
				s.mu.Lock()
				dials := s.dials
				s.mu.Unlock()
				if d.count(ticket.OutboxSent) != 0 || dials > tt.most {
					t.Fatalf("%d mails sent and %d connections in three hours, want none and %d at most", d.count(ticket.OutboxSent), dials, tt.most)
				}
				for _, h := range watch.Hops() {
					if h.Since.IsZero() || time.Since(h.Since) < 2*time.Hour || h.Permanent != (tt.down["EHLO"] != "") {
						t.Errorf("the watch says of %s: %+v", h.Host, h)
					}
				}
				s.mu.Lock()
				s.answers = nil
				s.mu.Unlock()
				gone.Store(false)
				time.Sleep(tt.within)
				if n := d.count(ticket.OutboxSent); n != 3 {
					t.Errorf("%d mails sent %v after the smarthost's return, want all 3", n, tt.within)
				}
				// Of two, the one that took the mails; the other is tried with the next.
				if hops := watch.Hops(); !slices.ContainsFunc(hops, func(h HopState) bool { return h.Since.IsZero() }) {
					t.Errorf("the watch says after the return: %+v", hops)
				}
			})
		})
	}
}
