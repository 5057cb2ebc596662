package store

import (
	"database/sql"
	"errors"
	"fmt"
	"maildesk/ticket"
	"time"
)

const mailColumns = `id, source, reverse_path, unknown, forward_paths, client, helo, tls, auth_user,
	received_at, size, sha256, fingerprint, message_id, trusted, coalesce(duplicate_of, 0), attempts,
	disposition, reason, coalesce(ticket, 0), handled_at`

func scanMail(row scanner) (m ticket.Mail, err error) {
	e := &m.Envelope
	err = row.Scan(&m.ID, &e.Source, &e.ReversePath, &e.Unknown, listOf(&e.ForwardPaths), &e.Client, &e.Helo, &e.TLS, &e.AuthUser,
		at(&m.ReceivedAt), &m.Size, digest(&m.SHA256), digest(&m.Fingerprint), &m.MessageID, &m.Trusted, &m.DuplicateOf, &m.Attempts,
		&m.Disposition, &m.Reason, &m.Ticket, at(&m.HandledAt))
	return m, err
}

func (r *reader) Mail(id ticket.MailID) (ticket.Mail, error) {
	m, err := scanMail(r.row(`SELECT `+mailColumns+` FROM mail WHERE id = $1`, id))
	return m, found(err, "mail", id)
}

func (r *reader) Raw(id ticket.MailID) (raw []byte, err error) {
	err = r.row(`SELECT raw FROM mail_raw WHERE mail = $1`, id).Scan(&raw)
	return raw, found(err, "raw mail", id)
}

