package recover

import (
	"errors"

	"maildesk/ticket"
)

// What rebuild copies of an old store as it stands, since no mail brings it again.

// copyLost keeps which mails the old store lost.
func (r *rebuilding) copyLost() error {
	var lost []ticket.LostMail
	err := r.old.View(r.ctx, func(old ticket.Reader) (err error) {
		lost, err = old.LostMails()
		return err
	})
	for _, l := range lost {
		if err := r.store.KeepLost(r.ctx, l); err != nil {
			return err
		}
	}
	return err
}

// copyErased keeps of which mails of the old store something was taken out.
func (r *rebuilding) copyErased() error {
	var erased []ticket.ErasedMail
	err := r.old.View(r.ctx, func(old ticket.Reader) (err error) {
		erased, err = old.ErasedMails()
		return err
	})
	for _, e := range erased {
		if err := r.store.KeepErased(r.ctx, e); err != nil {
			return err
		}
	}
	return err
}

// copySuppressions copies what an admin suppressed by hand. It holds from now on:
// what was decided before is not decided anew by it.
func (r *rebuilding) copySuppressions() error {
	var kept []ticket.Suppression
	err := r.old.View(r.ctx, func(old ticket.Reader) (err error) {
		kept, err = old.Suppressions()
		return err
	})
	if err != nil {
		return err
	}
	return r.store.Update(r.ctx, func(tx ticket.Tx) error {
		for _, s := range kept {
			if s.Cause != ticket.CauseHand {
				continue
			}
			if err := tx.SetSuppression(s); err != nil {
				return err
			}
		}
		return nil
	})
}

// importedOf returns what an import knew of a mail of the old store, nil: nothing, or
// it cannot be read.
func (r *rebuilding) importedOf(old ticket.MailReader, m ticket.Mail) *ticket.Imported {
	if m.Envelope.Source != ticket.SourceImport {
		return nil
	}
	i, err := old.Imported(m.ID)
	if err == nil {
		return &i
	}
	if !errors.Is(err, ticket.ErrNotFound) {
		r.log.ErrorContext(r.ctx, "what an import knew of a mail cannot be read", "mail", m.ID, "err", err)
	}
	return nil
}

// checkedOf returns what the old desk's own checks found of a mail; nil: nothing, or it
// cannot be read.
func (r *rebuilding) checkedOf(old ticket.MailReader, m ticket.Mail) *ticket.Authentication {
	a, err := old.Authentication(m.ID)
	if err == nil {
		return &a
	}
	if !errors.Is(err, ticket.ErrNotFound) {
		r.log.ErrorContext(r.ctx, "what is known of who sent a mail cannot be read", "mail", m.ID, "err", err)
	}
	return nil
}
