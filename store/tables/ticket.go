package tables

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

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

// InsertTicket is described at [ticket.TicketWriter].
func (t *Tx) InsertTicket(made ticket.Ticket) (ticket.ID, error) {
	id, err := t.Number(datafolder.TicketNumbers, int64(made.ID))
	if err != nil {
		return 0, err
	}
	err = t.Put(`INSERT INTO ticket (subject, address, requester, requester_key, name, status, category, kind, priority, queue, level, assignee, language,
		tags, rules, follows, merged, created_at, updated_at, resolved_at, informed_at, closed_at, wake_at,
		target, due_first_response, due_update, due_resolution, target_at, round, await_at, plan_at, checksum, id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)`,
		append(ticketValues(&made), id)...)
	if err != nil {
		return 0, fmt.Errorf("keep ticket: %w", err)
	}
	t.Touch(ticket.OfTicket, id, "")
	t.Touch(ticket.OfRequests, 0, "")
	t.Touch(ticket.OfRequester, 0, sqlrow.Key(made.Requester))
	if made.Assignee != "" {
		t.Touch(ticket.OfAssignees, 0, "")
	}
	t.index(-id, made.Subject, "")
	return ticket.ID(id), nil
}

// Overtake is described at [ticket.TicketWriter].
func (t *Tx) Overtake(id ticket.ID) error {
	t.Touch(ticket.OfTicket, int64(id), "")
	return nil
}

// UpdateTicket is described at [ticket.TicketWriter].
func (t *Tx) UpdateTicket(changed ticket.Ticket) error {
	var was ticket.Ticket
	err := t.Row(`SELECT subject, requester, assignee, status FROM ticket WHERE id = $1`, changed.ID).Scan(&was.Subject, &was.Requester, &was.Assignee, &was.Status)
	if err != nil {
		return sqlrow.Found(err, "ticket", changed.ID)
	}
	err = t.Put(`UPDATE ticket SET subject = $1, address = $2, requester = $3, requester_key = $4, name = $5, status = $6, category = $7, kind = $8, priority = $9,
		queue = $10, level = $11, assignee = $12, language = $13, tags = $14, rules = $15, follows = $16, merged = $17, created_at = $18, updated_at = $19, resolved_at = $20,
		informed_at = $21, closed_at = $22, wake_at = $23, target = $24, due_first_response = $25, due_update = $26, due_resolution = $27, target_at = $28,
		round = $29, await_at = $30, plan_at = $31, checksum = $32 WHERE id = $33`, append(ticketValues(&changed), changed.ID)...)
	if err != nil {
		return fmt.Errorf("change ticket %d: %w", changed.ID, err)
	}
	t.Touch(ticket.OfTicket, int64(changed.ID), "")
	t.Touch(ticket.OfRequester, 0, sqlrow.Key(changed.Requester))
	if sqlrow.Key(was.Requester) != sqlrow.Key(changed.Requester) {
		t.Touch(ticket.OfRequester, 0, sqlrow.Key(was.Requester))
	}
	if was.Assignee != changed.Assignee || was.Status != changed.Status {
		t.Touch(ticket.OfAssignees, 0, "")
	}
	if was.Subject != changed.Subject {
		t.index(-int64(changed.ID), changed.Subject, "")
	}
	return nil
}

// Ticket is described at [ticket.TicketReader].
func (r *Reader) Ticket(id ticket.ID) (ticket.Ticket, error) {
	t, err := scanTicket(r.Row(`SELECT `+ticketColumns+` FROM ticket WHERE id = $1`, id))
	return t, sqlrow.Found(err, "ticket", id)
}

// Tickets is described at [ticket.TicketReader].
func (r *Reader) Tickets(f ticket.Filter) ([]ticket.Ticket, error) {
	var c sqlrow.Conditions
	conditions(&c, f)
	order := ` ORDER BY id`
	if !f.TargetBy.IsZero() {
		order = ` ORDER BY target_at, id`
	}
	if f.DueFirst {
		order = ` ORDER BY ` + nextDue + `, CASE WHEN due_first_response + due_update + due_resolution > 0 THEN id ELSE -id END`
	}
	if f.After > 0 {
		c.Add("id > ", f.After)
	}
	if f.Before > 0 {
		c.Add("id < ", f.Before)
	}
	query := `SELECT ` + ticketColumns + ` FROM ticket` + c.Where() + order
	if f.Newest && !f.DueFirst {
		query += ` DESC`
	}
	if f.Limit > 0 {
		query += ` LIMIT ` + strconv.Itoa(f.Limit)
	}
	return sqlrow.Collect(scanTicket)(r.Query(query, c.Args...))
}

