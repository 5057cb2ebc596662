package decision

import (
	"context"
	"fmt"
	"time"

	"maildesk/ticket"
)

// PageSize bounds the tickets that one transaction of the clock changes.
const PageSize = 100

// EachDue runs do on each ticket of a filter, as long as there are some.
func (m *Maker) EachDue(ctx context.Context, now time.Time, f ticket.Filter, do func(*Change, *ticket.Ticket) error) (int, error) {
	return m.DuePages(ctx, f, func(tx ticket.Draft, tickets []ticket.Ticket) error {
		for i := range tickets {
			c := m.ChangeAt(ctx, tx, now)
			if err := do(c, &tickets[i]); err != nil {
				return fmt.Errorf("ticket %d: %w", tickets[i].ID, err)
			}
		}
		return nil
	})
}

// DuePages runs do, which makes tickets leave a filter, on each page of it, a
// transaction each, until none is left. It returns the number of tickets.
func (m *Maker) DuePages(ctx context.Context, f ticket.Filter, do func(ticket.Draft, []ticket.Ticket) error) (int, error) {
	for done := 0; ; {
		n := 0
		if err := m.anyDue(ctx, f, &n); err != nil || n == 0 {
			return done, err
		}
		err := m.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
			tickets, err := tx.Tickets(f)
			if err != nil {
				return err
			}
			n = len(tickets)
			return do(tx, tickets)
		})
		if err != nil {
			return done, err
		}
		done += n
		Signal(m.Posted)
	}
}

// anyDue looks without writing, so that an idle desk writes nothing.
func (m *Maker) anyDue(ctx context.Context, f ticket.Filter, n *int) error {
	f.Limit = 1
	return m.Store.View(ctx, func(r ticket.Reader) error {
		tickets, err := r.Tickets(f)
		*n = len(tickets)
		return err
	})
}
