package recover

import (
	"errors"

	"maildesk/ticket"
)

// copyMailboxes makes the mailboxes of the old store in the new one, so that a
// desk that goes on there neither fetches nor passes over what it need not.
func (r *rebuilding) copyMailboxes() error {
	r.mailboxes = map[ticket.MailboxID]ticket.MailboxID{}
	return r.eachMailbox(func(tx ticket.Tx, m ticket.Mailbox, _ []ticket.MailboxUID) error {
		made, err := tx.OpenMailbox(m.Account, m.Name)
		r.mailboxes[m.ID] = made.ID
		return err
	})
}

// copyLedgers copies what became of the mails in them, when the journal is there.
func (r *rebuilding) copyLedgers() error {
	return r.eachMailbox(func(tx ticket.Tx, m ticket.Mailbox, uids []ticket.MailboxUID) error {
		m.ID = r.mailboxes[m.ID]
		if err := tx.ForgetUIDs(m.ID); err != nil {
			return err
		}
		for _, u := range uids {
			u.Mailbox = m.ID
			if err := tx.SetUID(u); err != nil {
				return err
			}
		}
		return tx.SaveMailbox(m)
	})
}

// eachMailbox calls fn for every mailbox of the old store, with its ledger.
func (r *rebuilding) eachMailbox(fn func(ticket.Tx, ticket.Mailbox, []ticket.MailboxUID) error) error {
	return r.old.View(r.ctx, func(old ticket.Reader) error {
		boxes, err := old.Mailboxes()
		if err != nil {
			return err
		}
		for _, m := range boxes {
			uids, err := old.MailboxUIDs(m.ID)
			if err != nil {
				return err
			}
			if err := r.store.Update(r.ctx, func(tx ticket.Tx) error { return fn(tx, m, uids) }); err != nil {
				return err
			}
		}
		return nil
	})
}

// fetchedOf returns how a mail of the old store was fetched, nil: by no mailbox,
// or it cannot be read.
func (r *rebuilding) fetchedOf(old ticket.LedgerReader, m ticket.Mail) *ticket.Fetched {
	if m.Envelope.Source != ticket.SourceIMAP && m.Envelope.Source != ticket.SourceImport {
		return nil
	}
	f, err := old.Fetched(m.ID)
	if err != nil {
		if !errors.Is(err, ticket.ErrNotFound) {
			r.log.ErrorContext(r.ctx, "how a mail was fetched cannot be read", "mail", m.ID, "err", err)
		}
		return nil
	}
	f.Mailbox, f.Then = r.mailboxes[f.Mailbox], ticket.UIDDone // copyLedgers puts it right
	if f.Mailbox == 0 {
		return nil
	}
	return &f
}
