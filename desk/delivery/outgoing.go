package delivery

import (
	"context"
	"fmt"
	"slices"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/desk/silence"
	"maildesk/ticket"
)

// Outgoing is what the desk does with its outgoing mails: it hands out those that are due
// and acts on what became of them. It is safe for concurrent use.
type Outgoing struct {
	*decision.Maker
	outcomes outcomes
}

// New returns the outgoing mails of a desk.
func New(m *decision.Maker) *Outgoing { return &Outgoing{Maker: m} }

// Claim leases up to limit mails that are due to owner, for as long as lease. It
// asks the guard first about those that wait for it.
func (d *Outgoing) Claim(ctx context.Context, owner string, lease time.Duration, limit int) ([]ticket.OutboxMail, error) {
	now := time.Now()
	err := d.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
		c := d.ChangeAt(ctx, tx, now)
		return notices.AskAgain(c)
	})
	if err != nil {
		return nil, fmt.Errorf("ask the guard again: %w", err)
	}
	mails, err := d.Store.Claim(ctx, owner, now, now.Add(lease), limit)
	if err != nil {
		return nil, err
	}
	for i := range mails {
		d.signReversePath(&mails[i])
	}
	return mails, nil
}

// sent makes a resolved ticket informed once its requester's notice was
// accepted, and closes it where only that was waited for.
func sent(c *decision.Change, m ticket.OutboxMail) error {
	if !notify.Template(m.Template).Waited() {
		return nil
	}
	t, err := c.Tx.Ticket(m.Ticket)
	if err != nil {
		return decision.IgnoreNotFound(err)
	}
	if t.Status != ticket.StatusResolved || !settings.SameAddress(m.Recipient, t.Requester) || m.CreatedAt.Before(t.ResolvedAt) {
		return nil
	}
	closes := !t.WakeAt.IsZero() && !t.WakeAt.After(c.Now)
	if t.Informed() && !closes {
		return nil
	}
	if !t.Informed() {
		t.InformedAt = c.Now
		if err := c.Record(decision.About(m, ticket.Event{Kind: ticket.EventInformed, Actor: ticket.ActorDesk})); err != nil {
			return err
		}
	}
	if closes {
		if err := c.Move(&t, ticket.StatusClosed, ticket.ActorDesk); err != nil {
			return err
		}
	}
	return c.Save(&t)
}

// failed writes a mail that was given up on its ticket and tells its agents.
func failed(c *decision.Change, m ticket.OutboxMail, a ticket.Attempt) error {
	t, err := c.Tx.Ticket(m.Ticket)
	if err != nil {
		return decision.IgnoreNotFound(err)
	}
	return undelivered(c, t, m, silence.FailureOf(a.Code, a.Text))
}

// delayNotice is the age at which a mail that still is not accepted is told to
// the agents: the first try after it.
const delayNotice = 3*time.Hour + 30*time.Minute

// deferred tells the agents of a ticket, once, that a mail to its readers is late.
func deferred(c *decision.Change, m ticket.OutboxMail, a ticket.Attempt) (told bool, err error) {
	if a.At.Sub(m.CreatedAt) < delayNotice || m.Ticket == 0 {
		return false, nil
	}
	return delayed(c, m, fmt.Sprintf("%d %s", a.Code, a.Text), true)
}

// isOutside reports whether a mail of ours goes to somebody outside: a reader of the
// ticket, or somebody who is asked beside the correspondence.
func isOutside(c *decision.Change, m ticket.OutboxMail) (bool, error) {
	readers, err := c.Readers(m.Ticket)
	if err != nil || slices.ContainsFunc(readers, func(p ticket.Participant) bool { return settings.SameAddress(p.Address, m.Recipient) }) {
		return err == nil, err
	}
	p, err := c.Tx.Participant(m.Participant)
	return err == nil && p.Role != ticket.RoleAgent && !p.Role.Reads(), decision.IgnoreNotFound(err)
}

// Release puts claimed mails of an owner back untried, due at at: those named.
func (d *Outgoing) Release(ctx context.Context, owner string, at time.Time, ids ...ticket.OutboxID) error {
	return d.release(ctx, owner, at, func(id ticket.OutboxID) bool { return slices.Contains(ids, id) })
}

// ReleaseBut is Release of all but some.
func (d *Outgoing) ReleaseBut(ctx context.Context, owner string, at time.Time, kept ...ticket.OutboxID) error {
	return d.release(ctx, owner, at, func(id ticket.OutboxID) bool { return !slices.Contains(kept, id) })
}

func (d *Outgoing) release(ctx context.Context, owner string, at time.Time, which func(ticket.OutboxID) bool) error {
	err := d.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
		claimed, err := tx.OutboxOf(0, ticket.OutboxClaimed)
		if err != nil {
			return err
		}
		for _, m := range claimed {
			if m.LeaseOwner != owner || !which(m.ID) {
				continue
			}
			if err := tx.SetOutboxState(m.ID, ticket.OutboxReady, at); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("release outgoing mails: %w", err)
	}
	return nil
}

// GiveUp ends every ready mail that was made before a time, as an Outcome of
// state failed would, and returns their number.
func (d *Outgoing) GiveUp(ctx context.Context, made time.Time, host, text string) (int, error) {
	var old []ticket.OutboxMail
	err := d.Store.View(ctx, func(r ticket.Reader) error {
		ready, err := r.OutboxOf(0, ticket.OutboxReady)
		old = slices.DeleteFunc(ready, func(m ticket.OutboxMail) bool { return !m.CreatedAt.Before(made) || m.Held != "" })
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("list old outgoing mails: %w", err)
	}
	for i, m := range old {
		if err := d.Outcome(ctx, ticket.Attempt{Outbox: m.ID, At: time.Now(), State: ticket.OutboxFailed, Host: host, Text: text}); err != nil {
			return i, err
		}
	}
	return len(old), nil
}

// CancelWaiting ends the mails that wait to be sent and were made before a
// time, or follow from a mail received before it, and returns their number.
// Nobody is told: whoever cancels knows.
func (d *Outgoing) CancelWaiting(ctx context.Context, made time.Time) (int, error) {
	n := 0
	err := d.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
		waiting, err := tx.OutboxOf(0, ticket.OutboxReady, ticket.OutboxClaimed)
		if err != nil {
			return err
		}
		n = 0
		for _, m := range waiting {
			begun := m.CreatedAt
			if m.Cause != 0 {
				cause, err := tx.Mail(m.Cause)
				if err != nil {
					return err
				}
				begun = cause.ReceivedAt
			}
			if !begun.Before(made) {
				continue
			}
			if err := tx.SetOutboxState(m.ID, ticket.OutboxCancelled, time.Now()); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("cancel outgoing mails: %w", err)
	}
	return n, nil
}

// NextAt tells when the next outgoing mail becomes due; zero when none waits.
func (d *Outgoing) NextAt(ctx context.Context) (time.Time, error) {
	var at time.Time
	err := d.Store.View(ctx, func(r ticket.Reader) error {
		var err error
		at, err = r.NextOutboxAt()
		return err
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("next outgoing mail: %w", err)
	}
	return at, nil
}

// Wake is signalled whenever mails were put into the outbox.
func (d *Outgoing) Wake() <-chan struct{} { return d.Posted }
