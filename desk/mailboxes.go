package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"maildesk/mailparse"
	"maildesk/ticket"
)

// maxFetches is how often the fetching of one mail is tried.
const maxFetches = 3

// lateFor is how long a mail that is done stays in the ledger by itself: a
// server of many machines may show a lower UID a while after a higher one.
const lateFor = 24 * time.Hour

// OpenMailbox returns a mailbox with its ledger, which is made the first time.
func (d *Desk) OpenMailbox(ctx context.Context, account, name string) (ticket.Mailbox, error) {
	var m ticket.Mailbox
	err := d.store.Update(ctx, func(tx ticket.Tx) error {
		var err error
		m, err = tx.OpenMailbox(account, name)
		return err
	})
	return m, err
}

// SelectMailbox compares a mailbox with what the server says of it. At the
// first contact the mails that lie there are passed over, or, with all, are
// history to take over. Where the UIDs were given anew (RFC 9051 section
// 2.3.1.1) the ledger begins again, and all that lies there is compared with
// the journal.
func (d *Desk) SelectMailbox(ctx context.Context, id ticket.MailboxID, s ticket.Selected, all bool) (ticket.Mailbox, error) {
	var m ticket.Mailbox
	changed, first := uint32(0), false
	err := d.store.Update(ctx, func(tx ticket.Tx) error {
		var err error
		if m, err = tx.Mailbox(id); err != nil {
			return err
		}
		if m.UIDValidity == s.UIDValidity {
			return nil
		}
		changed = m.UIDValidity
		last := s.UIDNext - 1
		switch {
		case m.UIDValidity != 0:
			m.Backlog, m.BacklogTo, m.LowWater = ticket.BacklogRelisted, last, 0
		case all:
			m.Backlog, m.BacklogTo = ticket.BacklogHistory, last
		default:
			m.LowWater, m.PassedOver = last, int(s.Messages)
		}
		if first = m.FirstAt.IsZero(); first {
			m.FirstAt = time.Now()
		}
		m.UIDValidity = s.UIDValidity
		if err := tx.ForgetUIDs(id); err != nil {
			return err
		}
		return tx.SaveMailbox(m)
	})
	if err != nil {
		return m, fmt.Errorf("ledger of %s %s: %w", m.Account, m.Name, err)
	}
	if first {
		d.log.InfoContext(ctx, "mailbox is opened for the first time", "account", m.Account, "mailbox", m.Name, "mails", s.Messages, "passed_over", m.PassedOver)
	}
	if changed != 0 {
		d.log.ErrorContext(ctx, "mailbox has new UIDs: all mails are compared with the journal, and none of them is acknowledged",
			"account", m.Account, "mailbox", m.Name, "uidvalidity", m.UIDValidity, "before", changed, "mails", s.Messages)
	}
	return m, nil
}

// PlanMailbox tells what is to be done with the mails of a mailbox: listed are
// the UIDs above the low-water mark, ascending. A mail whose fetching failed
// is tried again after pause, and after the others.
func (d *Desk) PlanMailbox(ctx context.Context, m ticket.Mailbox, listed []uint32, pause time.Duration) (ticket.MailboxPlan, error) {
	var p ticket.MailboxPlan
	var rows []ticket.MailboxUID
	err := d.store.View(ctx, func(r ticket.Reader) error {
		var err error
		rows, err = r.MailboxUIDs(m.ID)
		return err
	})
	if err != nil {
		return p, fmt.Errorf("ledger of %s %s: %w", m.Account, m.Name, err)
	}
	known := make(map[uint32]bool, len(rows))
	var again []uint32
	now := time.Now()
	for _, u := range rows {
		known[u.UID] = true
		switch {
		case u.State == ticket.UIDKept:
			p.After = append(p.After, u.UID)
		case u.State == ticket.UIDDeleted, u.State == ticket.UIDFailed && now.Sub(u.At) >= pause*time.Duration(u.Attempts):
			again = append(again, u.UID)
		case u.State == ticket.UIDBlocked:
			p.Blocked++
		}
	}
	for _, uid := range listed {
		if uid > m.LowWater && !known[uid] {
			p.Fetch = append(p.Fetch, uid)
		}
	}
	p.Fetch = append(p.Fetch, again...)
	return p, nil
}

