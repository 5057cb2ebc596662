package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// duePage bounds the tickets that one transaction of the clock changes.
const duePage = 100

// Due does what the clock brings by now: pending tickets whose time is over
// open again, resolved ones whose grace time is over close, if the requester
// was told, solutions of incidents reach all who reported them, what targets
// promise is watched, the admin is told what could not be told before, and the
// bytes of mails that were sent long ago are dropped. It returns the number of
// tickets it changed.
func (d *Desk) Due(ctx context.Context, now time.Time) (int, error) {
	woken, err := d.dueOf(ctx, now, ticket.Filter{Status: []ticket.Status{ticket.StatusPending, ticket.StatusOnHold}, WakeBy: now, Limit: duePage}, (*change).wakeUp)
	if err != nil {
		return woken, fmt.Errorf("wake tickets: %w", err)
	}
	closed, err := d.dueOf(ctx, now, ticket.Filter{Status: []ticket.Status{ticket.StatusResolved}, WakeBy: now, Informed: true, Limit: duePage}, (*change).closeTicket)
	if err != nil {
		return woken + closed, fmt.Errorf("close tickets: %w", err)
	}
	solved, err := d.passOnSolutions(ctx, now)
	if err != nil {
		return woken + closed + solved, fmt.Errorf("pass on the solution of an incident: %w", err)
	}
	late, err := d.overdueTargets(ctx, now)
	if err != nil {
		return woken + closed + solved + late, fmt.Errorf("watch targets: %w", err)
	}
	if err := d.settleBudgets(ctx); err != nil {
		return woken + closed + solved + late, fmt.Errorf("budgets of automatic mail: %w", err)
	}
	return woken + closed + solved + late, errors.Join(d.tellLateTroubles(ctx, now), d.forgetLostPast(ctx, now), d.dropSent(ctx, now))
}

// dueOf runs do on each ticket of a filter, as long as there are some.
func (d *Desk) dueOf(ctx context.Context, now time.Time, f ticket.Filter, do func(*change, *ticket.Ticket) error) (int, error) {
	return d.duePages(ctx, f, func(tx ticket.Draft, tickets []ticket.Ticket) error {
		for i := range tickets {
			c := d.changeAt(ctx, tx, now)
			if err := do(c, &tickets[i]); err != nil {
				return fmt.Errorf("ticket %d: %w", tickets[i].ID, err)
			}
		}
		return nil
	})
}

// duePages runs do, which makes tickets leave a filter, on each page of it, a
// transaction each, until none is left. It returns the number of tickets.
func (d *Desk) duePages(ctx context.Context, f ticket.Filter, do func(ticket.Draft, []ticket.Ticket) error) (int, error) {
	for done := 0; ; {
		n := 0
		if err := d.anyDue(ctx, f, &n); err != nil || n == 0 {
			return done, err
		}
		err := d.decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
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
		signal(d.wake)
	}
}

// anyDue looks without writing, so that an idle desk writes nothing.
func (d *Desk) anyDue(ctx context.Context, f ticket.Filter, n *int) error {
	f.Limit = 1
	return d.store.View(ctx, func(r ticket.Reader) error {
		tickets, err := r.Tickets(f)
		*n = len(tickets)
		return err
	})
}

// wakeUp opens a ticket whose waiting time is over and tells its agents.
func (c *change) wakeUp(t *ticket.Ticket) error {
	until := t.WakeAt
	if err := c.move(t, ticket.StatusOpen, ticket.ActorDesk); err != nil {
		return err
	}
	if err := c.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventWoken, Actor: ticket.ActorDesk, Until: until}); err != nil {
		return err
	}
	c.causeEvent = causeAt(until)
	if err := c.save(t); err != nil {
		return err
	}
	return c.tellAgents(*t, c.responsible(*t), notify.Notice{Template: notify.TemplateWoken, PendingUntil: until}, Agent{})
}

// closeTicket closes a ticket whose requester was told and did not come back.
func (c *change) closeTicket(t *ticket.Ticket) error {
	if err := c.move(t, ticket.StatusClosed, ticket.ActorDesk); err != nil {
		return err
	}
	return c.save(t)
}
