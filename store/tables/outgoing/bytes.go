package outgoing

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// minShared is the smallest file that is stored once for all mails
// that carry it. For a shorter one a row of its own costs more.
const minShared = 16 << 10

// addOutgoingBytes stores the bytes of a mail: its own, and its files separately.
func (t *Tx) addOutgoingBytes(id ticket.OutboxID, m ticket.OutboxMail) error {
	own, at := []byte{}, 0
	for _, span := range m.Files {
		if span.To-span.From < minShared {
			continue
		}
		file, err := t.outgoingFile(m.Bytes[span.From:span.To])
		if err != nil {
			return err
		}
		if err := t.Put(`INSERT INTO outbox_part (outbox, place, file) VALUES ($1, $2, $3)`, id, span.From, file); err != nil {
			return err
		}
		own, at = append(own, m.Bytes[at:span.From]...), span.To
	}
	own = append(own, m.Bytes[at:]...) // never nil, which would be NULL
	err := t.Put(`INSERT INTO outbox_bytes (outbox, bytes) VALUES ($1, $2)`, id, own)
	return err
}

// outgoingFile returns the number of a file, and stores it if it is new.
func (t *Tx) outgoingFile(file []byte) (id int64, err error) {
	sum := sha256.Sum256(file)
	err = t.read.Row(`SELECT id FROM outbox_file WHERE sha256 = $1`, sum[:]).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return t.Insert(`INSERT INTO outbox_file (sha256, bytes) VALUES ($1, $2)`, sum[:], file)
	}
	return id, err
}

// filePart is a file in a mail.
type filePart struct {
	place int
	bytes []byte
}

// outgoingBytes returns the bytes of a mail that were not dropped: its own, with
// its files inserted.
func (r *Reader) outgoingBytes(m ticket.OutboxMail) (all []byte, err error) {
	var own []byte
	if err := r.Row(`SELECT bytes FROM outbox_bytes WHERE outbox = $1`, m.ID).Scan(&own); err != nil {
		return nil, err
	}
	if int64(len(own)) == m.Size {
		return own, nil
	}
	files, err := sqlrow.Collect(func(row sqlrow.Scanner) (f filePart, err error) {
		err = row.Scan(&f.place, &f.bytes)
		return f, err
	})(r.Query(`SELECT p.place, f.bytes FROM outbox_part p JOIN outbox_file f ON f.id = p.file WHERE p.outbox = $1 ORDER BY p.place`, m.ID))
	if err != nil {
		return nil, err
	}
	all = make([]byte, 0, max(m.Size, int64(len(own))))
	for _, f := range files {
		n := min(max(f.place-len(all), 0), len(own)) // a place out of order is damage, which the hash shows
		all = append(append(all, own[:n]...), f.bytes...)
		own = own[n:]
	}
	return append(all, own...), nil
}

// sentBefore selects mails that were sent before $1 and still have their bytes, in the
// wording of the partial index.
const sentBefore = `state = 'sent' AND dropped_at = 0 AND done_at < $1`

// SentBefore is described at [ticket.OutboxReader].
func (r *Reader) SentBefore(before time.Time) (found bool, err error) {
	err = r.Row(`SELECT EXISTS (SELECT 1 FROM outbox WHERE `+sentBefore+`)`, sqlrow.Micros(before)).Scan(&found)
	return found, err
}

// DropSent is described at [ticket.OutboxUpkeep].
func (t *Tx) DropSent(before, now time.Time, limit int) (int, error) {
	ids, err := sqlrow.Collect(func(row sqlrow.Scanner) (id int64, err error) {
		err = row.Scan(&id)
		return id, err
	})(t.read.Query(`SELECT id FROM outbox WHERE `+sentBefore+` ORDER BY done_at LIMIT $2`, sqlrow.Micros(before), limit))
	if err != nil {
		return 0, fmt.Errorf("drop bytes of sent mails: %w", err)
	}
	for _, id := range ids {
		if err := t.dropBytes(id, now); err != nil {
			return 0, fmt.Errorf("drop bytes of outgoing mail %d: %w", id, err)
		}
	}
	return len(ids), nil
}

// dropBytes forgets the bytes of one mail, and the files that no other mail
// carries.
func (t *Tx) dropBytes(id int64, now time.Time) error {
	files, err := sqlrow.Collect(func(row sqlrow.Scanner) (file int64, err error) {
		err = row.Scan(&file)
		return file, err
	})(t.read.Query(`SELECT DISTINCT file FROM outbox_part WHERE outbox = $1`, id))
	if err != nil {
		return err
	}
	for _, query := range []string{`DELETE FROM outbox_part WHERE outbox = $1`, `DELETE FROM outbox_bytes WHERE outbox = $1`} {
		if err := t.Put(query, id); err != nil {
			return err
		}
	}
	for _, file := range files {
		if err := t.Put(`DELETE FROM outbox_file WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM outbox_part WHERE file = id)`, file); err != nil {
			return err
		}
	}
	err = t.Put(`UPDATE outbox SET dropped_at = $1 WHERE id = $2`, sqlrow.Micros(now), id)
	return err
}

// DropOutgoing drops the bytes of an outgoing mail with the files that no other carries.
// One that waits is cancelled first.
func (t *Tx) DropOutgoing(id ticket.OutboxID, now time.Time) error {
	m, err := t.read.Outgoing(id)
	if err != nil || !m.DroppedAt.IsZero() {
		return err
	}
	if !isDone(m.State) {
		if err := t.SetOutboxState(id, ticket.OutboxCancelled, now); err != nil {
			return err
		}
	}
	return t.dropBytes(int64(id), now)
}

// Carrying returns the outgoing mails that carry a file.
func (r *Reader) Carrying(file int64) ([]ticket.OutboxID, error) {
	return sqlrow.Collect(func(row sqlrow.Scanner) (id ticket.OutboxID, err error) {
		err = row.Scan(&id)
		return id, err
	})(r.Query(`SELECT DISTINCT outbox FROM outbox_part WHERE file = $1`, file))
}
