package store

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"maildesk/ticket"
	"time"
)

// findMails makes the rows of mails whose own cannot be read: of their bytes, and
// of what other tables say of them. A mail of which nothing is left is a lost one.
func (c *copying) findMails(look func(raw []byte) ticket.Mail, now time.Time) error {
	missing, err := c.missingMails()
	if err != nil {
		return err
	}
	for _, id := range missing {
		raw, err := c.raw(id)
		if isDamage(err) || errors.Is(err, sql.ErrNoRows) {
			_, err = c.now.ExecContext(c.ctx, insertLost, id, "neither its row nor its bytes can be read")
		} else if err == nil {
			err = c.makeMail(id, raw, look(raw), now)
		}
		if err != nil {
			return fmt.Errorf("mail %d: %w", id, err)
		}
	}
	return nil
}

func (c *copying) raw(id int64) (raw []byte, err error) {
	err = c.old.QueryRowContext(c.ctx, `SELECT raw FROM mail_raw WHERE mail = $1`, id).Scan(&raw)
	return raw, err
}

// missingMails returns the numbers of mails that were here and have no row.
func (c *copying) missingMails() ([]int64, error) {
	last := c.given["mail"]
	var n int64
	if err := c.now.QueryRowContext(c.ctx, `SELECT max(coalesce((SELECT max(id) FROM mail), 0), coalesce((SELECT max(mail) FROM entry), 0), coalesce((SELECT max(mail) FROM judgement), 0))`).Scan(&n); err != nil {
		return nil, err
	}
	last = max(last, n)
	if err := c.old.QueryRowContext(c.ctx, `SELECT coalesce(max(mail), 0) FROM mail_raw`).Scan(&n); err == nil {
		last = max(last, n)
	} else if !isDamage(err) {
		return nil, err
	}
	there, err := collect(func(row scanner) (id int64, err error) {
		err = row.Scan(&id)
		return id, err
	})(c.now.QueryContext(c.ctx, `SELECT id FROM mail UNION SELECT mail FROM lost ORDER BY 1`))
	if err != nil {
		return nil, err
	}
	var missing []int64
	next := int64(1)
	for _, id := range append(there, last+1) {
		for ; next < id; next++ {
			missing = append(missing, next)
		}
		next = id + 1
	}
	return missing, nil
}

// makeMail makes the row of a mail. What nobody knows any more of how it came is
// left open, and a mail of which no table says what became of it waits in
// quarantine for a person.
func (c *copying) makeMail(id int64, raw []byte, m ticket.Mail, now time.Time) error {
	came, source, handled := int64(0), "pipe", micros(now)
	disposition, reason, of := ticket.DispositionQuarantined, "its row in the journal cannot be read, and nothing else says what became of it", sql.NullInt64{}
	var kind string
	var first bool
	err := c.now.QueryRowContext(c.ctx, `SELECT at, ticket, kind, mail = (SELECT mail FROM entry WHERE ticket = e.ticket AND mail IS NOT NULL ORDER BY id LIMIT 1)
		FROM entry e WHERE mail = $1 AND kind <> 'system' ORDER BY id LIMIT 1`, id).Scan(&handled, &of, &kind, &first)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		if err := c.now.QueryRowContext(c.ctx, `SELECT coalesce((SELECT received_at FROM mail WHERE id < $1 ORDER BY id DESC LIMIT 1), $2)`, id, handled).Scan(&came); err != nil {
			return err
		}
	case err != nil:
		return err
	default:
		came, reason, disposition = handled, "", ticket.DispositionAppended
		if kind == string(ticket.EntryMachine) {
			disposition = ticket.DispositionMachine
		} else if first {
			disposition = ticket.DispositionNew
		}
	}
	if err := c.now.QueryRowContext(c.ctx, `SELECT CASE WHEN EXISTS (SELECT 1 FROM imported WHERE mail = $1) THEN 'import'
		WHEN EXISTS (SELECT 1 FROM fetched WHERE mail = $1) THEN 'imap' ELSE 'pipe' END`, id).Scan(&source); err != nil {
		return err
	}
	sum := sha256.Sum256(raw)
	_, err = c.now.ExecContext(c.ctx, `INSERT INTO mail (id, source, reverse_path, unknown, forward_paths, client, helo, tls, auth_user,
		received_at, size, sha256, fingerprint, message_id, trusted, attempts, disposition, reason, ticket, handled_at)
		VALUES ($1, $2, '', 1, '', '', '', 0, '', $3, $4, $5, $6, $7, 0, 1, $8, $9, $10, $11)`,
		append([]any{id, source, came, len(raw), sum[:], m.Fingerprint[:]}, clean([]any{m.MessageID, string(disposition), reason, of, handled})...)...)
	return err
}
