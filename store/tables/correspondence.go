package tables

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"maildesk/store/datafolder"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

const participantColumns = `id, ticket, address, name, role, proven, has_left`

func scanParticipant(row sqlrow.Scanner) (p ticket.Participant, err error) {
	err = row.Scan(&p.ID, &p.Ticket, &p.Address, &p.Name, &p.Role, &p.Proven, &p.Left)
	return p, err
}

// Participants is described at [ticket.TicketReader].
func (r *Reader) Participants(t ticket.ID) ([]ticket.Participant, error) {
	return sqlrow.Collect(scanParticipant)(r.Query(`SELECT `+participantColumns+` FROM participant WHERE ticket = $1 ORDER BY id`, t))
}

// Participant is described at [ticket.TicketReader].
func (r *Reader) Participant(id ticket.ParticipantID) (ticket.Participant, error) {
	p, err := scanParticipant(r.Row(`SELECT `+participantColumns+` FROM participant WHERE id = $1`, id))
	return p, sqlrow.Found(err, "participant", id)
}

// TakesPart is described at [ticket.TicketReader].
func (r *Reader) TakesPart(address string) (bool, error) {
	var known bool
	err := r.Row(`SELECT EXISTS (SELECT 1 FROM participant WHERE address_key = $1 AND role <> 'agent')`, sqlrow.Key(address)).Scan(&known)
	return known, err
}

// AddParticipant is described at [ticket.TicketWriter].
func (t *Tx) AddParticipant(p ticket.Participant) (ticket.Participant, error) {
	known, err := scanParticipant(t.Row(`SELECT `+participantColumns+` FROM participant WHERE ticket = $1 AND address_key = $2 AND role = $3`,
		p.Ticket, sqlrow.Key(p.Address), p.Role))
	if err == nil {
		return known, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return p, fmt.Errorf("keep participant: %w", err)
	}
	id, err := t.Number(datafolder.ParticipantNumbers, int64(p.ID))
	if err != nil {
		return p, err
	}
	p.ID = ticket.ParticipantID(id)
	values := []any{p.Ticket, p.Address, sqlrow.Key(p.Address), p.Name, p.Role}
	err = t.Put(`INSERT INTO participant (ticket, address, address_key, name, role, checksum, proven, has_left, id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		append(values, sqlrow.Sum(values...), sqlrow.Flag(p.Proven), sqlrow.Flag(p.Left), id)...)
	if err != nil {
		return p, fmt.Errorf("keep participant: %w", err)
	}
	t.Touch(ticket.OfPeople, int64(p.Ticket), "")
	t.Touch(ticket.OfPeople, 0, sqlrow.Key(p.Address))
	return p, nil
}

// SetProven is described at [ticket.TicketWriter].
func (t *Tx) SetProven(id ticket.ParticipantID) error {
	var of int64
	err := t.Row(`UPDATE participant SET proven = 1 WHERE id = $1 RETURNING ticket`, id).Scan(&of)
	t.Touch(ticket.OfPeople, of, "")
	return sqlrow.Found(err, "participant", id)
}

// SetLeft is described at [ticket.TicketWriter].
func (t *Tx) SetLeft(id ticket.ParticipantID, left bool) error {
	var of int64
	err := t.Row(`UPDATE participant SET has_left = $1 WHERE id = $2 RETURNING ticket`, sqlrow.Flag(left), id).Scan(&of)
	t.Touch(ticket.OfPeople, of, "")
	return sqlrow.Found(err, "participant", id)
}

// The latest texts of a ticket are read whole up to maxTexts bytes, older ones up to
// shortText bytes each: adding to a ticket must not cost more the
// longer the ticket is.
const (
	maxTexts  = 16 << 20
	shortText = 4 << 10
)

// Correspondence is described at [ticket.CorrespondenceReader].
func (r *Reader) Correspondence(t ticket.ID) ([]ticket.Entry, error) {
	size := 0
	entries, err := sqlrow.Collect(func(row sqlrow.Scanner) (e ticket.Entry, err error) {
		e, err = scanEntry(row)
		if size += len(e.Text) + len(e.Full); size > maxTexts {
			e.Text, e.Full = shortened(e.Text), shortened(e.Full)
		}
		return e, err
	})(r.Query(`SELECT `+entryColumns+` FROM entry WHERE ticket = $1 ORDER BY id DESC`, t))
	slices.Reverse(entries)
	return entries, err
}

// LatestEntries is described at [ticket.CorrespondenceReader].
func (r *Reader) LatestEntries(t ticket.ID, limit int) ([]ticket.Entry, error) {
	return sqlrow.Collect(scanEntry)(r.Query(`SELECT `+entryColumns+` FROM entry WHERE ticket = $1 ORDER BY id DESC LIMIT $2`, t, limit))
}

// EntriesBefore is described at [ticket.CorrespondenceReader].
func (r *Reader) EntriesBefore(t ticket.ID, before int64, limit int) ([]ticket.Entry, error) {
	if before == 0 {
		return r.LatestEntries(t, limit)
	}
	return sqlrow.Collect(scanEntry)(r.Query(`SELECT `+entryColumns+` FROM entry WHERE ticket = $1 AND id < $2 ORDER BY id DESC LIMIT $3`, t, before, limit))
}

const entryColumns = `id, ticket, coalesce(mail, 0), kind, author, name, subject, text, full_text, at`

func scanEntry(row sqlrow.Scanner) (e ticket.Entry, err error) {
	err = row.Scan(&e.ID, &e.Ticket, &e.Mail, &e.Kind, &e.Author, &e.Name, &e.Subject, &e.Text, &e.Full, sqlrow.At(&e.At))
	return e, err
}

// shortened returns the beginning of a long text in memory of its own.
func shortened(s string) string {
	if len(s) <= shortText {
		return s
	}
	return strings.ToValidUTF8(strings.Clone(s[:shortText]), "") + "…"
}

// ThreadOf is described at [ticket.CorrespondenceReader].
func (r *Reader) ThreadOf(t ticket.ID) ([]string, error) {
	// Few mails have no Message-ID, so few older ones are needed in their place.
	const most, look = 20, 100
	mails, err := sqlrow.Collect(scanMailID)(r.Query(`SELECT mail FROM entry
		WHERE ticket = $1 AND kind = $2 AND mail IS NOT NULL ORDER BY id DESC LIMIT $3`, t, ticket.EntryMessage, look))
	if err != nil || len(mails) == 0 {
		return nil, err
	}
	known, err := r.messageIDs(mails)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, mail := range mails {
		if id := known[mail]; id != "" && len(ids) < most {
			ids = append(ids, id)
		}
	}
	slices.Reverse(ids)
	return ids, nil
}

// messageIDs returns the Message-IDs of mails.
func (r *Reader) messageIDs(mails []ticket.MailID) (map[ticket.MailID]string, error) {
	ids := make(map[ticket.MailID]string, len(mails))
	var c sqlrow.Conditions
	c.In("id", len(mails), func(i int) any { return mails[i] })
	_, err := sqlrow.Collect(func(row sqlrow.Scanner) (_ struct{}, err error) {
		var mail ticket.MailID
		var id string
		err = row.Scan(&mail, &id)
		ids[mail] = id
		return struct{}{}, err
	})(r.Journal().Query(`SELECT id, message_id FROM mail`+c.Where(), c.Args...))
	return ids, err
}

// AddEntry is described at [ticket.CorrespondenceWriter].
func (t *Tx) AddEntry(e ticket.Entry) (int64, error) {
	values := []any{e.Ticket, sqlrow.Ref(e.Mail), e.Kind, e.Author, e.Name, e.Subject, e.Text, e.Full, sqlrow.Micros(e.At)}
	id, err := t.Insert(`INSERT INTO entry (ticket, mail, kind, author, name, subject, text, full_text, at, checksum)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, append(values, sqlrow.Sum(values...))...)
	if err != nil {
		return 0, fmt.Errorf("keep entry: %w", err)
	}
	t.Touch(ticket.OfEntries, int64(e.Ticket), "")
	e.ID = id
	t.IndexEntry(e)
	return id, nil
}

