package tables

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"maildesk/store/datafolder"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

const ticketColumns = `id, subject, address, requester, name, status, category, kind, priority, queue, level, assignee, language,
	tags, rules, coalesce(follows, 0), coalesce(merged, 0), created_at, updated_at, resolved_at, informed_at, closed_at, wake_at,
	target, due_first_response, due_update, due_resolution, target_at, round, await_at, plan_at`

func scanTicket(row sqlrow.Scanner) (t ticket.Ticket, err error) {
	err = row.Scan(&t.ID, &t.Subject, &t.Address, &t.Requester, &t.Name, &t.Status, &t.Category, &t.Kind, &t.Priority, &t.Queue, &t.Level, &t.Assignee, &t.Language,
		sqlrow.ListOf(&t.Tags), sqlrow.ListOf(&t.Rules), &t.Follows, &t.Merged, sqlrow.At(&t.CreatedAt), sqlrow.At(&t.UpdatedAt), sqlrow.At(&t.ResolvedAt), sqlrow.At(&t.InformedAt), sqlrow.At(&t.ClosedAt), sqlrow.At(&t.WakeAt),
		&t.Target, sqlrow.At(&t.DueFirstResponse), sqlrow.At(&t.DueUpdate), sqlrow.At(&t.DueResolution), sqlrow.At(&t.TargetAt), &t.Round, sqlrow.At(&t.AwaitAt), sqlrow.At(&t.PlanAt))
	return t, err
}

// ticketValues are the values of a ticket in the order of both statements below.
func ticketValues(t *ticket.Ticket) []any {
	values := []any{t.Subject, t.Address, t.Requester, sqlrow.Key(t.Requester), t.Name, t.Status, t.Category, t.Kind, t.Priority, t.Queue, t.Level, t.Assignee, t.Language,
		sqlrow.List(t.Tags), sqlrow.List(t.Rules), sqlrow.Ref(t.Follows), sqlrow.Ref(t.Merged), sqlrow.Micros(t.CreatedAt), sqlrow.Micros(t.UpdatedAt), sqlrow.Micros(t.ResolvedAt), sqlrow.Micros(t.InformedAt), sqlrow.Micros(t.ClosedAt), sqlrow.Micros(t.WakeAt),
		t.Target, sqlrow.Micros(t.DueFirstResponse), sqlrow.Micros(t.DueUpdate), sqlrow.Micros(t.DueResolution), sqlrow.Micros(t.TargetAt), t.Round, sqlrow.Micros(t.AwaitAt), sqlrow.Micros(t.PlanAt)}
	return append(values, sqlrow.Sum(values...))
}

func (t *Tx) InsertTicket(made ticket.Ticket) (ticket.ID, error) {
	id, err := t.number(datafolder.TicketNumbers, int64(made.ID))
	if err != nil {
		return 0, err
	}
	_, err = t.exec(`INSERT INTO ticket (subject, address, requester, requester_key, name, status, category, kind, priority, queue, level, assignee, language,
		tags, rules, follows, merged, created_at, updated_at, resolved_at, informed_at, closed_at, wake_at,
		target, due_first_response, due_update, due_resolution, target_at, round, await_at, plan_at, checksum, id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)`,
		append(ticketValues(&made), id)...)
	if err != nil {
		return 0, fmt.Errorf("keep ticket: %w", err)
	}
	t.touch(ticket.OfTicket, id, "")
	t.touch(ticket.OfRequests, 0, "")
	t.touch(ticket.OfRequester, 0, sqlrow.Key(made.Requester))
	if made.Assignee != "" {
		t.touch(ticket.OfAssignees, 0, "")
	}
	t.index(-id, made.Subject)
	return ticket.ID(id), nil
}

func (t *Tx) Overtake(id ticket.ID) error {
	t.touch(ticket.OfTicket, int64(id), "")
	return nil
}

func (t *Tx) UpdateTicket(changed ticket.Ticket) error {
	var was ticket.Ticket
	err := t.row(`SELECT subject, requester, assignee, status FROM ticket WHERE id = $1`, changed.ID).Scan(&was.Subject, &was.Requester, &was.Assignee, &was.Status)
	if err != nil {
		return sqlrow.Found(err, "ticket", changed.ID)
	}
	_, err = t.exec(`UPDATE ticket SET subject = $1, address = $2, requester = $3, requester_key = $4, name = $5, status = $6, category = $7, kind = $8, priority = $9,
		queue = $10, level = $11, assignee = $12, language = $13, tags = $14, rules = $15, follows = $16, merged = $17, created_at = $18, updated_at = $19, resolved_at = $20,
		informed_at = $21, closed_at = $22, wake_at = $23, target = $24, due_first_response = $25, due_update = $26, due_resolution = $27, target_at = $28,
		round = $29, await_at = $30, plan_at = $31, checksum = $32 WHERE id = $33`, append(ticketValues(&changed), changed.ID)...)
	if err != nil {
		return fmt.Errorf("change ticket %d: %w", changed.ID, err)
	}
	t.touch(ticket.OfTicket, int64(changed.ID), "")
	t.touch(ticket.OfRequester, 0, sqlrow.Key(changed.Requester))
	if sqlrow.Key(was.Requester) != sqlrow.Key(changed.Requester) {
		t.touch(ticket.OfRequester, 0, sqlrow.Key(was.Requester))
	}
	if was.Assignee != changed.Assignee || was.Status != changed.Status {
		t.touch(ticket.OfAssignees, 0, "")
	}
	if was.Subject != changed.Subject {
		t.index(-int64(changed.ID), changed.Subject)
	}
	return nil
}

