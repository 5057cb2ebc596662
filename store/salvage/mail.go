package salvage

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"time"

	"maildesk/store/datafolder"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// finding is the work of making the rows of mails whose own cannot be read: of their
// bytes, and of what other tables say of them.
type finding struct {
	ctx     context.Context
	old     *sql.DB // the damaged file with the bytes
	tickets *sql.Tx // of the copies
	mails   *sql.Tx
	given   int64 // the highest number that was given, where that can be read
}

// findMails makes the rows of mails in the copies in a folder. A mail of which
// nothing is left is a lost one.
func (s *Salvaged) findMails(ctx context.Context, into string, given int64, look func(raw []byte) ticket.Mail) error {
	f := finding{ctx: ctx, old: s.mails, given: given}
	for name, tx := range map[string]**sql.Tx{datafolder.File: &f.tickets, datafolder.JournalFile: &f.mails} {
		pool, conn, err := openCopy(ctx, filepath.Join(into, name))
		if err != nil {
			return err
		}
		defer pool.Close()
		defer conn.Close()
		if *tx, err = conn.BeginTx(ctx, nil); err != nil {
			return err
		}
		defer (*tx).Rollback() // does nothing after Commit
	}
	missing, err := f.missingMails()
	if err != nil {
		return err
	}
	for _, id := range missing {
		raw, err := f.raw(id)
		if isDamage(err) || errors.Is(err, sql.ErrNoRows) {
			_, err = f.mails.ExecContext(ctx, `INSERT INTO lost (mail, reason) VALUES ($1, $2) ON CONFLICT DO NOTHING`, id, "neither its row nor its bytes can be read")
		} else if err == nil {
			err = f.makeMail(id, raw, look(raw), time.Now())
		}
		if err != nil {
			return fmt.Errorf("mail %d: %w", id, err)
		}
	}
	unknown, err := f.unknownHandled(s.Lost)
	if err != nil {
		return err
	}
	for _, id := range unknown {
		found, err := f.findHandled(id, time.Now())
		if err == nil {
			err = f.keepHandled(id, found)
		}
		if err != nil {
			return fmt.Errorf("mail %d: %w", id, err)
		}
	}
	return errors.Join(f.mails.Commit(), f.tickets.Commit())
}

func (f *finding) raw(id int64) (raw []byte, err error) {
	err = f.old.QueryRowContext(f.ctx, `SELECT raw FROM mail_raw WHERE mail = $1`, id).Scan(&raw)
	return raw, err
}