// MakeNote leaves a wrong checksum wrong.
func (t *Tx) MakeNote(id ticket.ID, mail ticket.MailID) error {
	answers, err := sqlrow.Collect(scanEntry)(t.Query(`SELECT `+entryColumns+` FROM entry WHERE ticket = $1 AND mail = $2 AND kind = $3`, id, mail, ticket.EntryReply))
	for _, e := range answers {
		sum := func(kind ticket.EntryKind) int64 {
			return sqlrow.Sum(e.Ticket, sqlrow.Ref(e.Mail), kind, e.Author, e.Name, e.Subject, e.Text, e.Full, sqlrow.Micros(e.At))
		}
		if _, err := t.Exec(`UPDATE entry SET kind = $1, checksum = CASE WHEN checksum = $2 THEN $3 ELSE checksum END WHERE id = $4`,
			ticket.EntryNote, sum(ticket.EntryReply), sum(ticket.EntryNote), e.ID); err != nil {
			return fmt.Errorf("make an answer a note: %w", err)
		}
	}
	if err != nil {
		return fmt.Errorf("find an answer: %w", err)
	}
	t.Touch(ticket.OfEntries, int64(id), "")
	return nil
}

// auditedColumns are the columns of an event that its row of the audit covers. No migration can digest them anew, as the
// chain covers the digest: so they never change, and a new column stands behind them in eventColumns alone.
const auditedColumns = "ticket, at, kind, actor, from_value, to_value, topic, reason, number, until, mail, other_mail, other_ticket, outgoing"

