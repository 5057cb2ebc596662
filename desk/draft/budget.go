package draft

import (
	"cmp"
	"slices"
	"time"

	"maildesk/ticket"
)

// CountOutbox is described at [ticket.Reader]. Others may add to what a budget
// counts as long as it stays so far below its limit that nothing else follows.
func (d *Draft) CountOutbox(q ticket.OutboxCount) (int, error) {
	n, err := d.Reader.CountOutbox(q)
	n += d.let(q)
	d.plan.Rely(budgetKey(q), max(0, q.Limit-2-n))
	return n, err
}

func budgetKey(q ticket.OutboxCount) ticket.Key {
	return ticket.Key{Of: ticket.OfBudget, Text: cmp.Or(q.Mailbox, q.Domain)}
}

// let counts what this decision let go of that a budget counts.
func (d *Draft) let(q ticket.OutboxCount) (n int) {
	for id, m := range d.outbox.now {
		if counts(q, m) {
			n++
		}
		if was, ok := d.outbox.was[id]; ok && counts(q, was) {
			n--
		}
	}
	return n
}

// counts reports whether a budget counts a mail.
func counts(q ticket.OutboxCount, m ticket.OutboxMail) bool {
	switch {
	case !m.Automatic || m.AllowedAt.IsZero() || m.AllowedAt.Before(q.Since) || m.Standing < q.Least || m.Standing > q.Most:
		return false
	case q.Mailbox != "":
		return m.BudgetMailbox == q.Mailbox
	case q.Domain != "":
		return m.BudgetDomain == q.Domain
	}
	return true
}

// AllowedBack is described at [ticket.Reader].
func (d *Draft) AllowedBack(q ticket.OutboxCount, n int) (time.Time, error) {
	d.plan.Rely(budgetKey(q), 0)
	own, gone := d.letAt(q)
	// The n-th of two rows together, latest first: of each way to take n from them,
	// the earliest that was taken; of these the latest.
	var latest time.Time
	for i := range min(n, len(own)) + 1 {
		var earliest time.Time
		if i > 0 {
			earliest = own[i-1]
		}
		if i < n {
			at, err := d.keptBack(q, n-i, gone)
			if err != nil {
				return time.Time{}, err
			}
			if at.IsZero() {
				continue // there are not so many
			}
			if i == 0 || at.Before(earliest) {
				earliest = at
			}
		}
		if earliest.After(latest) {
			latest = earliest
		}
	}
	return latest, nil
}

// keptBack is AllowedBack of the snapshot without those that are gone.
func (d *Draft) keptBack(q ticket.OutboxCount, n int, gone []time.Time) (time.Time, error) {
	for passed := 0; ; {
		at, err := d.Reader.AllowedBack(q, n+passed)
		if err != nil {
			return time.Time{}, err
		}
		later := 0
		for _, t := range gone {
			if !t.Before(at) {
				later++
			}
		}
		if later == passed {
			return at, nil
		}
		passed = later
	}
}

// letAt returns when mails were let go by this decision, latest first, and when
// those were that it changed.
func (d *Draft) letAt(q ticket.OutboxCount) (own, gone []time.Time) {
	for id, m := range d.outbox.now {
		if counts(q, m) {
			own = append(own, m.AllowedAt)
		}
		if was, ok := d.outbox.was[id]; ok && counts(q, was) {
			gone = append(gone, was.AllowedAt)
		}
	}
	slices.SortFunc(own, func(a, b time.Time) int { return b.Compare(a) })
	return own, gone
}