func (r *reader) FirstOf(fingerprint [32]byte, at time.Time) (id ticket.MailID, err error) {
	err = r.row(`SELECT mail FROM fingerprint WHERE fingerprint = $1 AND seen_at > $2`, fingerprint[:], micros(at)-seenFor.Microseconds()).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

func (r *reader) Pending(after ticket.MailID, limit int) ([]ticket.Mail, error) {
	return r.Mails(ticket.DispositionPending, after, limit)
}

func (r *reader) Mails(d ticket.Disposition, after ticket.MailID, limit int) ([]ticket.Mail, error) {
	if d == "" {
		return collect(scanMail)(r.query(`SELECT `+mailColumns+` FROM mail WHERE id > $1 ORDER BY id LIMIT $2`, after, limit))
	}
	return collect(scanMail)(r.query(`SELECT `+mailColumns+` FROM mail WHERE disposition = $1 AND id > $2 ORDER BY id LIMIT $3`, d, after, limit))
}

func (r *reader) DuplicatesOf(id ticket.MailID) ([]ticket.Mail, error) {
	return collect(scanMail)(r.query(`SELECT `+mailColumns+` FROM mail WHERE duplicate_of = $1 ORDER BY id`, id))
}

// seenFor is how long a fingerprint is remembered after its last copy.
const seenFor = 30 * 24 * time.Hour

// AppendMail keeps Size as the length of raw, and the mail as pending.
// It wraps [desk.ErrStorageFull] when the disk's reserve is reached.
func (t *tx) AppendMail(m ticket.Mail, raw []byte) (id, first ticket.MailID, err error) {
	if err := t.reserve.take(int64(len(raw))); err != nil {
		return 0, 0, fmt.Errorf("keep mail: %w", err)
	}
	if raw == nil {
		raw = []byte{} // nil would be NULL
	}
	e := m.Envelope
	values, column, place := []any{e.Source, e.ReversePath, flag(e.Unknown), list(e.ForwardPaths), e.Client, e.Helo, flag(e.TLS), e.AuthUser,
		micros(m.ReceivedAt), len(raw), m.SHA256[:], m.Fingerprint[:], m.MessageID, flag(m.Trusted)}, "", ""
	values = append(values, rowSum(values...), m.Attempts)
	if m.ID != 0 {
		values, column, place = append(values, m.ID), ", id", ", $17"
	}
	n, err := t.insert(`INSERT INTO mail (source, reverse_path, unknown, forward_paths, client, helo, tls, auth_user,
		received_at, size, sha256, fingerprint, message_id, trusted, checksum, attempts, disposition, reason, handled_at`+column+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'pending', '', 0`+place+`)`, values...)
	if err != nil {
		return 0, 0, fmt.Errorf("keep mail: %w", err)
	}
	id = ticket.MailID(n)
	if _, err := t.exec(`INSERT INTO mail_raw (mail, raw) VALUES ($1, $2)`, id, raw); err != nil {
		return 0, 0, fmt.Errorf("keep raw mail: %w", err)
	}
	if err := errors.Join(t.addFetched(id, m), t.addImported(id, m)); err != nil {
		return 0, 0, err
	}
	if first, err = t.firstOf(m, id); err != nil || first == 0 {
		return id, 0, err
	}
	if _, err := t.exec(`UPDATE mail SET duplicate_of = $1 WHERE id = $2`, first, id); err != nil {
		return 0, 0, fmt.Errorf("mark duplicate: %w", err)
	}
	return id, first, nil
}

// firstOf remembers the fingerprint of the mail with this id. It gives the
// mail that had it before, or 0.
func (t *tx) firstOf(m ticket.Mail, id ticket.MailID) (ticket.MailID, error) {
	n := int64(0)
	err := t.row(`INSERT INTO fingerprint AS f (fingerprint, mail, seen_at) VALUES ($1, $2, $3)
		ON CONFLICT (fingerprint) DO UPDATE SET
			mail = CASE WHEN f.seen_at > excluded.seen_at - $4 THEN f.mail ELSE excluded.mail END,
			seen_at = CASE WHEN f.seen_at > excluded.seen_at THEN f.seen_at ELSE excluded.seen_at END
		RETURNING mail`, m.Fingerprint[:], id, micros(m.ReceivedAt), seenFor.Microseconds()).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("keep fingerprint: %w", err)
	}
	if first := ticket.MailID(n); first != id {
		return first, nil
	}
	return 0, nil
}

func (t *tx) BeginAttempt(id ticket.MailID) (n int, err error) {
	err = t.row(`UPDATE mail SET attempts = attempts + 1 WHERE id = $1 RETURNING attempts`, id).Scan(&n)
	t.touch(ticket.OfMail, int64(id), "")
	return n, found(err, "mail", id)
}

func (t *tx) TakeBackAttempt(id ticket.MailID) error {
	if _, err := t.exec(`UPDATE mail SET attempts = attempts - 1 WHERE id = $1 AND disposition = 'pending' AND attempts > 0`, id); err != nil {
		return fmt.Errorf("take back an attempt at mail %d: %w", id, err)
	}
	t.touch(ticket.OfMail, int64(id), "")
	return nil
}

func (t *tx) Dispose(id ticket.MailID, d ticket.Disposition, reason string, of ticket.ID, when time.Time) error {
	n, err := t.exec(`UPDATE mail SET disposition = $1, reason = $2, ticket = $3, handled_at = $4 WHERE id = $5 AND disposition = 'pending'`,
		d, reason, ref(of), micros(when), id)
	if err != nil {
		return fmt.Errorf("dispose mail %d: %w", id, err)
	}
	if n == 0 {
		m, err := t.Mail(id)
		if err != nil {
			return fmt.Errorf("dispose: %w", err)
		}
		return fmt.Errorf("dispose mail %d as %s: it was disposed before as %s", id, d, m.Disposition)
	}
	t.touch(ticket.OfMail, int64(id), "")
	return nil
}

func (t *tx) Reconsider(id ticket.MailID) error {
	err := t.row(`UPDATE mail SET disposition = 'pending', reason = '', ticket = NULL, handled_at = 0, attempts = 0
		WHERE id = $1 AND disposition = 'quarantined' RETURNING id`, id).Scan(&id)
	t.touch(ticket.OfMail, int64(id), "")
	return found(err, "mail in quarantine", id)
}

func (r *reader) Tally() (ticket.Tally, error) {
	y := ticket.Tally{
		Dispositions: make(map[ticket.Disposition]int64),
		Tickets:      make(map[ticket.Status]int64),
		Outbox:       make(map[ticket.OutboxState]int64),
	}
	// The raw bytes are counted, not the rows that carry the dispositions.
	if err := r.row(`SELECT (SELECT count(*) FROM mail_raw), (SELECT count(*) FROM entry)`).Scan(&y.Accepted, &y.Entries); err != nil {
		return y, fmt.Errorf("tally: %w", err)
	}
	for _, err := range []error{
		countBy(r, y.Dispositions, `SELECT disposition, count(*) FROM mail GROUP BY disposition`),
		countBy(r, y.Tickets, `SELECT status, count(*) FROM ticket GROUP BY status`),
		countBy(r, y.Outbox, `SELECT state, count(*) FROM outbox GROUP BY state`),
	} {
		if err != nil {
			return y, fmt.Errorf("tally: %w", err)
		}
	}
	return y, nil
}
