package tables

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"maildesk/store/memory"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// What became of a mail is recorded in maildesk.db: a row of handled is written once,
// when the mail has its disposition. A mail without one is pending. Attempts
// after those recorded in the journal are counted in begun, which has rows
// for few pending mails.

// Mail is described at [ticket.MailReader].
func (r *Reader) Mail(id ticket.MailID) (ticket.Mail, error) {
	m, err := scanKept(r.Journal().Row(`SELECT `+keptColumns+` FROM mail WHERE id = $1`, id))
	if err != nil {
		return m, sqlrow.Found(err, "mail", id)
	}
	one := []ticket.Mail{m}
	err = r.complete(one)
	return one[0], err
}

// Mails is described at [ticket.MailReader].
func (r *Reader) Mails(d ticket.Disposition, after ticket.MailID, limit int) ([]ticket.Mail, error) {
	var mails []ticket.Mail
	var err error
	switch d {
	case ticket.DispositionPending:
		return r.Pending(after, limit)
	case "":
		mails, err = sqlrow.Collect(scanKept)(r.Journal().Query(`SELECT `+keptColumns+` FROM mail WHERE id > $1 ORDER BY id LIMIT $2`, after, limit))
	default:
		var ids []ticket.MailID
		ids, err = sqlrow.Collect(scanMailID)(r.Query(`SELECT mail FROM handled WHERE disposition = $1 AND mail > $2 ORDER BY mail LIMIT $3`, d, after, limit))
		if err == nil {
			mails, err = r.keptMails(ids)
		}
	}
	if err != nil {
		return nil, err
	}
	return mails, r.complete(mails)
}

// Place is the position of a mail in the order in which mails were handled; Mail breaks
// ties. The zero Place is before all.
type Place struct {
	Place int64
	Mail  ticket.MailID
}

// Handled is a mail that was handled. Loose says that it is of no ticket (spam, a machine's, a copy), and is not
// erased.
type Handled struct {
	Place
	At    time.Time
	Loose bool
}

// The statements of HandledAfter, of which HandledOld and HandledAbove are for whoever looks at their plans. Mails that
// were handled before there were places have all the same one, 0: no page may sort them. PostgreSQL plans a statement once
// for all values after a while, and would take any place for one of few mails: that of very many stands in the statement.
const (
	handledOf = `SELECT place, mail, handled_at, ticket IS NULL AND disposition IN ('spam', 'machine', 'duplicate') AND NOT EXISTS (SELECT 1 FROM erased e WHERE e.mail = h.mail AND e.how = 'out')
		FROM handled h WHERE `
	handledHere  = handledOf + `place = $1 AND mail > $2 ORDER BY mail LIMIT $3`
	HandledOld   = handledOf + `place = 0 AND mail > $1 ORDER BY mail LIMIT $2`
	HandledAbove = handledOf + `place > $1 ORDER BY place, mail LIMIT $2`
)

// HandledAfter returns up to limit mails that were handled, in that order, from behind a place on. It costs what it
// returns, however many there are before.
func (r *Reader) HandledAfter(p Place, limit int) ([]Handled, error) {
	collect := sqlrow.Collect(func(row sqlrow.Scanner) (h Handled, err error) {
		err = row.Scan(&h.Place.Place, &h.Mail, sqlrow.At(&h.At), &h.Loose)
		return h, err
	})
	here, args := handledHere, []any{p.Place, p.Mail, limit}
	if p.Place == 0 {
		here, args = HandledOld, args[1:]
	}
	all, err := collect(r.Query(here, args...))
	if err != nil || len(all) == limit {
		return all, err
	}
	above, err := collect(r.Query(HandledAbove, p.Place, limit-len(all)))
	return append(all, above...), err
}

func scanMailID(row sqlrow.Scanner) (id ticket.MailID, err error) {
	err = row.Scan(&id)
	return id, err
}

// inChunks is the most numbers in one statement.
const inChunks = 500

// keptMails returns mails by their ascending numbers, as the journal has them.
func (r *Reader) keptMails(ids []ticket.MailID) (mails []ticket.Mail, err error) {
	for chunk := range slices.Chunk(ids, inChunks) {
		var c sqlrow.Conditions
		c.In("id", len(chunk), func(i int) any { return chunk[i] })
		page, err := sqlrow.Collect(scanKept)(r.Journal().Query(`SELECT `+keptColumns+` FROM mail`+c.Where()+` ORDER BY id`, c.Args...))
		if err != nil {
			return nil, err
		}
		mails = append(mails, page...)
	}
	return mails, nil
}

