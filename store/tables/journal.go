package tables

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// The journal is read with scanKept; the rest of a mail (what became of it) comes from
// maildesk.db: see handled.go.

const keptColumns = `id, source, reverse_path, unknown, forward_paths, client, helo, tls, auth_user,
	received_at, size, sha256, fingerprint, message_id, trusted, coalesce(duplicate_of, 0), attempts`

// scanKept reads a row of the journal, as a pending mail.
func scanKept(row sqlrow.Scanner) (m ticket.Mail, err error) {
	e := &m.Envelope
	m.Disposition = ticket.DispositionPending
	err = row.Scan(&m.ID, &e.Source, &e.ReversePath, &e.Unknown, sqlrow.ListOf(&e.ForwardPaths), &e.Client, &e.Helo, &e.TLS, &e.AuthUser,
		sqlrow.At(&m.ReceivedAt), &m.Size, sqlrow.Digest(&m.SHA256), sqlrow.Digest(&m.Fingerprint), &m.MessageID, &m.Trusted, &m.DuplicateOf, &m.Attempts)
	return m, err
}

// Raw is described at [ticket.MailReader].
func (r *Reader) Raw(id ticket.MailID) (raw []byte, err error) {
	err = r.Journal().Row(`SELECT raw FROM mail_raw WHERE mail = $1`, id).Scan(&raw)
	return raw, sqlrow.Found(err, "raw mail", id)
}

// DuplicatesOf is described at [ticket.MailReader].
func (r *Reader) DuplicatesOf(id ticket.MailID) ([]ticket.Mail, error) {
	mails, err := sqlrow.Collect(scanKept)(r.Journal().Query(`SELECT `+keptColumns+` FROM mail WHERE duplicate_of = $1 ORDER BY id`, id))
	if err != nil {
		return nil, err
	}
	return mails, r.complete(mails)
}

// OtherCopies is described at [ticket.MailReader].
func (r *Reader) OtherCopies(id ticket.MailID) ([]ticket.Mail, error) {
	all, err := sqlrow.Collect(scanMailID)(r.Journal().Query(`SELECT id FROM mail WHERE duplicate_of = $1 ORDER BY id`, id))
	if err != nil {
		return nil, err
	}
	var others []ticket.MailID
	for chunk := range slices.Chunk(all, inChunks) {
		var c sqlrow.Conditions
		c.In("mail", len(chunk), func(i int) any { return chunk[i] })
		page, err := sqlrow.Collect(scanMailID)(r.Query(`SELECT mail FROM handled`+c.Where()+` AND disposition <> 'duplicate' ORDER BY mail`, c.Args...))
		if err != nil {
			return nil, err
		}
		others = append(others, page...)
	}
	mails, err := r.keptMails(others)
	if err != nil {
		return nil, err
	}
	return mails, r.complete(mails)
}

// FindFingerprint is described at [ticket.MailReader].
func (r *Reader) FindFingerprint(f [32]byte) (id ticket.MailID, err error) {
	id, _, err = r.seen(f)
	return id, err
}

// FirstOf is described at [ticket.MailReader].
func (r *Reader) FirstOf(f [32]byte, at time.Time) (ticket.MailID, error) {
	first, last, err := r.seen(f)
	if err != nil || first == 0 || !last.After(at.Add(-seenFor)) {
		return 0, err
	}
	return first, nil
}

// seen returns the first mail with a fingerprint (0: none), and when a copy last came.
func (r *Reader) seen(f [32]byte) (first ticket.MailID, last time.Time, err error) {
	err = r.Journal().Row(`SELECT mail, seen_at FROM fingerprint WHERE fingerprint = $1`, f[:]).Scan(&first, sqlrow.At(&last))
	if errors.Is(err, sql.ErrNoRows) {
		return 0, last, nil
	}
	if err != nil {
		return 0, last, fmt.Errorf("fingerprint %x: %w", f[:4], err)
	}
	return first, last, nil
}

// seenFor is how long a fingerprint is remembered after its last copy.
const seenFor = 30 * 24 * time.Hour

