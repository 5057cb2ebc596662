package outbox

import (
	"context"
	"errors"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"time"

	"maildesk/ticket"
)

// HopState is the state of a next hop, according to the last mail.
type HopState struct {
	Host      string    // "127.0.0.1:25"
	Since     time.Time // since when it has been down; zero: it works
	Text      string    // why: the remote's reply or the error
	Permanent bool      // it gave a permanent refusal
}

// Monitor records the state of the next hops. It is safe for concurrent use.
type Monitor struct {
	mu   sync.Mutex
	hops []HopState // those that were tried since the start
}

// Hops returns the state of each next hop that was tried since the start.
func (m *Monitor) Hops() []HopState {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.hops)
}

// record records the result of an attempt. A next hop that refuses our sender
// counts as down: it would accept none of our mails.
func (m *Monitor) record(host string, err error, now time.Time) {
	out := classify(err) == down || errors.Is(err, errSenderRefused)
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.IndexFunc(m.hops, func(h HopState) bool { return h.Host == host })
	if i < 0 {
		i, m.hops = len(m.hops), append(m.hops, HopState{Host: host})
	}
	h := &m.hops[i]
	switch reply, ok := errors.AsType[*textproto.Error](err); {
	case out:
		if h.Since.IsZero() {
			h.Since = now
		}
		h.Text = clean(strings.ReplaceAll(err.Error(), "\n", " "))
		h.Permanent = ok && reply.Code/100 == 5
	case err == nil || ok: // it replied
		*h = HopState{Host: host}
	}
}

// wrap makes the transports of open report their results to the monitor.
func (m *Monitor) wrap(open func() Transport) func() Transport {
	return func() Transport { return &monitored{open(), m} }
}

// monitored is a transport that reports its results to a monitor.
type monitored struct {
	Transport
	monitor *Monitor
}

func (t *monitored) Send(ctx context.Context, m ticket.OutboxMail) (Reply, error) {
	r, err := t.Transport.Send(ctx, m)
	if ctx.Err() == nil {
		t.monitor.record(r.Host, err, time.Now())
	}
	return r, err
}

// Probe implements prober.
func (t *monitored) Probe(ctx context.Context) error { return probe(ctx, t.Transport) }

// probe returns no error when the next hop of a transport answers.
func probe(ctx context.Context, t Transport) error {
	if p, ok := t.(prober); ok {
		return p.Probe(ctx)
	}
	return errNoProbe
}

var errNoProbe = errors.New("it cannot be probed without a mail")