// complete adds what became of mails to their rows of the journal.
func (r *Reader) complete(mails []ticket.Mail) error {
	for chunk := range slices.Chunk(mails, inChunks) {
		byID := make(map[ticket.MailID]*ticket.Mail, len(chunk))
		for i := range chunk {
			byID[chunk[i].ID] = &chunk[i]
		}
		var c sqlrow.Conditions
		c.In("mail", len(chunk), func(i int) any { return chunk[i].ID })
		rows, err := r.Query(`SELECT mail, disposition, reason, coalesce(ticket, 0), attempts, handled_at, place FROM handled`+c.Where()+
			` UNION ALL SELECT mail, 'pending', '', 0, attempts, 0, 0 FROM begun`+c.Where(), c.Args...)
		if err != nil {
			return err
		}
		_, err = sqlrow.Collect(func(row sqlrow.Scanner) (_ struct{}, err error) {
			var now ticket.Mail
			err = row.Scan(&now.ID, &now.Disposition, &now.Reason, &now.Ticket, &now.Attempts, sqlrow.At(&now.HandledAt), &now.Place)
			if m := byID[now.ID]; err == nil && m != nil {
				m.Disposition, m.Reason, m.Ticket, m.Attempts, m.HandledAt, m.Place = now.Disposition, now.Reason, now.Ticket, now.Attempts, now.HandledAt, now.Place
			}
			return struct{}{}, err
		})(rows, nil)
		if err != nil {
			return fmt.Errorf("what became of mails: %w", err)
		}
	}
	return nil
}

// BeginAttempt is described at [ticket.MailWriter].
func (t *Tx) BeginAttempt(id ticket.MailID) (int, error) {
	m, err := t.Mail(id)
	if err != nil || m.Disposition != ticket.DispositionPending {
		return m.Attempts, err
	}
	return m.Attempts + 1, t.setAttempts(id, m.Attempts+1)
}

// TakeBackAttempt is described at [ticket.MailWriter].
func (t *Tx) TakeBackAttempt(id ticket.MailID) error {
	m, err := t.Mail(id)
	if err != nil || m.Disposition != ticket.DispositionPending || m.Attempts == 0 {
		return ignoreMissing(err)
	}
	return t.setAttempts(id, m.Attempts-1)
}

func ignoreMissing(err error) error {
	if errors.Is(err, ticket.ErrNotFound) {
		return nil
	}
	return err
}

func (t *Tx) setAttempts(id ticket.MailID, n int) error {
	err := t.Put(`INSERT INTO begun (mail, attempts) VALUES ($1, $2) ON CONFLICT (mail) DO UPDATE SET attempts = excluded.attempts`, id, n)
	if err != nil {
		return fmt.Errorf("count the attempts at mail %d: %w", id, err)
	}
	t.Touch(ticket.OfMail, int64(id), "")
	return nil
}

// Dispose is described at [ticket.MailWriter].
func (t *Tx) Dispose(id ticket.MailID, d ticket.Disposition, reason string, of ticket.ID, when time.Time) error {
	m, err := t.Mail(id)
	if err == nil && m.Disposition != ticket.DispositionPending {
		err = fmt.Errorf("it was disposed before as %s", m.Disposition)
	}
	if err != nil {
		return fmt.Errorf("dispose mail %d as %s: %w", id, d, err)
	}
	err = t.Put(`INSERT INTO handled (mail, disposition, reason, ticket, attempts, handled_at, place)
		VALUES ($1, $2, $3, $4, $5, $6, (SELECT coalesce(max(place), 0) + 1 FROM handled))`,
		id, d, reason, sqlrow.Ref(of), m.Attempts, sqlrow.Micros(when))
	if err == nil {
		err = t.Put(`DELETE FROM begun WHERE mail = $1`, id)
	}
	if err != nil {
		return fmt.Errorf("dispose mail %d: %w", id, err)
	}
	t.Touch(ticket.OfMail, int64(id), "")
	if m.DuplicateOf != 0 {
		t.Touch(ticket.OfCopies, int64(m.DuplicateOf), "")
	}
	return nil
}

// Reconsider is described at [ticket.MailWriter].
func (t *Tx) Reconsider(id ticket.MailID) error {
	n, err := t.Exec(`DELETE FROM handled WHERE mail = $1 AND disposition IN ('quarantined', 'spam')`, id)
	if err == nil && n == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return sqlrow.Found(err, "mail that is set apart", id)
	}
	return t.setAttempts(id, 0)
}

// Tally is described at [ticket.ConditionReader].
func (r *Reader) Tally() (ticket.Tally, error) {
	y := ticket.Tally{
		Dispositions: make(map[ticket.Disposition]int64),
		Tickets:      make(map[ticket.Status]int64),
		Outbox:       make(map[ticket.OutboxState]int64),
	}
	// The raw bytes are counted, not the rows that are handled.
	if err := r.Journal().Row(`SELECT count(*) FROM mail_raw`).Scan(&y.Accepted); err != nil {
		return y, fmt.Errorf("tally: %w", err)
	}
	if err := r.Row(`SELECT count(*) FROM entry`).Scan(&y.Entries); err != nil {
		return y, fmt.Errorf("tally: %w", err)
	}
	for _, err := range []error{
		countBy(r, y.Dispositions, `SELECT disposition, count(*) FROM handled GROUP BY disposition`),
		r.countPending(y.Dispositions, &memory.Front{}),
		countBy(r, y.Tickets, `SELECT status, count(*) FROM ticket GROUP BY status`),
		countBy(r, y.Outbox, `SELECT state, count(*) FROM outbox GROUP BY state`),
	} {
		if err != nil {
			return y, fmt.Errorf("tally: %w", err)
		}
	}
	r.State.Leases.Recount(y.Outbox)
	return y, nil
}
