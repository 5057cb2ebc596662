package recover

import (
	"time"

	"maildesk/desk/figures"
	"maildesk/ticket"
)

// repeatOutcome keeps an attempt to send a mail, where we made the same mail. One
// that was done with by then was retried by hand.
func (r *rebuilding) repeatOutcome(s happening) error {
	var same ticket.OutboxMail
	err := r.store.View(r.ctx, func(r ticket.Reader) error {
		refs, err := r.FindMessageID(s.sent)
		if err != nil || len(refs) == 0 {
			return err
		}
		mails, err := r.OutboxOf(refs[0].Ticket)
		for _, m := range mails {
			if m.MessageID == s.sent {
				same = m
			}
		}
		return err
	})
	if err == nil && (same.State == ticket.OutboxFailed || same.State == ticket.OutboxCancelled) {
		err = r.store.Update(r.ctx, func(tx ticket.Tx) error { return tx.RetryOutbox(same.ID, s.attempt.At) })
	}
	if err != nil || same.ID == 0 {
		return err
	}
	a := *s.attempt
	a.Outbox = same.ID
	return r.OutcomeAgain(r.ctx, a)
}

// copyFigures takes the mails of figures as they stand: they follow from no mail, and are
// not sent once more. Those whose bytes are gone are of long ago.
func (r *rebuilding) copyFigures() error {
	var mails []ticket.OutboxMail
	err := r.old.View(r.ctx, func(old ticket.Reader) error {
		all, err := old.OutboxWith(0, figures.Template)
		for _, m := range all {
			whole, err := old.OutboxMail(m.ID)
			if err != nil {
				return err
			}
			if len(whole.Bytes) > 0 {
				mails = append(mails, whole)
			}
		}
		return err
	})
	if err != nil || len(mails) == 0 {
		return err
	}
	return r.store.Update(r.ctx, func(tx ticket.Tx) error {
		for _, m := range mails {
			m.ID, m.LeaseOwner = 0, ""
			if _, err := tx.AddOutbox(m); err != nil {
				return err
			}
		}
		return nil
	})
}

// settleOutbox leaves no outgoing mail ready that the old store did not have
// ready.
func (r *rebuilding) settleOutbox() error {
	was := map[string]ticket.OutboxMail{}
	err := r.old.View(r.ctx, func(old ticket.Reader) error {
		mails, err := old.OutboxOf(0)
		for _, m := range mails {
			was[m.MessageID] = m
		}
		return err
	})
	if err != nil {
		r.log.ErrorContext(r.ctx, "the old outbox cannot be read", "err", err)
	}
	return r.store.Update(r.ctx, func(tx ticket.Tx) error {
		mails, err := tx.OutboxOf(0, ticket.OutboxReady)
		if err != nil {
			return err
		}
		for _, m := range mails {
			old, made := was[m.MessageID]
			switch {
			case made && (old.State == ticket.OutboxReady || old.State == ticket.OutboxClaimed):
			case made:
				err = tx.SetOutboxState(m.ID, old.State, old.DoneAt)
			default:
				err = tx.SetOutboxState(m.ID, ticket.OutboxCancelled, time.Now())
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
