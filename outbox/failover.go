package outbox

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"maildesk/ticket"
)

// OpenAll is Open for several addresses in order of preference: a mail goes to the
// first that can be used. One that is down is left alone for a while, and then
// tried again before the following ones. Its reply to a mail is final: the mail is
// not offered to others. The returned Monitor has the state of each. Errors are
// those of Open.
func OpenAll(addresses []string, o Options, log *slog.Logger) (func() Transport, *Monitor, error) {
	f, m := &failover{log: log}, &Monitor{}
	for _, a := range addresses {
		open, err := Open(a, o)
		if err != nil {
			return nil, nil, err
		}
		f.hops = append(f.hops, &hop{open: m.wrap(open)})
	}
	if len(f.hops) == 1 {
		return f.hops[0].open, m, nil
	}
	return func() Transport { return &failoverTransport{failover: f} }, m, nil
}

// failover is the state of the hops, shared by the transports of all senders.
type failover struct {
	hops []*hop
	log  *slog.Logger
}

// hop is one next hop and how it is doing.
type hop struct {
	open func() Transport

	mu       sync.Mutex
	failures int       // in a row
	until    time.Time // left alone until then
}

// take reports whether the hop may be tried now. A single mail is let through to
// one that was down.
func (h *hop) take(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now.Before(h.until) {
		return false
	}
	if h.failures > 0 {
		h.until = now.Add(pauseLast) // or until the result of that mail is known
	}
	return true
}

// record records the result of an attempt and reports whether the hop went down or
// came back by it.
func (h *hop) record(now time.Time, err error) (changed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if classify(err) != down {
		changed = h.failures > 0
		h.failures, h.until = 0, time.Time{}
		return changed
	}
	h.until = now.Add(jitter(min(pauseFirst<<min(h.failures, 10), pauseLast)))
	h.failures++
	return h.failures == 1
}

// failoverTransport is the transport of one sender, with one connection at most.
type failoverTransport struct {
	*failover
	current Transport
	at      *hop // of current
}

var _ Transport = (*failoverTransport)(nil)

// Send hands the mail to the first hop that is not down. When all are down, it
// returns a *[DownError] with the errors of those it tried.
func (t *failoverTransport) Send(ctx context.Context, m ticket.OutboxMail) (Reply, error) {
	var last Reply
	var all error
	for _, h := range t.hops {
		if !h.take(time.Now()) {
			continue
		}
		r, err := t.through(ctx, h, m)
		if classify(err) != down || ctx.Err() != nil {
			return r, err
		}
		last, all = r, errors.Join(all, err)
	}
	if all != nil {
		return last, &DownError{all, allSilent(all)}
	}
	// All are left alone for now. The gate has a pause of its own, so that this is
	// rare.
	return t.through(ctx, t.hops[0], m)
}

// through hands the mail to one hop.
func (t *failoverTransport) through(ctx context.Context, h *hop, m ticket.OutboxMail) (Reply, error) {
	if t.at != h {
		t.Close()
		t.current, t.at = h.open(), h
	}
	r, err := t.current.Send(ctx, m)
	if ctx.Err() == nil && h.record(time.Now(), err) {
		if classify(err) == down {
			t.log.WarnContext(ctx, "smarthost down", "host", r.Host, "err", err)
		} else {
			t.log.InfoContext(ctx, "smarthost works again", "host", r.Host)
		}
	}
	return r, err
}

// Close ends the connection, if there is one.
func (t *failoverTransport) Close() error {
	if t.current == nil {
		return nil
	}
	return t.current.Close()
}

// allSilent reports whether none of the smarthosts in a DownError responded.
func allSilent(err error) bool {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		down, ok := errors.AsType[*DownError](err)
		return ok && down.Silent
	}
	for _, err := range joined.Unwrap() {
		if !allSilent(err) {
			return false
		}
	}
	return true
}

// Probe returns no error when one of the hops answers; the next mail will try it.
func (t *failoverTransport) Probe(ctx context.Context) error {
	var all error
	for _, h := range t.hops {
		err := probe(ctx, h.open())
		if err == nil {
			h.mu.Lock()
			h.until = time.Time{}
			h.mu.Unlock()
			return nil
		}
		all = errors.Join(all, err)
	}
	return all
}
