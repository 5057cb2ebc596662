package outbox

import (
	"context"
	"errors"
	"maildesk/ticket"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"time"
)

// HopState is how a next hop is doing, as the last mail found it.
type HopState struct {
	Host      string    // "127.0.0.1:25"
	Since     time.Time // it is out of order; zero: it works
	Text      string    // why, in the remote's words or those of the error
	Permanent bool      // it answered a step of the protocol with a permanent refusal
}

// Watch knows how the next hops are doing. It is safe for concurrent use.
type Watch struct {
	mu   sync.Mutex
	hops []HopState // those that were asked since the start
}

// Hops returns the state of each next hop that was asked since the start.
func (w *Watch) Hops() []HopState {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.hops)
}

// met notes how a try went. A refusal of the sender counts as one of the
// protocol: no mail of ours would be taken.
func (w *Watch) met(host string, err error, now time.Time) {
	out := classify(err) == down || errors.Is(err, errSenderRefused)
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.IndexFunc(w.hops, func(h HopState) bool { return h.Host == host })
	if i < 0 {
		i, w.hops = len(w.hops), append(w.hops, HopState{Host: host})
	}
	h := &w.hops[i]
	switch reply, ok := errors.AsType[*textproto.Error](err); {
	case out:
		if h.Since.IsZero() {
			h.Since = now
		}
		h.Text = clean(strings.ReplaceAll(err.Error(), "\n", " "))
		h.Permanent = ok && reply.Code/100 == 5
	case err == nil || ok: // it talks to us
		*h = HopState{Host: host}
	}
}

// over returns transports that tell the watch how it went.
func (w *Watch) over(open func() Transport) func() Transport {
	return func() Transport { return &watched{open(), w} }
}

// watched is a transport that is watched.
type watched struct {
	Transport
	watch *Watch
}

func (t *watched) Send(ctx context.Context, m ticket.OutboxMail) (Reply, error) {
	r, err := t.Transport.Send(ctx, m)
	if ctx.Err() == nil {
		t.watch.met(r.Host, err, time.Now())
	}
	return r, err
}

// Probe is that of the transport.
func (t *watched) Probe(ctx context.Context) error { return probe(ctx, t.Transport) }

// probe sees whether the next hop of a transport answers.
func probe(ctx context.Context, t Transport) error {
	if p, ok := t.(prober); ok {
		return p.Probe(ctx)
	}
	return errNoProbe
}

var errNoProbe = errors.New("it cannot be asked without a mail")
