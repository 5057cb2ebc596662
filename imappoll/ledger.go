package imappoll

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"maildesk/ticket"
)

// Books is where the ledger is kept: the part of the store that the poller uses.
type Books interface {
	View(context.Context, func(ticket.Reader) error) error
	Update(context.Context, func(ticket.Tx) error) error
}

// ledger records which mails of which mailbox are in custody.
type ledger struct {
	books Books
	log   *slog.Logger
}

// maxFetches is how often the fetching of one mail is tried.
const maxFetches = 3

// lateFor is how long a mail that is done stays in the ledger by itself: a
// server of many machines may show a lower UID a while after a higher one.
const lateFor = 24 * time.Hour

// open returns a mailbox with its ledger, which is made the first time.
func (l *ledger) open(ctx context.Context, account, name string) (ticket.Mailbox, error) {
	var m ticket.Mailbox
	err := l.books.Update(ctx, func(tx ticket.Tx) error {
		var err error
		m, err = tx.OpenMailbox(account, name)
		return err
	})
	return m, err
}

// selected compares a mailbox with what the server says of it. At the
// first contact the mails that lie there are passed over, or, with all, are
// history to take over. Where the UIDs were given anew (RFC 9051 section
// 2.3.1.1) the ledger begins again, and all that lies there is compared with
// the journal.
func (l *ledger) selected(ctx context.Context, id ticket.MailboxID, s ticket.Selected, all bool) (ticket.Mailbox, error) {
	var m ticket.Mailbox
	changed, first := uint32(0), false
	err := l.books.Update(ctx, func(tx ticket.Tx) error {
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
		l.log.InfoContext(ctx, "mailbox is opened for the first time", "account", m.Account, "mailbox", m.Name, "mails", s.Messages, "passed_over", m.PassedOver)
	}
	if changed != 0 {
		l.log.ErrorContext(ctx, "mailbox has new UIDs: all mails are compared with the journal, and none of them is acknowledged",
			"account", m.Account, "mailbox", m.Name, "uidvalidity", m.UIDValidity, "before", changed, "mails", s.Messages)
	}
	return m, nil
}

// plan returns what is to be done with the mails of a mailbox: listed are
// the UIDs above the low-water mark, ascending. A mail whose fetching failed
// is tried again after pause, and after the others.
func (l *ledger) plan(ctx context.Context, m ticket.Mailbox, listed []uint32, pause time.Duration) (ticket.MailboxPlan, error) {
	var p ticket.MailboxPlan
	var rows []ticket.MailboxUID
	err := l.books.View(ctx, func(r ticket.Reader) error {
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

// finish is called when everything that was listed is in the ledger: it
// raises the low-water mark, and ends the pass over a backlog.
func (l *ledger) finish(ctx context.Context, id ticket.MailboxID) error {
	return l.books.Update(ctx, func(tx ticket.Tx) error {
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

// taken keeps in a mailbox's ledger that a mail of it is in the journal.
func (l *ledger) taken(ctx context.Context, f ticket.Fetched, id ticket.MailID) error {
	err := l.books.Update(ctx, func(tx ticket.Tx) error {
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

// recognise settles a mail of a relisted mailbox that the journal has already as first,
// however long ago it came, or that lay there before the first contact: as becomes says;
// empty: it is neither. What lay there is not ours, and stays where it is as it is.
func (l *ledger) recognise(ctx context.Context, m ticket.Mailbox, f ticket.Fetched, first ticket.MailID) (becomes ticket.UIDState, err error) {
	passed := m.PassedOver > 0 && f.ArrivedAt.Before(m.FirstAt)
	if first == 0 && !passed {
		return "", nil
	}
	if becomes = f.Then; first == 0 {
		becomes = ticket.UIDDone
	}
	return becomes, l.books.Update(ctx, func(tx ticket.Tx) error {
		m, err := tx.Mailbox(m.ID)
		if err != nil {
			return err
		}
		m.Recognised++
		if err := tx.SetUID(ticket.MailboxUID{Place: f.Place, State: becomes, Mail: first, At: time.Now()}); err != nil {
			return err
		}
		return tx.SaveMailbox(m)
	})
}

// fail keeps that the mail at a place could not be fetched. After three
// times it is blocked, until a person retries it.
func (l *ledger) fail(ctx context.Context, p ticket.Place, reason string) (ticket.MailboxUID, error) {
	var u ticket.MailboxUID
	err := l.books.Update(ctx, func(tx ticket.Tx) error {
		var err error
		if u, err = tx.MailboxUID(p); unexpected(err) {
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

// settle ends the work on a mail: it is done, or marked as deleted by
// somebody else (UIDDeleted), or gone from the server (an empty state).
func (l *ledger) settle(ctx context.Context, p ticket.Place, s ticket.UIDState) error {
	return l.books.Update(ctx, func(tx ticket.Tx) error {
		if s == "" {
			return tx.DropUID(p)
		}
		u, err := tx.MailboxUID(p)
		if unexpected(err) {
			return err
		}
		if u.State == s {
			return nil
		}
		u.Place, u.State, u.At = p, s, time.Now()
		return tx.SetUID(u)
	})
}

// note keeps how it stands with a mailbox, for people to look at.
func (l *ledger) note(ctx context.Context, id ticket.MailboxID, s ticket.MailboxStatus) error {
	return l.books.Update(ctx, func(tx ticket.Tx) error {
		m, err := tx.Mailbox(id)
		if err != nil {
			return err
		}
		m.Status = s
		return tx.SaveMailbox(m)
	})
}

// RetryUID lets a mail that is blocked, or was too large, be fetched again, in
// every mailbox that has such a UID. It returns the number of mails.
func RetryUID(ctx context.Context, b Books, uid uint32) (n int, err error) {
	err = b.Update(ctx, func(tx ticket.Tx) error {
		n = 0
		boxes, err := tx.Mailboxes()
		if err != nil {
			return err
		}
		for _, m := range boxes {
			u, err := tx.MailboxUID(ticket.Place{Mailbox: m.ID, UIDValidity: m.UIDValidity, UID: uid})
			if unexpected(err) {
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

// unexpected reports whether an error is another one than that a row is not there.
func unexpected(err error) bool { return err != nil && !errors.Is(err, ticket.ErrNotFound) }
