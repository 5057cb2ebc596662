package delivery

import (
	"context"
	"fmt"
	"time"

	"maildesk/desk/decision"
	"maildesk/ticket"
)

// OutboxStateError says where an outgoing mail stands of which more was wanted.
type OutboxStateError struct {
	Mail ticket.OutboxMail
	Want string // "sent again", "cancelled"
}

func (e *OutboxStateError) Error() string {
	why := "it is " + string(e.Mail.State)
	switch e.Mail.State {
	case ticket.OutboxSent:
		why = fmt.Sprintf("the next hop has taken it (%d %s)", e.Mail.LastCode, e.Mail.LastText)
	case ticket.OutboxClaimed:
		why = "it is being sent at this moment"
	}
	if !e.Mail.DroppedAt.IsZero() {
		why = fmt.Sprintf("its bytes were dropped at %s (keep_sent in [desk])", e.Mail.DroppedAt.Format(time.RFC3339))
	}
	return fmt.Sprintf("outgoing mail %d cannot be %s: %s", e.Mail.ID, e.Want, why)
}

// RetryOutbox makes an outgoing mail due now that waits, failed or was
// cancelled: the same bytes and Message-ID, with a schedule that begins anew.
// Who is kept as the actor of an event on its ticket. One that was sent, is
// being sent or has lost its bytes (it came back long after it was sent) returns an *OutboxStateError and stays as it is.
func (d *Outgoing) RetryOutbox(ctx context.Context, id ticket.OutboxID, who string) error {
	err := d.changeOutbox(ctx, id, ticket.Event{Kind: ticket.EventRetried, Actor: who}, func(tx ticket.Draft, m ticket.OutboxMail, now time.Time) error {
		if m.State == ticket.OutboxSent || m.State == ticket.OutboxClaimed || !m.DroppedAt.IsZero() {
			return &OutboxStateError{m, "sent again"}
		}
		return tx.RetryOutbox(id, now)
	})
	if err != nil {
		return fmt.Errorf("send again: %w", err)
	}
	decision.Signal(d.Posted)
	return nil
}

// CancelOutbox ends an outgoing mail that waits or failed: it is never sent. A
// resolution notice that is cancelled leaves its ticket `resolved, not
// informed`. Otherwise it is as RetryOutbox.
func (d *Outgoing) CancelOutbox(ctx context.Context, id ticket.OutboxID, who, reason string) error {
	err := d.changeOutbox(ctx, id, ticket.Event{Kind: ticket.EventCancelled, Actor: who, Reason: reason}, func(tx ticket.Draft, m ticket.OutboxMail, now time.Time) error {
		if m.State != ticket.OutboxReady && m.State != ticket.OutboxFailed {
			return &OutboxStateError{m, "cancelled"}
		}
		return tx.SetOutboxState(id, ticket.OutboxCancelled, now)
	})
	if err != nil {
		return fmt.Errorf("cancel: %w", err)
	}
	return nil
}

// changeOutbox does something to an outgoing mail and writes on its ticket who
// did it.
func (d *Outgoing) changeOutbox(ctx context.Context, id ticket.OutboxID, e ticket.Event, do func(ticket.Draft, ticket.OutboxMail, time.Time) error) error {
	return d.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
		m, err := tx.OutboxMail(id)
		if err != nil {
			return err
		}
		c := d.ChangeAt(ctx, tx, time.Now())
		if err := do(tx, m, c.Now); err != nil {
			return err
		}
		if m.Ticket == 0 {
			return nil
		}
		return c.Record(decision.About(m, e))
	})
}