// FinishMailbox is called when everything that was listed is in the ledger: it
// raises the low-water mark, and ends the pass over a backlog.
func (d *Desk) FinishMailbox(ctx context.Context, id ticket.MailboxID) error {
	return d.store.Update(ctx, func(tx ticket.Tx) error {
		m, err := tx.Mailbox(id)
		if err != nil {
			return err
		}
		mark, err := tx.PruneUIDs(id, m.BacklogTo, time.Now().Add(-lateFor))
		if err != nil {
			return err
		}
		if mark <= m.LowWater && m.Backlog == "" {
			return nil
		}
		m.LowWater, m.Backlog, m.BacklogTo = max(m.LowWater, mark, m.BacklogTo), "", 0
		return tx.SaveMailbox(m)
	})
}

// TakeMail takes custody of a mail from a mailbox, and then keeps that in the
// mailbox's ledger. Where the desk ends in between, the mail is fetched again, and the
// journal knows it by its place. address is what the mailbox stands for. Errors are
// temporary, as those of [Desk.Accept]. It reports whether the mail was new to the
// journal.
func (d *Desk) TakeMail(ctx context.Context, m ticket.Mailbox, f ticket.Fetched, address string, raw []byte) (bool, error) {
	backlog := m.Backlog
	if f.UID > m.BacklogTo {
		backlog = ""
	}
	if backlog == ticket.BacklogRelisted {
		done, err := d.recognise(ctx, m, f, raw)
		if err != nil || done {
			return false, err
		}
		f.Relisted = true
	}
	env := d.deliveredTo(address, raw)
	env.Fetched = &f
	var id ticket.MailID
	var err error
	if backlog == ticket.BacklogHistory {
		var m ticket.Mail
		m, err = d.Import(ctx, env, raw, false)
		id = m.ID
	} else {
		env.Source = ticket.SourceIMAP
		id, err = d.Accept(ctx, env, raw)
	}
	if err == nil {
		err = d.enterTaken(ctx, f, id)
	}
	return true, err
}

// enterTaken keeps in a mailbox's ledger that a mail of it is in the journal.
func (d *Desk) enterTaken(ctx context.Context, f ticket.Fetched, id ticket.MailID) error {
	err := d.store.Update(ctx, func(tx ticket.Tx) error {
		m, err := tx.Mailbox(f.Mailbox)
		if err != nil {
			return err
		}
		m.Taken++
		if err := tx.SaveMailbox(m); err != nil {
			return err
		}
		return tx.SetUID(ticket.MailboxUID{Place: f.Place, State: f.Then, Mail: id, At: time.Now()})
	})
	if err != nil {
		return fmt.Errorf("keep that UID %d is taken: %w", f.UID, err)
	}
	return nil
}

// recognise settles a mail of a relisted mailbox that the journal has already,
// however long ago it came, or that lay there before the first contact.
func (d *Desk) recognise(ctx context.Context, m ticket.Mailbox, f ticket.Fetched, raw []byte) (done bool, err error) {
	glance := mailparse.GlanceAt(raw)
	err = d.store.Update(ctx, func(tx ticket.Tx) error {
		first, err := tx.FindFingerprint(glance.Fingerprint)
		if err != nil {
			return err
		}
		passed := m.PassedOver > 0 && f.ArrivedAt.Before(m.FirstAt)
		if done = first != 0 || passed; !done {
			return nil
		}
		m, err := tx.Mailbox(m.ID)
		if err != nil {
			return err
		}
		m.Recognised++
		u := ticket.MailboxUID{Place: f.Place, State: f.Then, Mail: first, At: time.Now()}
		if first == 0 {
			u.State = ticket.UIDDone // it is not ours: it stays where it is
		}
		if err := tx.SetUID(u); err != nil {
			return err
		}
		return tx.SaveMailbox(m)
	})
	return done, err
}

