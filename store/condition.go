package store

import (
	"fmt"
	"time"

	"maildesk/desk"
)

// Condition reads indexes only.
func (r *reader) Condition() (desk.Condition, error) {
	c := desk.Condition{
		Mails:   make(map[desk.Disposition]int64),
		Tickets: make(map[desk.Status]int64),
		Outbox:  make(map[desk.OutboxState]int64),
	}
	for _, err := range []error{
		countBy(r, c.Mails, `SELECT disposition, count(*) FROM mail GROUP BY disposition`),
		countBy(r, c.Tickets, `SELECT status, count(*) FROM ticket GROUP BY status`),
		countBy(r, c.Outbox, `SELECT state, count(*) FROM outbox GROUP BY state`),
		r.row(`SELECT count(*) FROM ticket WHERE status = 'resolved' AND informed_at = 0`).Scan(&c.Uninformed),
		r.oldest(&c.OldestPending, `SELECT coalesce(min(received_at), 0) FROM mail WHERE disposition = 'pending'`),
		r.oldest(&c.OldestUntried, `SELECT coalesce(min(created_at), 0) FROM outbox AS o WHERE o.attempts = 0 AND o.state IN ('ready', 'claimed') AND `+firstOfTicket),
	} {
		if err != nil {
			return c, fmt.Errorf("condition: %w", err)
		}
	}
	return c, nil
}

func (r *reader) oldest(t *time.Time, query string) error { return r.row(query).Scan(at(t)) }

// countBy fills counts with the rows (word, number) of a query.
func countBy[K ~string](r *reader, counts map[K]int64, query string) error {
	_, err := collect(func(row scanner) (struct{}, error) {
		var word K
		var n int64
		err := row.Scan(&word, &n)
		counts[word] = n
		return struct{}{}, err
	})(r.query(query))
	return err
}
