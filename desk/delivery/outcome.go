package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"maildesk/desk/decision"
	"maildesk/ticket"
)

// outcomes gathers what became of mails that were sent while others are being kept,
// so that they share a decision and a commit. None waits for company: the window in
// which a mail that the next hop has taken would be sent again stays as short as it
// is.
type outcomes struct {
	mu      sync.Mutex
	waiting []outcome
	busy    bool
}

// outcome is one attempt that waits to be kept.
type outcome struct {
	attempt ticket.Attempt
	done    chan error
}

// Outcome keeps an attempt to send a mail and does what follows from it: a
// resolution notice that was accepted makes its ticket informed, a mail that
// failed for good is written on its ticket and told to its agents. It does not end
// before that is kept, also when ctx is done.
func (d *Outgoing) Outcome(ctx context.Context, a ticket.Attempt) error {
	o := outcome{a, make(chan error, 1)}
	if d.outcomes.join(o) {
		d.keepWaiting(context.WithoutCancel(ctx))
	}
	return <-o.done
}

// OutcomeOnce is Outcome unless that very attempt was kept before, or the mail is done and the attempt
// did not send it, or there is no such mail: in a database of an earlier day.
func (d *Outgoing) OutcomeOnce(ctx context.Context, a ticket.Attempt) error {
	var m ticket.OutboxMail
	var known []ticket.Attempt
	err := d.Store.View(ctx, func(r ticket.Reader) (err error) {
		if m, err = r.Outgoing(a.Outbox); err == nil {
			known, err = r.Attempts(a.Outbox)
		}
		return err
	})
	if errors.Is(err, ticket.ErrNotFound) {
		return nil
	}
	if done := m.State != ticket.OutboxReady && m.State != ticket.OutboxClaimed; err == nil && done && a.State != ticket.OutboxSent {
		return nil
	}
	if err != nil || slices.ContainsFunc(known, func(k ticket.Attempt) bool { return k.At.UnixMicro() == a.At.UnixMicro() && k.State == a.State }) {
		return err
	}
	return d.Outcome(ctx, a)
}

// OutcomeAgain is Outcome of an attempt that was made when it says.
func (d *Outgoing) OutcomeAgain(ctx context.Context, a ticket.Attempt) error {
	return d.keepOutcomes(ctx, a.At, []outcome{{attempt: a}})
}

// join lets an outcome wait, and reports whether nobody keeps those that do.
func (x *outcomes) join(o outcome) (first bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.waiting = append(x.waiting, o)
	first, x.busy = !x.busy, true
	return first
}

// take returns those that wait; none: nobody keeps them any more.
func (x *outcomes) take() []outcome {
	x.mu.Lock()
	defer x.mu.Unlock()
	all := x.waiting
	x.waiting, x.busy = nil, len(all) > 0
	return all
}

// keepWaiting keeps the outcomes that wait, and leaves those that have come
// meanwhile to another goroutine.
func (d *Outgoing) keepWaiting(ctx context.Context) {
	all := d.outcomes.take()
	if len(all) == 0 {
		return
	}
	if err := d.keepOutcomes(ctx, time.Now(), all); err == nil || len(all) == 1 {
		for _, o := range all {
			o.done <- err
		}
	} else {
		for _, o := range all { // one of them may be to blame
			o.done <- d.keepOutcomes(ctx, time.Now(), []outcome{o})
		}
	}
	go d.keepWaiting(ctx)
}

// keepOutcomes keeps attempts, all or none.
func (d *Outgoing) keepOutcomes(ctx context.Context, now time.Time, all []outcome) error {
	var told bool
	err := d.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
		told = false
		for _, o := range all {
			c := d.ChangeAt(ctx, tx, now)
			news, err := keepOutcome(c, o.attempt)
			if err != nil {
				return fmt.Errorf("keep the outcome of outgoing mail %d: %w", o.attempt.Outbox, err)
			}
			told = told || news
		}
		return nil
	})
	if err == nil && told {
		decision.Signal(d.Posted)
	}
	return err
}

// keepOutcome keeps one attempt. It reports whether somebody is told of it.
func keepOutcome(c *decision.Change, a ticket.Attempt) (told bool, err error) {
	m, err := c.Tx.Attempted(a)
	if err != nil || m.ClaimedByOther(a) {
		return false, err
	}
	switch a.State {
	case ticket.OutboxSent:
		return false, sent(c, m)
	case ticket.OutboxFailed:
		c.CauseEvent = int64(m.ID)
		return true, failed(c, m, a)
	case ticket.OutboxReady:
		return deferred(c, m, a)
	}
	return false, nil
}
