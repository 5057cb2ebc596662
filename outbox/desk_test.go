package outbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"maildesk/ticket"
)

// memDesk is a Desk that keeps its state in memory, by the rules of the
// interface and of ticket.Store.Claim.
type memDesk struct {
	mu       sync.Mutex
	mails    map[ticket.OutboxID]*ticket.OutboxMail
	order    []ticket.OutboxID // waiting, lowest Priority first, then oldest
	attempts map[ticket.OutboxID][]ticket.Attempt
	givenUp  int
	late     map[ticket.OutboxID]bool
	wake     chan struct{}
	cost     time.Duration // of each Claim and Outcome
	fail     func() error  // asked by each Outcome
	mute     bool          // the first Outcome of a mail is kept, and returns an error as all others
}

var _ Desk = (*memDesk)(nil)

func newMemDesk() *memDesk {
	return &memDesk{
		mails:    make(map[ticket.OutboxID]*ticket.OutboxMail),
		attempts: make(map[ticket.OutboxID][]ticket.Attempt),
		late:     make(map[ticket.OutboxID]bool),
		wake:     make(chan struct{}, 1),
	}
}

// plain is a small mail, without what Send needs not.
func plain(id ticket.OutboxID, created time.Time) ticket.OutboxMail {
	return ticket.OutboxMail{
		ID: id, Ticket: ticket.ID(id), Template: "acknowledgement", State: ticket.OutboxReady,
		Recipient: fmt.Sprintf("r%d@example.net", id), MessageID: fmt.Sprintf("<%d@desk.example.org>", id),
		Bytes:     fmt.Appendf(nil, "Message-ID: <%d@desk.example.org>\r\nSubject: hello\r\n\r\nbody\r\n", id),
		CreatedAt: created, NextAt: created,
	}
}

func (d *memDesk) add(mails ...ticket.OutboxMail) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range mails {
		d.mails[m.ID] = &m
		d.order = append(d.order, m.ID)
	}
	slices.SortStableFunc(d.order, func(a, b ticket.OutboxID) int {
		return cmp.Or(cmp.Compare(d.mails[a].Priority, d.mails[b].Priority), cmp.Compare(a, b))
	})
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

func done(s ticket.OutboxState) bool {
	return s == ticket.OutboxSent || s == ticket.OutboxFailed || s == ticket.OutboxCancelled
}

func (d *memDesk) Claim(_ context.Context, owner string, lease time.Duration, limit int) ([]ticket.OutboxMail, error) {
	if d.cost > 0 {
		time.Sleep(d.cost)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	var out []ticket.OutboxMail
	for _, id := range d.order {
		m := d.mails[id]
		due := m.State == ticket.OutboxReady && !m.NextAt.After(now) || m.State == ticket.OutboxClaimed && !m.LeaseUntil.After(now)
		if len(out) == limit {
			break
		}
		if due && !d.blocked(m) {
			m.State, m.LeaseOwner, m.LeaseUntil = ticket.OutboxClaimed, owner, now.Add(lease)
			out = append(out, *m)
		}
	}
	d.order = slices.DeleteFunc(d.order, func(id ticket.OutboxID) bool { return done(d.mails[id].State) })
	return out, nil
}

// blocked: an older mail of the ticket to the recipient is not done.
func (d *memDesk) blocked(m *ticket.OutboxMail) bool {
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

func (d *memDesk) OutcomeOnce(ctx context.Context, a ticket.Attempt) error {
	_, known := d.state(a.Outbox)
	if slices.ContainsFunc(known, func(k ticket.Attempt) bool { return k.At.Equal(a.At) }) {
		return nil
	}
	return d.Outcome(ctx, a)
}

func (d *memDesk) Outcome(_ context.Context, a ticket.Attempt) (err error) {
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
	if d.mute {
		err = errors.New("connection lost")
		if len(d.attempts[a.Outbox]) > 0 {
			return err // it is lost for good
		}
	}
	d.attempts[a.Outbox] = append(d.attempts[a.Outbox], a)
	m := d.mails[a.Outbox]
	if done(m.State) {
		return err
	}
	m.Attempts++
	m.State, m.NextAt, m.LastCode, m.LastText = a.State, a.NextAt, a.Code, a.Text
	return err
}

func (d *memDesk) Release(_ context.Context, owner string, at time.Time, ids ...ticket.OutboxID) error {
	return d.release(owner, at, func(id ticket.OutboxID) bool { return slices.Contains(ids, id) })
}

func (d *memDesk) ReleaseBut(_ context.Context, owner string, at time.Time, kept ...ticket.OutboxID) error {
	return d.release(owner, at, func(id ticket.OutboxID) bool { return !slices.Contains(kept, id) })
}

func (d *memDesk) release(owner string, at time.Time, which func(ticket.OutboxID) bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, m := range d.mails {
		if m.State == ticket.OutboxClaimed && m.LeaseOwner == owner && which(id) {
			m.State, m.NextAt = ticket.OutboxReady, at
		}
	}
	return nil
}

func (d *memDesk) GiveUp(_ context.Context, made time.Time, host, text string) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, m := range d.mails {
		if m.State == ticket.OutboxReady && m.CreatedAt.Before(made) {
			m.State, m.LastText = ticket.OutboxFailed, text
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
		if m.State == ticket.OutboxReady && m.CreatedAt.Before(made) && !d.late[id] {
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
		if m.State == ticket.OutboxClaimed {
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

// state returns the state of a mail and its attempts.
func (d *memDesk) state(id ticket.OutboxID) (ticket.OutboxMail, []ticket.Attempt) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return *d.mails[id], slices.Clone(d.attempts[id])
}

// count tells how many mails are in a state.
func (d *memDesk) count(s ticket.OutboxState) int {
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

// eventually waits up to two minutes of the test's time for a condition.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("after two minutes: not yet %s", what)
}