// deliveredTo makes up the envelope of a mail that was found in a mailbox which
// stands for address. The forward-paths are those of ours that the server wrote
// down, else those of ours in To and Cc, else the mailbox's.
func (d *Desk) deliveredTo(address string, raw []byte) ticket.Envelope {
	s := d.Settings()
	delivery := mailparse.DeliveryOf(raw)
	env := ticket.Envelope{Unknown: delivery.ReversePath == nil}
	if delivery.ReversePath != nil {
		env.ReversePath = *delivery.ReversePath
	}
	ours := func(paths []string) (all []string) {
		for _, p := range paths {
			_, lives := s.addressFor(p)
			if lives && !sameAddress(p, address) && !slices.ContainsFunc(all, func(o string) bool { return sameAddress(o, p) }) {
				all = append(all, p)
			}
		}
		return all
	}
	if env.ForwardPaths = ours(delivery.Recipients); len(env.ForwardPaths) > 0 {
		return env
	}
	// What To says only chooses among our addresses: where it names the
	// mailbox's as well, that one is meant.
	named := slices.ContainsFunc(delivery.Addressed, func(p string) bool { return sameAddress(p, address) })
	if env.ForwardPaths = ours(delivery.Addressed); len(env.ForwardPaths) == 0 || named {
		env.ForwardPaths = append([]string{address}, env.ForwardPaths...)
	}
	return env
}

// FailUID keeps that the mail at a place could not be fetched. After three
// times it is blocked, until a person retries it.
func (d *Desk) FailUID(ctx context.Context, p ticket.Place, reason string) (ticket.MailboxUID, error) {
	var u ticket.MailboxUID
	err := d.store.Update(ctx, func(tx ticket.Tx) error {
		var err error
		if u, err = tx.MailboxUID(p); ignoreNotFound(err) != nil {
			return err
		}
		u.Place, u.State, u.Reason, u.At = p, ticket.UIDFailed, reason, time.Now()
		if u.Attempts++; u.Attempts >= maxFetches {
			u.State = ticket.UIDBlocked
		}
		return tx.SetUID(u)
	})
	return u, err
}

// SettleUID ends the work on a mail: it is done, or marked as deleted by
// somebody else (UIDDeleted), or gone from the server (an empty state).
func (d *Desk) SettleUID(ctx context.Context, p ticket.Place, s ticket.UIDState) error {
	return d.store.Update(ctx, func(tx ticket.Tx) error {
		if s == "" {
			return tx.DropUID(p)
		}
		u, err := tx.MailboxUID(p)
		if ignoreNotFound(err) != nil {
			return err
		}
		if u.State == s {
			return nil
		}
		u.Place, u.State, u.At = p, s, time.Now()
		return tx.SetUID(u)
	})
}

// NoteMailbox keeps how it stands with a mailbox, for people to look at.
func (d *Desk) NoteMailbox(ctx context.Context, id ticket.MailboxID, s ticket.MailboxStatus) error {
	return d.store.Update(ctx, func(tx ticket.Tx) error {
		m, err := tx.Mailbox(id)
		if err != nil {
			return err
		}
		m.Status = s
		return tx.SaveMailbox(m)
	})
}

// RetryUID lets a mail that is blocked, or was too large, be fetched again, in
// every mailbox that has such a UID. It gives the number of mails.
func (d *Desk) RetryUID(ctx context.Context, uid uint32) (n int, err error) {
	err = d.store.Update(ctx, func(tx ticket.Tx) error {
		boxes, err := tx.Mailboxes()
		if err != nil {
			return err
		}
		for _, m := range boxes {
			u, err := tx.MailboxUID(ticket.Place{Mailbox: m.ID, UIDValidity: m.UIDValidity, UID: uid})
			if ignoreNotFound(err) != nil {
				return err
			}
			if u.State != ticket.UIDBlocked && u.State != ticket.UIDTooLarge {
				continue
			}
			u.State, u.Attempts, u.At = ticket.UIDFailed, 0, time.Now()
			if err := tx.SetUID(u); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}
