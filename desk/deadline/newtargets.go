package deadline

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/settings"
	"maildesk/target"
	"maildesk/ticket"
)

// unresolved are the statuses in which targets count.
var unresolved = []ticket.Status{ticket.StatusNew, ticket.StatusOpen, ticket.StatusPending, ticket.StatusOnHold}

// retarget brings the times of all open tickets in line with targets that are
// new: at the start, and after a reload that changed them.
func retarget(ctx context.Context, m *decision.Maker, now time.Time) error {
	set, old := m.Settings(), m.Targeted.Load()
	for after := ticket.ID(0); old != set && (old == nil || !old.Rules.SamePromises(set.Rules)); {
		changed, last, err := outOfLine(ctx, m, set, now, after)
		if err == nil && len(changed) > 0 {
			err = bringInLine(ctx, m, set, now, changed)
		}
		if err != nil {
			return fmt.Errorf("count by new targets: %w", err)
		}
		if last == 0 {
			break
		}
		after = last
	}
	m.Targeted.Store(set)
	return nil
}

// outOfLine reads a page of open tickets and returns those whose times are not
// what the settings promise, and the last ticket of the page; 0: there is none.
func outOfLine(ctx context.Context, m *decision.Maker, set *settings.Settings, now time.Time, after ticket.ID) (changed []ticket.ID, last ticket.ID, err error) {
	err = m.Store.View(ctx, func(r ticket.Reader) error {
		tickets, err := r.Tickets(ticket.Filter{Status: unresolved, After: after, Limit: targetPage})
		if err != nil {
			return err
		}
		for _, t := range tickets {
			promise, all, err := decision.Timings(set, r, t, now)
			if err != nil {
				return fmt.Errorf("ticket %d: %w", t.ID, err)
			}
			renewed := t
			target.SetDue(&renewed, promise, all, now)
			if !reflect.DeepEqual(t, renewed) {
				changed = append(changed, t.ID)
			}
			last = t.ID
		}
		return nil
	})
	return changed, last, err
}

// bringInLine counts tickets by new targets. What is late by them was never
// promised before: it is written down, and nobody is called.
func bringInLine(ctx context.Context, m *decision.Maker, set *settings.Settings, now time.Time, ids []ticket.ID) error {
	return m.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
		for _, id := range ids {
			t, err := tx.Ticket(id)
			if err != nil {
				return err
			}
			c := m.ChangeAt(ctx, tx, now)
			c.Set = set
			promise, all, err := decision.Timings(set, tx, t, now)
			if err != nil {
				return err
			}
			for i, x := range all {
				before := t.Due(x.Kind)
				if x.Tell != ticket.EventBreached || x.Next.After(now) || !before.IsZero() && !before.After(now) {
					continue
				}
				e := x.Event(ticket.EventBreached, id)
				e.Reason = ticket.ReasonNewTarget
				if err := c.Record(e); err != nil {
					return err
				}
				all[i].Next = time.Time{}
			}
			target.SetDue(&t, promise, all, now)
			if err := tx.UpdateTicket(t); err != nil {
				return err
			}
		}
		return nil
	})
}