func (r *Reader) Ticket(id ticket.ID) (ticket.Ticket, error) {
	t, err := scanTicket(r.row(`SELECT `+ticketColumns+` FROM ticket WHERE id = $1`, id))
	return t, sqlrow.Found(err, "ticket", id)
}

func (r *Reader) Tickets(f ticket.Filter) ([]ticket.Ticket, error) {
	var c sqlrow.Conditions
	if len(f.Status) > 0 {
		c.In("status", len(f.Status), func(i int) any { return f.Status[i] })
	}
	for _, equal := range []struct{ column, value string }{
		{"queue", f.Queue}, {"assignee", f.Assignee}, {"requester_key", sqlrow.Key(f.Requester)}, {"category", f.Category},
	} {
		if equal.value != "" {
			c.Add(equal.column+" = ", equal.value)
		}
	}
	if f.NotInformed {
		c.Text = append(c.Text, "status = 'resolved' AND informed_at = 0")
	}
	if f.Informed {
		c.Text = append(c.Text, "informed_at > 0")
	}
	if !f.ResolvedBy.IsZero() {
		c.Text = append(c.Text, "resolved_at > 0")
		c.Add("resolved_at <= ", sqlrow.Micros(f.ResolvedBy))
	}
	if !f.WakeBy.IsZero() {
		c.Text = append(c.Text, "wake_at > 0")
		c.Add("wake_at <= ", sqlrow.Micros(f.WakeBy))
	}
	if !f.AwaitBy.IsZero() {
		c.Text = append(c.Text, "await_at > 0")
		c.Add("await_at <= ", sqlrow.Micros(f.AwaitBy))
	}
	if !f.PlanBy.IsZero() {
		c.Text = append(c.Text, "plan_at > 0")
		c.Add("plan_at <= ", sqlrow.Micros(f.PlanBy))
	}
	order := ` ORDER BY id`
	if !f.TargetBy.IsZero() {
		c.Text = append(c.Text, "target_at > 0")
		c.Add("target_at <= ", sqlrow.Micros(f.TargetBy))
		order = ` ORDER BY target_at, id`
	}
	if !f.ActiveSince.IsZero() {
		c.Args = append(c.Args, sqlrow.Micros(f.ActiveSince), ticket.EventRated)
		since, rated := "$"+strconv.Itoa(len(c.Args)-1), "$"+strconv.Itoa(len(c.Args))
		c.Text = append(c.Text, "(closed_at = 0 OR updated_at >= "+since+" OR EXISTS (SELECT 1 FROM event WHERE event.ticket = ticket.id AND event.kind = "+rated+" AND event.at >= "+since+"))")
	}
	if f.After > 0 {
		c.Add("id > ", f.After)
	}
	query := `SELECT ` + ticketColumns + ` FROM ticket` + c.Where() + order
	if f.Newest {
		query += ` DESC`
	}
	if f.Limit > 0 {
		query += ` LIMIT ` + strconv.Itoa(f.Limit)
	}
	return sqlrow.Collect(scanTicket)(r.query(query, c.Args...))
}

// maxIndexed is how much of a text the search finds. Words that nobody else has
// cost most, and all who write wait for the index.
const maxIndexed = 256 << 10

// index lets the search find a text once it is committed: its beginning, where it
// is longer than maxIndexed.
func (t *Tx) index(id int64, words string) {
	if len(words) > maxIndexed {
		words = strings.ToValidUTF8(words[:maxIndexed], "")
		if end := strings.LastIndexAny(words, " \n"); end > 0 {
			words = words[:end] // no half word
		}
	}
	t.Texts = append(t.Texts, Text{id, sqlrow.Clean([]any{words})[0].(string)})
}

// searchWords is how many words of a search count; more would make a query
// that SQLite refuses.
const searchWords = 32

func (r *Reader) Search(words string, limit int) ([]ticket.Ticket, error) {
	kept := wordsOf(words)
	if len(kept) == 0 {
		return nil, nil
	}
	ids, err := r.engine.Search(r.ctx, r.q, kept, limit)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	tickets := make([]ticket.Ticket, len(ids))
	for i, id := range ids {
		if tickets[i], err = r.Ticket(ticket.ID(id)); err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
	}
	return tickets, nil
}

// wordsOf returns the words to search for. The index knows letters and digits
// only: a word without any would match nothing and hide what the others find.
func wordsOf(text string) []string {
	var kept []string
	for word := range strings.FieldsSeq(sqlrow.Clean([]any{text})[0].(string)) {
		if strings.ContainsFunc(word, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }) && len(kept) < searchWords {
			kept = append(kept, word)
		}
	}
	return kept
}