// missingMails returns the numbers of mails that were here and have no row.
func (f *finding) missingMails() ([]int64, error) {
	last := f.given
	var n int64
	if err := f.tickets.QueryRowContext(f.ctx, `SELECT max(coalesce((SELECT max(mail) FROM handled), 0), coalesce((SELECT max(mail) FROM entry), 0), coalesce((SELECT max(mail) FROM judgement), 0))`).Scan(&n); err != nil {
		return nil, err
	}
	last = max(last, n)
	if err := f.mails.QueryRowContext(f.ctx, `SELECT coalesce(max(id), 0) FROM mail`).Scan(&n); err != nil {
		return nil, err
	}
	last = max(last, n)
	if err := f.old.QueryRowContext(f.ctx, `SELECT coalesce(max(mail), 0) FROM mail_raw`).Scan(&n); err == nil {
		last = max(last, n)
	} else if !isDamage(err) {
		return nil, err
	}
	there, err := sqlrow.Collect(sqlrow.ScanID)(f.mails.QueryContext(f.ctx, `SELECT id FROM mail UNION SELECT mail FROM lost ORDER BY 1`))
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
// left open.
func (f *finding) makeMail(id int64, raw []byte, m ticket.Mail, now time.Time) error {
	found, err := f.findHandled(id, now)
	if err != nil {
		return err
	}
	came, source := found.at, "pipe"
	if !found.said {
		if err := f.mails.QueryRowContext(f.ctx, `SELECT coalesce((SELECT received_at FROM mail WHERE id < $1 ORDER BY id DESC LIMIT 1), $2)`, id, found.at).Scan(&came); err != nil {
			return err
		}
	}
	if err := f.mails.QueryRowContext(f.ctx, `SELECT CASE WHEN EXISTS (SELECT 1 FROM imported WHERE mail = $1) THEN 'import'
		WHEN EXISTS (SELECT 1 FROM fetched WHERE mail = $1) THEN 'imap' ELSE 'pipe' END`, id).Scan(&source); err != nil {
		return err
	}
	sum := sha256.Sum256(raw)
	values := sqlrow.Clean([]any{source, "", 1, "", "", "", 0, "", came, len(raw), sum[:], m.Fingerprint[:], m.MessageID, 0})
	_, err = f.mails.ExecContext(f.ctx, `INSERT INTO mail (id, source, reverse_path, unknown, forward_paths, client, helo, tls, auth_user,
		received_at, size, sha256, fingerprint, message_id, trusted, attempts, checksum)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1, $16)`, append(append([]any{id}, values...), sqlrow.Sum(values...))...)
	if err != nil {
		return err
	}
	return f.keepHandled(id, found)
}

// whatBecame is what is known of how a mail was handled.
type whatBecame struct {
	disposition ticket.Disposition
	reason      string
	of          sql.NullInt64
	at          int64
	said        bool // an entry or a row of handled says so
}

// findHandled finds what became of a mail. One of which no table says it waits in
// quarantine for a person.
func (f *finding) findHandled(id int64, now time.Time) (w whatBecame, err error) {
	w = whatBecame{disposition: ticket.DispositionQuarantined, reason: "its row cannot be read, and nothing else says what became of it", at: sqlrow.Micros(now)}
	err = f.tickets.QueryRowContext(f.ctx, `SELECT disposition, reason, ticket, handled_at FROM handled WHERE mail = $1`, id).Scan(&w.disposition, &w.reason, &w.of, &w.at)
	if !errors.Is(err, sql.ErrNoRows) {
		w.said = err == nil
		return w, err
	}
	var kind string
	var first bool
	err = f.tickets.QueryRowContext(f.ctx, `SELECT at, ticket, kind, mail = (SELECT mail FROM entry WHERE ticket = e.ticket AND mail IS NOT NULL ORDER BY id LIMIT 1)
		FROM entry e WHERE mail = $1 AND kind <> 'system' ORDER BY id LIMIT 1`, id).Scan(&w.at, &w.of, &kind, &first)
	if errors.Is(err, sql.ErrNoRows) {
		return w, nil
	}
	if err != nil {
		return w, err
	}
	w.said, w.reason, w.disposition = true, "", ticket.DispositionAppended
	if kind == string(ticket.EntryMachine) {
		w.disposition = ticket.DispositionMachine
	} else if first {
		w.disposition = ticket.DispositionNew
	}
	return w, nil
}

func (f *finding) keepHandled(id int64, w whatBecame) error {
	_, err := f.tickets.ExecContext(f.ctx, `INSERT INTO handled (mail, disposition, reason, ticket, attempts, handled_at) VALUES ($1, $2, $3, $4, 1, $5) ON CONFLICT DO NOTHING`,
		id, w.disposition, w.reason, w.of, w.at)
	return err
}

// unknownHandled returns the mails that may have a row of handled among those that
// cannot be read.
func (f *finding) unknownHandled(lost []Unreadable) (ids []int64, err error) {
	var last int64
	if err := f.tickets.QueryRowContext(f.ctx, `SELECT coalesce(max(mail), 0) FROM handled`).Scan(&last); err != nil {
		return nil, err
	}
	for _, u := range lost {
		if u.Table != "handled" {
			continue
		}
		if u.To > last {
			u.To = math.MaxInt64 // nobody knows how many there were
		}
		some, err := sqlrow.Collect(sqlrow.ScanID)(f.mails.QueryContext(f.ctx, `SELECT id FROM mail WHERE id >= $1 AND id <= $2`, u.From, u.To))
		if err != nil {
			return nil, err
		}
		ids = append(ids, some...)
	}
	return ids, nil
}