// eventColumns are the columns of an event, in the order of its checksum.
const eventColumns = auditedColumns

// Events is described at [ticket.CorrespondenceReader].
func (r *Reader) Events(t ticket.ID, kinds ...ticket.EventKind) ([]ticket.Event, error) {
	return r.EventsOfAll([]ticket.ID{t}, kinds...)
}

// EventsOfAll is described at [ticket.CorrespondenceReader].
func (r *Reader) EventsOfAll(tickets []ticket.ID, kinds ...ticket.EventKind) ([]ticket.Event, error) {
	var c sqlrow.Conditions
	order := ` ORDER BY ticket, id`
	if len(tickets) == 1 {
		c.Add("ticket = ", tickets[0])
		order = ` ORDER BY id`
	} else {
		c.In("ticket", len(tickets), func(i int) any { return tickets[i] })
	}
	if len(kinds) > 0 {
		c.In("kind", len(kinds), func(i int) any { return kinds[i] })
	}
	return r.events(c.Where()+order, c.Args...)
}

// EventsAfter is described at [ticket.CorrespondenceReader].
func (r *Reader) EventsAfter(after int64, limit int, kinds ...ticket.EventKind) ([]ticket.Event, error) {
	var c sqlrow.Conditions
	c.Add("id > ", after)
	if len(kinds) > 0 {
		c.In("kind", len(kinds), func(i int) any { return kinds[i] })
	}
	return r.events(c.Where()+` ORDER BY id`+c.Limit(limit), c.Args...)
}

// RatedSince uses the wording of the index event_rated.
func (r *Reader) RatedSince(since time.Time) ([]ticket.Event, error) {
	return r.events(` WHERE kind = 'rated' AND at >= $1 ORDER BY id`, sqlrow.Micros(since))
}

func (r *Reader) events(where string, args ...any) ([]ticket.Event, error) {
	return sqlrow.Collect(func(row sqlrow.Scanner) (e ticket.Event, err error) {
		err = row.Scan(&e.ID, &e.Ticket, sqlrow.At(&e.At), &e.Kind, &e.Actor, &e.From, &e.To, &e.Topic, &e.Reason, &e.Number, sqlrow.At(&e.Until),
			&e.Mail, &e.OtherMail, &e.OtherTicket, &e.Outgoing)
		return e, err
	})(r.Query(`SELECT id, ticket, at, kind, actor, from_value, to_value, topic, reason, number, until,
		coalesce(mail, 0), coalesce(other_mail, 0), coalesce(other_ticket, 0), coalesce(outgoing, 0) FROM event`+where, args...))
}

// AddEvent is described at [ticket.CorrespondenceWriter].
func (t *Tx) AddEvent(e ticket.Event) (int64, error) {
	if e.ID == 0 {
		var err error
		if e.ID, err = t.State.Take(string(ticket.EventNumber)); err != nil {
			return 0, err
		}
	}
	values := []any{e.Ticket, sqlrow.Micros(e.At), e.Kind, e.Actor, e.From, e.To, e.Topic, e.Reason, e.Number, sqlrow.Micros(e.Until),
		sqlrow.Ref(e.Mail), sqlrow.Ref(e.OtherMail), sqlrow.Ref(e.OtherTicket), sqlrow.Ref(e.Outgoing)}
	err := t.Put(`INSERT INTO event (`+eventColumns+`, checksum, id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`, append(values, sqlrow.Sum(values...), e.ID)...)
	if err != nil {
		return 0, fmt.Errorf("keep event: %w", err)
	}
	t.Touch(ticket.OfEvents, int64(e.Ticket), "")
	return e.ID, t.audit(e, values)
}

// FindMessageID is described at [ticket.CorrespondenceReader].
func (r *Reader) FindMessageID(id string) ([]ticket.MessageRef, error) {
	return sqlrow.Collect(func(row sqlrow.Scanner) (m ticket.MessageRef, err error) {
		err = row.Scan(&m.MessageID, &m.Ticket, &m.Mail, &m.Participant, &m.Own)
		return m, err
	})(r.Query(`SELECT message_id, ticket, coalesce(mail, 0), coalesce(participant, 0), own FROM message_ref WHERE message_id = $1 ORDER BY id`, id))
}

// AddMessageRef is described at [ticket.CorrespondenceWriter].
func (t *Tx) AddMessageRef(m ticket.MessageRef) error {
	values := []any{m.MessageID, m.Ticket, sqlrow.Ref(m.Mail), sqlrow.Ref(m.Participant), sqlrow.Flag(m.Own)}
	err := t.Put(`INSERT INTO message_ref (message_id, ticket, mail, participant, own, checksum) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		append(values, sqlrow.Sum(values...))...)
	if err != nil {
		return fmt.Errorf("keep Message-ID: %w", err)
	}
	t.Touch(ticket.OfMessageID, 0, m.MessageID)
	return nil
}