// Keep writes the rows of a mail, each in its final form.
func (t *Tx) Keep(m ticket.Mail, raw []byte) (ticket.Mail, bool, error) {
	if known, err := t.fetchedBefore(m); err != nil || known != 0 {
		return ticket.Mail{ID: known}, known != 0, err
	}
	if raw == nil {
		raw = []byte{} // nil would be NULL
	}
	m.Size, m.Disposition = int64(len(raw)), ticket.DispositionPending
	first, last, err := t.seen(m.Fingerprint)
	if err != nil {
		return m, false, err
	}
	if m.DuplicateOf = first; !last.After(m.ReceivedAt.Add(-seenFor)) {
		m.DuplicateOf = 0
	}
	if err := t.insertMail(&m); err != nil {
		return m, false, fmt.Errorf("keep mail: %w", err)
	}
	if err := t.Put(`INSERT INTO mail_raw (mail, raw) VALUES ($1, $2)`, m.ID, raw); err != nil {
		return m, false, fmt.Errorf("keep raw mail: %w", err)
	}
	if m.DuplicateOf == 0 {
		first = m.ID
	}
	if m.ReceivedAt.After(last) || m.DuplicateOf == 0 {
		last = m.ReceivedAt
	}
	if err := t.Put(`INSERT INTO fingerprint (fingerprint, mail, seen_at) VALUES ($1, $2, $3)
		ON CONFLICT (fingerprint) DO UPDATE SET mail = excluded.mail, seen_at = excluded.seen_at`, m.Fingerprint[:], first, sqlrow.Micros(last)); err != nil {
		return m, false, fmt.Errorf("keep fingerprint: %w", err)
	}
	return m, false, errors.Join(t.addFetched(m), t.addImported(m), t.addAuthentication(m))
}

// insertMail writes the row of a mail, and sets its number if that is 0.
func (t *Tx) insertMail(m *ticket.Mail) error {
	e := m.Envelope
	values, column, place := []any{e.Source, e.ReversePath, sqlrow.Flag(e.Unknown), sqlrow.List(e.ForwardPaths), e.Client, e.Helo, sqlrow.Flag(e.TLS), e.AuthUser,
		sqlrow.Micros(m.ReceivedAt), m.Size, m.SHA256[:], m.Fingerprint[:], m.MessageID, sqlrow.Flag(m.Trusted)}, "", ""
	values = append(values, sqlrow.Sum(values...), sqlrow.Ref(m.DuplicateOf), m.Attempts)
	if m.ID != 0 {
		values, column, place = append(values, m.ID), ", id", ", $18"
	}
	n, err := t.Insert(`INSERT INTO mail (source, reverse_path, unknown, forward_paths, client, helo, tls, auth_user,
		received_at, size, sha256, fingerprint, message_id, trusted, checksum, duplicate_of, attempts`+column+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17`+place+`)`, values...)
	if err == nil && m.ID != 0 {
		err = t.Engine.Raise(t.Ctx, t.Q, "mail", n)
	}
	m.ID = ticket.MailID(n)
	return err
}

// fetchedBefore returns the mail that was fetched from the same place of a mailbox
// with the same bytes, 0 if there is none. There is one if the desk died between the commit to the journal
// and that to the mailbox's ledger.
func (t *Tx) fetchedBefore(m ticket.Mail) (id ticket.MailID, err error) {
	f := m.Envelope.Fetched
	if f == nil || m.ID != 0 {
		return 0, nil
	}
	err = t.Row(`SELECT m.id FROM fetched f JOIN mail m ON m.id = f.mail
		WHERE f.mailbox = $1 AND f.uid_validity = $2 AND f.uid = $3 AND m.sha256 = $4 ORDER BY m.id LIMIT 1`, f.Mailbox, f.UIDValidity, f.UID, m.SHA256[:]).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// addFetched stores how a mail was found in a mailbox.
func (t *Tx) addFetched(m ticket.Mail) error {
	f := m.Envelope.Fetched
	if f == nil {
		return nil
	}
	err := t.Put(`INSERT INTO fetched (mail, mailbox, uid_validity, uid, arrived_at, relisted, whole) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		m.ID, f.Mailbox, f.UIDValidity, f.UID, sqlrow.Micros(f.ArrivedAt), sqlrow.Flag(f.Relisted), f.Whole)
	if err != nil {
		return fmt.Errorf("keep how mail %d was fetched: %w", m.ID, err)
	}
	return nil
}

// Fetched is described at [ticket.LedgerReader].
func (r *Reader) Fetched(id ticket.MailID) (f ticket.Fetched, err error) {
	err = r.Journal().Row(`SELECT mailbox, uid_validity, uid, arrived_at, relisted, whole FROM fetched WHERE mail = $1`, id).
		Scan(&f.Mailbox, &f.UIDValidity, &f.UID, sqlrow.At(&f.ArrivedAt), &f.Relisted, &f.Whole)
	return f, sqlrow.Found(err, "fetched mail", id)
}
