package store

import (
	"fmt"
	"time"

	"maildesk/ticket"
)

// budgeted returns the condition for what a budget counts.
func budgeted(q ticket.OutboxCount) conditions {
	var c conditions
	c.add("automatic = 1 AND allowed_at >= ", max(micros(q.Since), 1)) // 0 is held
	c.add("standing >= ", q.Least)
	c.add("standing <= ", q.Most)
	switch {
	case q.Mailbox != "":
		c.add("budget_mailbox = ", q.Mailbox)
	case q.Domain != "":
		c.add("budget_domain = ", q.Domain)
	}
	return c
}

func (r *reader) CountOutbox(q ticket.OutboxCount) (n int, err error) {
	c := budgeted(q)
	err = r.row(`SELECT count(*) FROM outbox`+c.where(), c.args...).Scan(&n)
	return n, err
}

func (r *reader) AllowedBack(q ticket.OutboxCount, n int) (time.Time, error) {
	c := budgeted(q)
	limit := c.limit(n)
	all, err := collect(func(row scanner) (t time.Time, err error) {
		err = row.Scan(at(&t))
		return t, err
	})(r.query(`SELECT allowed_at FROM outbox`+c.where()+` ORDER BY allowed_at DESC`+limit, c.args...))
	if err != nil || len(all) < n {
		return time.Time{}, err
	}
	return all[n-1], nil
}

func (r *reader) HeldOutbox(q ticket.HeldFilter) ([]ticket.OutboxMail, error) {
	var c conditions
	c.text = append(c.text, "held <> ''") // the words of the partial indexes
	if q.Held != "" {
		c.add("held = ", q.Held)
	}
	if q.Key != "" {
		c.add("held_key = ", q.Key)
	}
	if !q.DueBy.IsZero() {
		c.add("next_at <= ", micros(q.DueBy))
	}
	if !q.DueAfter.IsZero() {
		c.add("next_at > ", micros(q.DueAfter))
	}
	order := ` ORDER BY next_at, id`
	if q.Latest {
		order = ` ORDER BY next_at DESC, id DESC`
	}
	order += c.limit(q.Limit)
	return r.outbox(c.where()+order, c.args...)
}

func (t *tx) HoldOutbox(id ticket.OutboxID, held, key string, until time.Time) error {
	return t.setHeld(id, held, key, until, time.Time{})
}

func (t *tx) AllowOutbox(id ticket.OutboxID, now time.Time) error {
	return t.setHeld(id, "", "", now, now)
}

func (t *tx) setHeld(id ticket.OutboxID, held, key string, next, allowed time.Time) error {
	if err := t.touchOutgoing(id); err != nil {
		return err
	}
	n, err := t.exec(`UPDATE outbox SET held = $1, held_key = $2, next_at = $3, allowed_at = $4 WHERE id = $5 AND state = 'ready'`,
		held, key, micros(next), micros(allowed), id)
	if err == nil && n == 0 {
		err = ticket.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("held mail %d: %w", id, err)
	}
	m, err := t.Outgoing(id)
	if err != nil {
		return err
	}
	t.touchOutbox(m) // of the budget that it waits for now
	if !allowed.IsZero() {
		t.touchBudgets(m)
	}
	return nil
}
