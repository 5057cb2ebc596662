package outbox

import (
	"context"
	"errors"
	"log/slog"
	"maildesk/ticket"
	"sync"
	"time"
)

// OpenAll is Open for several addresses, best first: a mail goes to the first
// that can be used. One that is down is left alone for a while, and then asked
// again before those behind it. What it says about a mail holds: that mail is
// not offered elsewhere. The watch tells how each is doing. Errors are as of Open.
func OpenAll(addresses []string, o Options, log *slog.Logger) (func() Transport, *Watch, error) {
	f, w := &failover{log: log}, &Watch{}
	for _, a := range addresses {
		open, err := Open(a, o)
		if err != nil {
			return nil, nil, err
		}
		f.hops = append(f.hops, &hop{open: w.over(open)})
	}
	if len(f.hops) == 1 {
		return f.hops[0].open, w, nil
	}
	return func() Transport { return &failoverTransport{failover: f} }, w, nil
}

// failover is what the transports of all senders know together of the hops.
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

// take tells whether the hop may be asked now. Of one that was down a single
// mail is let through, to see.
func (h *hop) take(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now.Before(h.until) {
		return false
	}
	if h.failures > 0 {
		h.until = now.Add(pauseLast) // or until that mail's answer is there
	}
	return true
}

// met keeps how it went, and tells whether that is news.
func (h *hop) met(now time.Time, err error) (news bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if classify(err) != down {
		news = h.failures > 0
		h.failures, h.until = 0, time.Time{}
		return news
	}
	h.until = now.Add(jitter(min(pauseFirst<<min(h.failures, 10), pauseLast)))
	h.failures++
	return h.failures == 1
}

// failoverTransport is the transport of one sender: a connection at most.
type failoverTransport struct {
	*failover
	current Transport
	at      *hop // of current
}

var _ Transport = (*failoverTransport)(nil)

// Send hands the mail to the best hop that is not down. When all are, it gives
// a *[DownError] with what those said that were asked, the first when none was.
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
	// All are left alone for now. The gate has a pause of its own and asks rarely.
	return t.through(ctx, t.hops[0], m)
}

// through hands the mail to one hop.
func (t *failoverTransport) through(ctx context.Context, h *hop, m ticket.OutboxMail) (Reply, error) {
	if t.at != h {
		t.Close()
		t.current, t.at = h.open(), h
	}
	r, err := t.current.Send(ctx, m)
	if ctx.Err() == nil && h.met(time.Now(), err) {
		if classify(err) == down {
			t.log.WarnContext(ctx, "smarthost out of order", "host", r.Host, "err", err)
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

// allSilent reports whether no smarthost that was asked has answered.
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

// Probe sees whether one of the hops answers, and has it asked by the next mail.
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
