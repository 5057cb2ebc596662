package desk

import (
	"context"
	"fmt"
	"time"

	"maildesk/desk/notify"
	"maildesk/target"
	"maildesk/ticket"
)

// What bounds the targets: after days of standstill everything is late at once.
const (
	targetPage  = 500 // tickets that one transaction looks at
	maxHandedOn = 20  // tickets that one beat of the clock hands on
)

// overdueTargets does what targets bring by now: it tells agents what is due
// soon and what is late, and hands tickets on where the target says so.
func (d *Desk) overdueTargets(ctx context.Context, now time.Time) (int, error) {
	if err := d.retarget(ctx, now); err != nil {
		return 0, err
	}
	var calls calls
	return d.duePages(ctx, ticket.Filter{TargetBy: now, Limit: targetPage}, func(tx ticket.Draft, tickets []ticket.Ticket) error {
		calls.of = nil
		for i := range tickets {
			c := d.changeAt(ctx, tx, now)
			if err := c.watchTargets(&tickets[i], &calls); err != nil {
				return fmt.Errorf("ticket %d: %w", tickets[i].ID, err)
			}
		}
		return d.tellCalls(ctx, tx, now, &calls)
	})
}

// watchTargets does what the targets of one ticket bring.
func (c *change) watchTargets(t *ticket.Ticket, calls *calls) error {
	x, promise, err := c.nowDue(*t)
	if err != nil {
		return err
	}
	agents := c.responsible(*t)
	if len(x.late) > 0 {
		agents = c.set.agentsOf(t.Queue)
	}
	if agents, err = c.reachable(*t, agents); err != nil {
		return err
	}
	if len(x.late) > 0 && promise.Escalate {
		if calls.handedOn++; calls.handedOn > maxHandedOn {
			err = c.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventNotEscalated, Actor: ticket.ActorDesk, Number: maxHandedOn})
		} else {
			c.causeEvent = x.event
			err = c.handOnLate(t, x.late)
		}
		if err != nil {
			return err
		}
	}
	if err := c.count(t); err != nil {
		return err
	}
	if x.ticket.Queue != t.Queue {
		x.handedTo = t.Queue
	}
	if x.ticket = *t; x.event != 0 {
		calls.add(x, agents)
	}
	return c.tx.UpdateTicket(*t) // not save: nothing happened on the ticket itself
}

// nowDue writes down what of a ticket is late or due soon, and was not told yet.
func (c *change) nowDue(t ticket.Ticket) (call, *target.Promise, error) {
	x := call{ticket: t}
	promise, all, err := c.set.timings(c.tx, t, c.now)
	if err != nil || promise == nil || promise.Mailing != nil && !promise.Mailing.Open(c.now) {
		return x, nil, err
	}
	for _, timing := range all {
		if timing.Next.IsZero() || timing.Next.After(c.now) {
			continue
		}
		if err := c.record(timing.Event(timing.Tell, t.ID)); err != nil {
			return x, nil, err
		}
		x.event = causeAt(timing.Next)
		if timing.Tell == ticket.EventBreached {
			x.late = append(x.late, timing.Kind)
		} else {
			x.soon = append(x.soon, timing.Kind)
		}
	}
	return x, promise, nil
}

// handOnLate escalates a ticket because of what is late. At the end of its
// path it stays where it is. The requester is not told: nobody has taken it
// over yet, and that a promise was broken is no news of specialists.
func (c *change) handOnLate(t *ticket.Ticket, late []ticket.TargetKind) error {
	before := *t
	o := order{agent: Agent{Name: ticket.ActorDesk}, after: *t}
	if _, err := o.handOn(c.set, +1, lateReason(late), notify.TemplateEscalation); err != nil {
		return c.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventNotEscalated, Actor: ticket.ActorDesk, Reason: err.Error()})
	}
	if err := c.apply(t, o); err != nil {
		return err
	}
	if err := c.giveOut(t, before); err != nil {
		return err
	}
	if err := c.count(t); err != nil {
		return err
	}
	t.UpdatedAt = c.now
	return c.tellAgents(*t, c.responsible(*t), notify.Notice{Template: notify.TemplateEscalation, Actor: c.set.Name, Late: late}, Agent{})
}

// lateReason is the reason of an escalation by the clock, as the events keep it.
func lateReason(late []ticket.TargetKind) string {
	text := "the time is over for "
	for i, k := range late {
		if i > 0 {
			text += " and "
		}
		text += string(k)
	}
	return text
}
