package outbox

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"maildesk/desk"
)

// memDesk is a Desk that keeps its state in memory, by the rules of the
// interface and of desk.Tx.ClaimOutbox.
type memDesk struct {
	mu       sync.Mutex
	mails    map[desk.OutboxID]*desk.OutboxMail
	order    []desk.OutboxID // waiting, lowest Priority first, then oldest
	attempts map[desk.OutboxID][]desk.Attempt
	givenUp  int
	late     map[desk.OutboxID]bool
	wake     chan struct{}
	cost     time.Duration // of each Claim and Outcome
	fail     func() error  // asked by each Outcome
}

var _ Desk = (*memDesk)(nil)

func newMemDesk() *memDesk {
	return &memDesk{
		mails:    make(map[desk.OutboxID]*desk.OutboxMail),
		attempts: make(map[desk.OutboxID][]desk.Attempt),
		late:     make(map[desk.OutboxID]bool),
		wake:     make(chan struct{}, 1),
	}
}

// plain is a small mail, without what Send needs not.
func plain(id desk.OutboxID, created time.Time) desk.OutboxMail {
	return desk.OutboxMail{
		ID: id, Ticket: desk.TicketID(id), Template: "acknowledgement", State: desk.OutboxReady,
		Recipient: fmt.Sprintf("r%d@example.net", id), MessageID: fmt.Sprintf("<%d@desk.example.org>", id),
		Bytes:     fmt.Appendf(nil, "Message-ID: <%d@desk.example.org>\r\nSubject: hello\r\n\r\nbody\r\n", id),
		CreatedAt: created, NextAt: created,
	}
}

func (d *memDesk) add(mails ...desk.OutboxMail) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range mails {
		d.mails[m.ID] = &m
		d.order = append(d.order, m.ID)
	}
	slices.SortStableFunc(d.order, func(a, b desk.OutboxID) int {
		return cmp.Or(cmp.Compare(d.mails[a].Priority, d.mails[b].Priority), cmp.Compare(a, b))
	})
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

func done(s desk.OutboxState) bool {
	return s == desk.OutboxSent || s == desk.OutboxFailed || s == desk.OutboxCancelled
}

func (d *memDesk) Claim(_ context.Context, owner string, lease time.Duration, limit int) ([]desk.OutboxMail, error) {
	if d.cost > 0 {
		time.Sleep(d.cost)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	var out []desk.OutboxMail
	for _, id := range d.order {
		m := d.mails[id]
		due := m.State == desk.OutboxReady && !m.NextAt.After(now) || m.State == desk.OutboxClaimed && !m.LeaseUntil.After(now)
		if len(out) == limit {
			break
		}
		if due && !d.blocked(m) {
			m.State, m.LeaseOwner, m.LeaseUntil = desk.OutboxClaimed, owner, now.Add(lease)
			out = append(out, *m)
		}
	}
	d.order = slices.DeleteFunc(d.order, func(id desk.OutboxID) bool { return done(d.mails[id].State) })
	return out, nil
}

// blocked: an older mail of the ticket to the recipient is not done.
func (d *memDesk) blocked(m *desk.OutboxMail) bool {
	for _, id := range d.order {
		if o := d.mails[id]; id < m.ID && o.Ticket == m.Ticket && o.Recipient == m.Recipient && !done(o.State) {
			return true
		}
		if len(d.order) > 1000 {
			return false // the benchmark's mails have a ticket each
		}
	}
	return false
}

func (d *memDesk) Outcome(_ context.Context, a desk.Attempt) error {
	if d.cost > 0 {
		time.Sleep(d.cost)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fail != nil {
		if err := d.fail(); err != nil {
			return err
		}
	}
	d.attempts[a.Outbox] = append(d.attempts[a.Outbox], a)
	m := d.mails[a.Outbox]
	if done(m.State) {
		return nil
	}
	m.Attempts++
	m.State, m.NextAt, m.LastCode, m.LastText = a.State, a.NextAt, a.Code, a.Text
	return nil
}

func (d *memDesk) Release(_ context.Context, owner string, at time.Time, ids ...desk.OutboxID) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, m := range d.mails {
		if m.State == desk.OutboxClaimed && m.LeaseOwner == owner && (len(ids) == 0 || slices.Contains(ids, id)) {
			m.State, m.NextAt = desk.OutboxReady, at
		}
	}
	return nil
}

func (d *memDesk) GiveUp(_ context.Context, made time.Time, host, text string) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, m := range d.mails {
		if m.State == desk.OutboxReady && m.CreatedAt.Before(made) {
			m.State, m.LastText = desk.OutboxFailed, text
			n++
		}
	}
	d.givenUp += n
	return n, nil
}

func (d *memDesk) Delayed(_ context.Context, made time.Time, _, _ string) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for id, m := range d.mails {
		if m.State == desk.OutboxReady && m.CreatedAt.Before(made) && !d.late[id] {
			d.late[id] = true
			n++
		}
	}
	return n, nil
}

func (d *memDesk) NextAt(context.Context) (time.Time, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var next time.Time
	for _, id := range d.order {
		m := d.mails[id]
		at := m.NextAt
		if m.State == desk.OutboxClaimed {
			at = m.LeaseUntil
		}
		if !done(m.State) && !d.blocked(m) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next, nil
}

func (d *memDesk) Wake() <-chan struct{} { return d.wake }

// told tells of how many mails it was said that they are late.
func (d *memDesk) told() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.late)
}

// state gives the state of a mail and its attempts.
func (d *memDesk) state(id desk.OutboxID) (desk.OutboxMail, []desk.Attempt) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return *d.mails[id], slices.Clone(d.attempts[id])
}

// count tells how many mails are in a state.
func (d *memDesk) count(s desk.OutboxState) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, m := range d.mails {
		if m.State == s {
			n++
		}
	}
	return n
}

// start runs a sender until stop is called, which waits for its end.
func start(t testing.TB, d Desk, open func() Transport, cfg Config) (stop func()) {
	t.Helper()
	if cfg.Owner == "" {
		cfg.Owner = "test"
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	s := New(d, open, cfg, slog.New(slog.DiscardHandler))
	go func() {
		defer close(ended)
		if err := s.Run(ctx); err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
	}()
	return sync.OnceFunc(func() { cancel(); <-ended })
}

// eventually waits up to 10 s of the test's time for a condition.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("after 10 s: not yet %s", what)
}
