package tables

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// addImported stores what an import knows about a mail.
func (t *Tx) addImported(m ticket.Mail) error {
	i := m.Envelope.Imported
	if i == nil {
		return nil
	}
	if err := t.Put(`INSERT INTO imported (mail, at, open, mark) VALUES ($1, $2, $3, $4)`, m.ID, sqlrow.Micros(i.At), sqlrow.Flag(i.Open), i.Mark); err != nil {
		return fmt.Errorf("keep what is known of imported mail %d: %w", m.ID, err)
	}
	return nil
}

// Imported is described at [ticket.MailReader].
func (r *Reader) Imported(id ticket.MailID) (i ticket.Imported, err error) {
	err = r.Journal().Row(`SELECT at, open, mark FROM imported WHERE mail = $1`, id).Scan(sqlrow.At(&i.At), &i.Open, &i.Mark)
	return i, sqlrow.Found(err, "imported mail", id)
}

// importedOf reports which of these mails came by an import.
func (r *Reader) importedOf(mails []ticket.MailID) (map[ticket.MailID]bool, error) {
	imported := map[ticket.MailID]bool{}
	for chunk := range slices.Chunk(mails, inChunks) {
		var c sqlrow.Conditions
		c.In("id", len(chunk), func(i int) any { return chunk[i] })
		ids, err := sqlrow.Collect(scanMailID)(r.Journal().Query(`SELECT id FROM mail`+c.Where()+` AND source = 'import'`, c.Args...))
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			imported[id] = true
		}
	}
	return imported, nil
}

// TicketMarked is described at [ticket.MailReader].
func (r *Reader) TicketMarked(mark string) (id ticket.ID, err error) {
	mails, err := sqlrow.Collect(scanMailID)(r.Journal().Query(`SELECT mail FROM imported WHERE mark = $1 AND mark <> '' ORDER BY mail`, mark))
	for chunk := range slices.Chunk(mails, inChunks) {
		if err != nil || id != 0 {
			break
		}
		var c sqlrow.Conditions
		c.In("mail", len(chunk), func(i int) any { return chunk[i] })
		err = r.Row(`SELECT ticket FROM handled`+c.Where()+` AND ticket IS NOT NULL ORDER BY mail LIMIT 1`, c.Args...).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
	}
	return id, err
}
