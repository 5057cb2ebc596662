package smtpd

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// player is a connection that holds some of a room or waits for it.
type player struct {
	conn *conn
	got  chan error
}

func TestRoom(t *testing.T) {
	type want struct {
		client string // empty: a relay of our own
		amount int64
	}
	for _, tt := range []struct {
		name    string
		room    int64
		wants   []want
		leaves  []int // these give back what they have
		holding []int // who has some then
	}{
		{"fits", 10, []want{{"192.0.2.1", 5}, {"192.0.2.2", 5}}, nil, []int{0, 1}},
		{"in turn", 10, []want{{"192.0.2.1", 6}, {"192.0.2.2", 6}, {"192.0.2.3", 1}}, nil, []int{0}},
		{"when room is made", 10, []want{{"192.0.2.1", 6}, {"192.0.2.2", 6}, {"192.0.2.3", 1}}, []int{0}, []int{1, 2}},
		{"a client alone may have all", 10, []want{{"192.0.2.1", 10}}, nil, []int{0}},
		{"half for one client", 10, []want{{"192.0.2.1", 4}, {"192.0.2.1", 4}, {"192.0.2.2", 6}}, nil, []int{0, 2}},
		{"its share by many", 10, []want{{"192.0.2.1", 2}, {"192.0.2.1", 3}, {"192.0.2.1", 1}, {"192.0.2.2", 5}}, nil, []int{0, 1, 3}},
		{"who has a share waits for its own", 10, []want{{"192.0.2.1", 4}, {"192.0.2.1", 4}, {"192.0.2.2", 4}}, []int{0}, []int{1, 2}},
		{"one customer commands a /64", 10, []want{{"2001:db8::1", 4}, {"2001:db8::2", 4}, {"2001:db8:0:1::1", 4}}, nil, []int{0, 2}},
		{"a relay of ours has no share", 10, []want{{"127.0.0.1", 5}, {"127.0.0.1", 5}}, nil, []int{0, 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRoom(tt.room, func(*conn) { t.Error("somebody was evicted at once") })
				ctx, cancel := context.WithCancel(t.Context())
				var all []player
				for _, w := range tt.wants {
					p := player{&conn{client: netip.MustParseAddr(w.client)}, make(chan error, 1)}
					go func() { p.got <- r.acquire(ctx, p.conn, w.amount) }()
					synctest.Wait()
					all = append(all, p)
				}
				for _, i := range tt.leaves {
					r.release(all[i].conn)
				}
				synctest.Wait()
				var holding []int
				for i, p := range all {
					if _, ok := r.holders[p.conn]; ok {
						holding = append(holding, i)
					}
				}
				if !slices.Equal(holding, tt.holding) {
					t.Errorf("%v have some, want %v", holding, tt.holding)
				}
				cancel()
				synctest.Wait()
				for i, p := range all {
					err := <-p.got
					if has := slices.Contains(tt.holding, i) || slices.Contains(tt.leaves, i); has && err != nil || err != nil && !errors.Is(err, context.Canceled) {
						t.Errorf("acquire of %d = %v", i, err) // others may have got some as those before them gave up
					}
					r.release(p.conn)
				}
				if r.free != r.all || len(r.waiting) > 0 {
					t.Errorf("%d of %d are free at the end, %d wait", r.free, r.all, len(r.waiting))
				}
			})
		})
	}
}

// TestSlowestGivesWay: who is ended when somebody waits.
func TestSlowestGivesWay(t *testing.T) {
	const mail = 100 << 20
	for _, tt := range []struct {
		name    string
		rates   []int64 // bytes a second at which each of the holders brings its mail
		age     time.Duration
		evicted []int
	}{
		{"the slowest", []int64{1 << 20, 1 << 10, 10 << 10}, 10 * time.Second, []int{1}},
		{"one that stalls", []int64{5 << 20, 0}, 10 * time.Second, []int{1}},
		{"nobody who is quick", []int64{5 << 20, 4 << 20}, 10 * time.Second, nil},
		{"nobody who has just begun", []int64{0, 0}, time.Second, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var all []*conn
				var evicted []int
				r := newRoom(int64(len(tt.rates)), func(c *conn) { evicted = append(evicted, slices.Index(all, c)) })
				for range tt.rates {
					c := &conn{client: netip.MustParseAddr("127.0.0.1")}
					c.expected.Store(mail)
					if err := r.acquire(t.Context(), c, 1); err != nil {
						t.Fatal(err)
					}
					all = append(all, c)
				}
				time.Sleep(tt.age)
				for i, c := range all {
					c.received.Store(tt.rates[i] * int64(tt.age.Seconds()))
				}
				r.giveWay(time.Now()) // nobody waits
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				go r.acquire(ctx, &conn{}, 1)
				synctest.Wait()
				r.giveWay(time.Now())
				if !slices.Equal(evicted, tt.evicted) {
					t.Errorf("%v gave way, want %v", evicted, tt.evicted)
				}
			})
		})
	}
}
