package store

import (
	"database/sql"
	"errors"
	"fmt"
	"maildesk/ticket"
)

// addImported keeps what an import knows of a mail.
func (t *tx) addImported(id ticket.MailID, m ticket.Mail) error {
	i := m.Envelope.Imported
	if i == nil {
		return nil
	}
	if _, err := t.exec(`INSERT INTO imported (mail, at, open, mark) VALUES ($1, $2, $3, $4)`, id, micros(i.At), flag(i.Open), i.Mark); err != nil {
		return fmt.Errorf("keep what is known of imported mail %d: %w", id, err)
	}
	return nil
}

func (r *reader) Imported(id ticket.MailID) (i ticket.Imported, err error) {
	err = r.row(`SELECT at, open, mark FROM imported WHERE mail = $1`, id).Scan(at(&i.At), &i.Open, &i.Mark)
	return i, found(err, "imported mail", id)
}

func (r *reader) TicketMarked(mark string) (id ticket.ID, err error) {
	err = r.row(`SELECT m.ticket FROM imported i JOIN mail m ON m.id = i.mail WHERE i.mark = $1 AND i.mark <> '' AND m.ticket IS NOT NULL ORDER BY i.mail LIMIT 1`, mark).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}
