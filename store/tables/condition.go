package tables

import (
	"fmt"
	"slices"
	"time"

	"maildesk/store/sqlrow"
	"maildesk/store/tables/outgoing"
	"maildesk/ticket"
)

// Condition reads indexes and, from the tables themselves, only the open tickets and the
// waiting outgoing mails.
func (r *Reader) Condition(now time.Time) (ticket.Condition, error) {
	c := ticket.Condition{
		Mails:    make(map[ticket.Disposition]int64),
		Tickets:  make(map[ticket.Status]int64),
		Outbox:   make(map[ticket.OutboxState]int64),
		Breached: make(map[ticket.TargetKind]int64),
		Held:     make(map[string]int64),
	}
	soon := sqlrow.Micros(now.Add(ticket.DuePatience))
	for _, err := range []error{
		countBy(r, c.Mails, `SELECT disposition, count(*) FROM handled GROUP BY disposition`),
		r.countPending(c.Mails, &r.State.Front),
		countBy(r, c.Tickets, `SELECT status, count(*) FROM ticket GROUP BY status`),
		countBy(r, c.Outbox, `SELECT state, count(*) FROM outbox GROUP BY state`),
		countBy(r, c.Held, `SELECT held, count(*) FROM outbox WHERE held <> '' GROUP BY held`),
		r.Row(`SELECT count(*) FROM ticket WHERE status = 'resolved' AND informed_at = 0`).Scan(&c.Uninformed),
		r.Row(`SELECT count(*) FROM ticket WHERE await_at > 0`).Scan(&c.Awaited),
		r.Row(`SELECT count(*) FROM ticket WHERE plan_at > 0`).Scan(&c.Planned),
		r.Row(`SELECT count(*) FROM incident WHERE solved_at = 0`).Scan(&c.Incidents),
		r.Row(`SELECT count(*) FROM ` + waitingAnswers).Scan(&c.HeldAnswers),
		r.Row(`SELECT count(*) FROM outbox WHERE state = 'ready' AND attempts = 0 AND held = '' AND next_at > $1`, sqlrow.Micros(now)).Scan(&c.Undoable),
		r.oldestPending(&c.OldestPending),
		r.oldest(&c.OldestUntried, `SELECT coalesce(min(created_at), 0) FROM outbox AS o WHERE o.attempts = 0 AND o.state IN ('ready', 'claimed') AND o.next_at <= $1 AND `+outgoing.ItsTurn, soon),
		r.oldest(&c.OldestDeferred, `SELECT coalesce(min(created_at), 0) FROM outbox WHERE attempts > 0 AND state IN ('ready', 'claimed')`),
		r.oldest(&c.OldestUninformed, `SELECT coalesce(min(resolved_at), 0) FROM ticket WHERE status = 'resolved' AND informed_at = 0 AND requester <> ''`),
		r.openTickets(&c, now),
		r.breached(&c, now),
	} {
		if err != nil {
			return c, fmt.Errorf("condition: %w", err)
		}
	}
	r.State.Leases.Recount(c.Outbox)
	troubles, err := r.Troubles()
	c.Troubles = slices.DeleteFunc(troubles, func(s ticket.TroubleState) bool { return !s.Stands() })
	return c, err
}

// waitingAnswers are the agents' mails that are held: neither
// released nor replaced, nor has their writer answered without them. A mail that is
// held again when it is released counts as released by its first release;
// earlier versions did not record which mail they released.
const waitingAnswers = `event AS held JOIN ticket ON ticket.id = held.ticket WHERE held.kind = 'held' AND ticket.status <> 'closed' AND NOT EXISTS (SELECT 1 FROM event AS later
	WHERE later.ticket = held.ticket AND later.actor = held.actor AND later.id > held.id AND (
		later.kind IN ('released', 'replaced') AND (later.other_mail IS NULL OR later.other_mail = coalesce(
			(SELECT other_mail FROM event AS first WHERE first.ticket = held.ticket AND first.mail = held.mail AND first.kind = 'released'), held.mail))
		OR later.kind = 'answered' AND NOT EXISTS (SELECT 1 FROM event AS release
			WHERE release.ticket = held.ticket AND release.mail = later.mail AND release.kind = 'released')))`

// toWorkOn selects open tickets; openStatuses are their statuses.
const toWorkOn = `status IN ('new', 'open', 'pending', 'on-hold')`

var openStatuses = []ticket.Status{ticket.StatusNew, ticket.StatusOpen, ticket.StatusPending, ticket.StatusOnHold}

// openTickets counts the open tickets by queue, level and age.
func (r *Reader) openTickets(c *ticket.Condition, now time.Time) (err error) {
	c.Open, err = sqlrow.Collect(func(row sqlrow.Scanner) (o ticket.OpenTickets, err error) {
		var age int
		err = row.Scan(&o.Queue, &o.Level, &age, &o.Tickets, &o.Late)
		o.Age = ticket.Ages[age]
		return o, err
	})(r.Query(`SELECT queue, level, CASE WHEN created_at > $1 THEN 0 WHEN created_at > $2 THEN 1 WHEN created_at > $3 THEN 2 ELSE 3 END AS age, count(*),
		sum(CASE WHEN due_first_response > 0 AND due_first_response <= $4 OR due_update > 0 AND due_update <= $4 OR due_resolution > 0 AND due_resolution <= $4 THEN 1 ELSE 0 END) FROM ticket
		WHERE `+toWorkOn+` GROUP BY queue, level, age ORDER BY queue, level, age`,
		sqlrow.Micros(now.Add(-time.Hour)), sqlrow.Micros(now.AddDate(0, 0, -1)), sqlrow.Micros(now.AddDate(0, 0, -7)), sqlrow.Micros(now)))
	return err
}

// breached counts the open tickets on which something is late.
func (r *Reader) breached(c *ticket.Condition, now time.Time) error {
	for kind, column := range map[ticket.TargetKind]string{
		ticket.TargetFirstResponse: "due_first_response", ticket.TargetUpdate: "due_update", ticket.TargetResolution: "due_resolution",
	} {
		var n int64
		if err := r.Row(`SELECT count(*) FROM ticket WHERE `+toWorkOn+` AND `+column+` > 0 AND `+column+` <= $1`, sqlrow.Micros(now)).Scan(&n); err != nil {
			return err
		}
		c.Breached[kind] = n
	}
	return nil
}

func (r *Reader) oldest(t *time.Time, query string, args ...any) error {
	return r.Row(query, args...).Scan(sqlrow.At(t))
}

// countBy fills counts with the rows (word, number) of a query.
func countBy[K ~string](r *Reader, counts map[K]int64, query string) error {
	_, err := sqlrow.Collect(func(row sqlrow.Scanner) (struct{}, error) {
		var word K
		var n int64
		err := row.Scan(&word, &n)
		counts[word] = n
		return struct{}{}, err
	})(r.Query(query))
	return err
}
