package tables

import (
	"fmt"
	"time"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

const mailboxColumns = `id, account, name, uid_validity, low_water, backlog, backlog_to, first_at, passed_over, taken, recognised,
	state, reason, since, contact_at`

func scanMailbox(row sqlrow.Scanner) (m ticket.Mailbox, err error) {
	s := &m.Status
	err = row.Scan(&m.ID, &m.Account, &m.Name, &m.UIDValidity, &m.LowWater, &m.Backlog, &m.BacklogTo, sqlrow.At(&m.FirstAt), &m.PassedOver, &m.Taken, &m.Recognised,
		&s.State, &s.Reason, sqlrow.At(&s.Since), sqlrow.At(&s.ContactAt))
	return m, err
}

// Mailboxes is described at [ticket.LedgerReader].
func (r *Reader) Mailboxes() ([]ticket.Mailbox, error) {
	return sqlrow.Collect(scanMailbox)(r.Query(`SELECT ` + mailboxColumns + ` FROM mailbox ORDER BY id`))
}

// Mailbox is described at [ticket.LedgerReader].
func (r *Reader) Mailbox(id ticket.MailboxID) (ticket.Mailbox, error) {
	m, err := scanMailbox(r.Row(`SELECT `+mailboxColumns+` FROM mailbox WHERE id = $1`, id))
	return m, sqlrow.Found(err, "mailbox", id)
}

const uidColumns = `mailbox, uid_validity, uid, state, attempts, reason, coalesce(mail, 0), at`

func scanUID(row sqlrow.Scanner) (u ticket.MailboxUID, err error) {
	err = row.Scan(&u.Mailbox, &u.UIDValidity, &u.UID, &u.State, &u.Attempts, &u.Reason, &u.Mail, sqlrow.At(&u.At))
	return u, err
}

// MailboxUIDs is described at [ticket.LedgerReader].
func (r *Reader) MailboxUIDs(m ticket.MailboxID, states ...ticket.UIDState) ([]ticket.MailboxUID, error) {
	var c sqlrow.Conditions
	c.Add("mailbox = ", m)
	if len(states) > 0 {
		c.In("state", len(states), func(i int) any { return states[i] })
	}
	return sqlrow.Collect(scanUID)(r.Query(`SELECT `+uidColumns+` FROM mailbox_uid`+c.Where()+` ORDER BY uid`, c.Args...))
}

// MailboxUID is described at [ticket.LedgerReader].
func (r *Reader) MailboxUID(p ticket.Place) (ticket.MailboxUID, error) {
	u, err := scanUID(r.Row(`SELECT `+uidColumns+` FROM mailbox_uid WHERE mailbox = $1 AND uid_validity = $2 AND uid = $3`, p.Mailbox, p.UIDValidity, p.UID))
	return u, sqlrow.Found(err, "UID", p.UID)
}

// OpenMailbox is described at [ticket.LedgerWriter].
func (t *Tx) OpenMailbox(account, name string) (ticket.Mailbox, error) {
	_, err := t.Exec(`INSERT INTO mailbox (account, name, uid_validity, low_water, backlog, backlog_to, first_at, passed_over, taken, recognised,
		state, reason, since, contact_at) VALUES ($1, $2, 0, 0, '', 0, 0, 0, 0, 0, '', '', 0, 0) ON CONFLICT DO NOTHING`, account, name)
	if err != nil {
		return ticket.Mailbox{}, fmt.Errorf("open mailbox %s %s: %w", account, name, err)
	}
	m, err := scanMailbox(t.Row(`SELECT `+mailboxColumns+` FROM mailbox WHERE account = $1 AND name = $2`, account, name))
	return m, sqlrow.Found(err, "mailbox", name)
}

// SaveMailbox is described at [ticket.LedgerWriter].
func (t *Tx) SaveMailbox(m ticket.Mailbox) error {
	s := m.Status
	n, err := t.Exec(`UPDATE mailbox SET uid_validity = $1, low_water = $2, backlog = $3, backlog_to = $4, first_at = $5, passed_over = $6, taken = $7,
		recognised = $8, state = $9, reason = $10, since = $11, contact_at = $12 WHERE id = $13`,
		m.UIDValidity, m.LowWater, m.Backlog, m.BacklogTo, sqlrow.Micros(m.FirstAt), m.PassedOver, m.Taken,
		m.Recognised, s.State, s.Reason, sqlrow.Micros(s.Since), sqlrow.Micros(s.ContactAt), m.ID)
	if err == nil && n == 0 {
		err = ticket.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("save mailbox %d: %w", m.ID, err)
	}
	return nil
}

// SetUID is described at [ticket.LedgerWriter].
func (t *Tx) SetUID(u ticket.MailboxUID) error {
	err := t.Put(`INSERT INTO mailbox_uid (mailbox, uid_validity, uid, state, attempts, reason, mail, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (mailbox, uid_validity, uid) DO UPDATE SET
			state = excluded.state, attempts = excluded.attempts, reason = excluded.reason, mail = excluded.mail, at = excluded.at`,
		u.Mailbox, u.UIDValidity, u.UID, u.State, u.Attempts, u.Reason, sqlrow.Ref(u.Mail), sqlrow.Micros(u.At))
	if err != nil {
		return fmt.Errorf("keep UID %d: %w", u.UID, err)
	}
	return nil
}

// DropUID is described at [ticket.LedgerWriter].
func (t *Tx) DropUID(p ticket.Place) error {
	err := t.Put(`DELETE FROM mailbox_uid WHERE mailbox = $1 AND uid_validity = $2 AND uid = $3`, p.Mailbox, p.UIDValidity, p.UID)
	return err
}

// ForgetUIDs is described at [ticket.LedgerWriter].
func (t *Tx) ForgetUIDs(m ticket.MailboxID) error {
	err := t.Put(`DELETE FROM mailbox_uid WHERE mailbox = $1`, m)
	return err
}

// PruneUIDs is described at [ticket.LedgerWriter].
func (t *Tx) PruneUIDs(m ticket.MailboxID, upTo uint32, before time.Time) (highest uint32, err error) {
	const done = ` FROM mailbox_uid WHERE mailbox = $1 AND state = 'done' AND (uid <= $2 OR at < $3)`
	if err := t.Row(`SELECT coalesce(max(uid), 0)`+done, m, upTo, sqlrow.Micros(before)).Scan(&highest); err != nil {
		return 0, fmt.Errorf("prune UIDs: %w", err)
	}
	if highest == 0 {
		return 0, nil
	}
	if _, err := t.Exec(`DELETE`+done, m, upTo, sqlrow.Micros(before)); err != nil {
		return 0, fmt.Errorf("prune UIDs: %w", err)
	}
	return highest, nil
}
