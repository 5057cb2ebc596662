package outgoing

import (
	"fmt"
	"time"

	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// budgeted returns the condition for the mails that a budget counts.
func budgeted(q ticket.OutboxCount) sqlrow.Conditions {
	var c sqlrow.Conditions
	c.Add("automatic = 1 AND allowed_at >= ", max(sqlrow.Micros(q.Since), 1)) // 0 is held
	c.Add("standing >= ", q.Least)
	c.Add("standing <= ", q.Most)
	switch {
	case q.Mailbox != "":
		c.Add("budget_mailbox = ", q.Mailbox)
	case q.Domain != "":
		c.Add("budget_domain = ", q.Domain)
	}
	return c
}

// CountOutbox is described at [ticket.BudgetReader].
func (r *Reader) CountOutbox(q ticket.OutboxCount) (n int, err error) {
	c := budgeted(q)
	err = r.Row(`SELECT count(*) FROM outbox`+c.Where(), c.Args...).Scan(&n)
	return n, err
}

// AllowedBack is described at [ticket.BudgetReader].
func (r *Reader) AllowedBack(q ticket.OutboxCount, n int) (time.Time, error) {
	c := budgeted(q)
	limit := c.Limit(n)
	all, err := sqlrow.Collect(func(row sqlrow.Scanner) (t time.Time, err error) {
		err = row.Scan(sqlrow.At(&t))
		return t, err
	})(r.Query(`SELECT allowed_at FROM outbox`+c.Where()+` ORDER BY allowed_at DESC`+limit, c.Args...))
	if err != nil || len(all) < n {
		return time.Time{}, err
	}
	return all[n-1], nil
}

// HeldOutbox is described at [ticket.BudgetReader].
func (r *Reader) HeldOutbox(q ticket.HeldFilter) ([]ticket.OutboxMail, error) {
	var c sqlrow.Conditions
	c.Text = append(c.Text, "held <> ''") // the words of the partial indexes
	if q.Held != "" {
		c.Add("held = ", q.Held)
	}
	if q.Key != "" {
		c.Add("held_key = ", q.Key)
	}
	if !q.DueBy.IsZero() {
		c.Add("next_at <= ", sqlrow.Micros(q.DueBy))
	}
	if !q.DueAfter.IsZero() {
		c.Add("next_at > ", sqlrow.Micros(q.DueAfter))
	}
	order := ` ORDER BY next_at, id`
	if q.Latest {
		order = ` ORDER BY next_at DESC, id DESC`
	}
	if q.Any {
		q.Limit = 1
	}
	order += c.Limit(q.Limit)
	return r.outbox(c.Where()+order, c.Args...)
}

// HoldOutbox is described at [ticket.BudgetWriter].
func (t *Tx) HoldOutbox(id ticket.OutboxID, held, key string, until time.Time) error {
	return t.setHeld(id, held, key, until, time.Time{})
}

// AllowOutbox is described at [ticket.BudgetWriter].
func (t *Tx) AllowOutbox(id ticket.OutboxID, now time.Time) error {
	return t.setHeld(id, "", "", now, now)
}

func (t *Tx) setHeld(id ticket.OutboxID, held, key string, next, allowed time.Time) error {
	if err := t.touchOutgoing(id); err != nil {
		return err
	}
	n, err := t.Exec(`UPDATE outbox SET held = $1, held_key = $2, next_at = $3, allowed_at = $4 WHERE id = $5 AND state = 'ready'`,
		held, key, sqlrow.Micros(next), sqlrow.Micros(allowed), id)
	if err == nil && n == 0 {
		err = ticket.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("held mail %d: %w", id, err)
	}
	m, err := t.read.Outgoing(id)
	if err != nil {
		return err
	}
	t.touchOutbox(m) // of the budget that it waits for now
	if !allowed.IsZero() {
		t.touchBudgets(m)
	}
	return nil
}