// nextDue is when something is due next on a ticket ([ticket.Ticket.NextDue]); where nothing is, it comes last.
const nextDue = `CASE WHEN due_first_response > 0 AND (due_update = 0 OR due_first_response <= due_update) AND (due_resolution = 0 OR due_first_response <= due_resolution) THEN due_first_response
	WHEN due_update > 0 AND (due_resolution = 0 OR due_update <= due_resolution) THEN due_update WHEN due_resolution > 0 THEN due_resolution ELSE 9223372036854775807 END`

// conditions adds what a filter wants of the columns of a ticket.
func conditions(c *sqlrow.Conditions, f ticket.Filter) {
	if slices.Equal(f.Status, openStatuses) {
		c.Text = append(c.Text, toWorkOn) // as the index ticket_assignee has it
	} else if len(f.Status) > 0 {
		c.In("status", len(f.Status), func(i int) any { return f.Status[i] })
	}
	if len(f.Categories) > 0 {
		c.In("category", len(f.Categories), func(i int) any { return f.Categories[i] })
	}
	if len(f.Priorities) > 0 { // a ticket of none is a normal one
		c.In("CASE priority WHEN '' THEN 'normal' ELSE priority END", len(f.Priorities), func(i int) any { return f.Priorities[i] })
	}
	for _, equal := range []struct{ column, value string }{
		{"queue", f.Queue}, {"assignee", f.Assignee}, {"requester_key", sqlrow.Key(f.Requester)}, {"category", f.Category}, {"language", f.Language},
	} {
		if equal.value != "" {
			c.Add(equal.column+" = ", equal.value)
		}
	}
	if f.Assignee != "" {
		c.Text = append(c.Text, "assignee <> ''") // likewise
	}
	if f.Level != 0 {
		c.Add("level = ", f.Level)
	}
	for _, tag := range f.Tags {
		c.Args = append(c.Args, tag)
		c.Text = append(c.Text, "EXISTS (SELECT 1 FROM json_each(CASE tags WHEN '' THEN '[]' ELSE tags END) WHERE lower(value) = lower($"+strconv.Itoa(len(c.Args))+"))")
	}
	for _, is := range []struct {
		wanted bool
		test   string
	}{
		{f.Unassigned, "assignee = ''"},
		{f.Incident, "ticket.id IN (SELECT r.ticket FROM report r JOIN incident i ON i.lead = r.incident WHERE i.solved_at = 0)"},
		{f.NotInformed, "status = 'resolved' AND informed_at = 0"},
		{f.Informed, "informed_at > 0"},
	} {
		if is.wanted {
			c.Text = append(c.Text, is.test)
		}
	}
	times(c, f)
}

// times adds what a filter wants of the times of a ticket.
func times(c *sqlrow.Conditions, f ticket.Filter) {
	for _, by := range []struct {
		column string
		at     time.Time
	}{{"resolved_at", f.ResolvedBy}, {"wake_at", f.WakeBy}, {"await_at", f.AwaitBy}, {"plan_at", f.PlanBy}, {"target_at", f.TargetBy}} {
		if !by.at.IsZero() {
			c.Text = append(c.Text, by.column+" > 0")
			c.Add(by.column+" <= ", sqlrow.Micros(by.at))
		}
	}
	at := func(test string, t time.Time) {
		if !t.IsZero() {
			c.Args = append(c.Args, sqlrow.Micros(t))
			c.Text = append(c.Text, strings.ReplaceAll(test, "?", "$"+strconv.Itoa(len(c.Args))))
		}
	}
	at("(closed_at = 0 OR updated_at >= ? OR EXISTS (SELECT 1 FROM event WHERE event.ticket = ticket.id AND event.kind IN ('"+string(ticket.EventRated)+"', '"+string(ticket.EventUndeliverable)+"') AND event.at >= ?))", f.ActiveSince)
	at("updated_at >= ?", f.ActiveFrom)
	at("created_at < ?", f.MadeBefore)
	at(`(due_first_response > 0 AND due_first_response < ? OR due_update > 0 AND due_update < ? OR due_resolution > 0 AND due_resolution < ?)`, f.LateAt)
}
