package deadline

import (
	"context"
	"fmt"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/target"
	"maildesk/ticket"
)

// What bounds the targets: after days of standstill everything is late at once.
const (
	targetPage  = 500 // tickets that one transaction looks at
	maxHandedOn = 20  // tickets that one beat of the clock hands on
)

// OverdueTargets does what targets bring by now: it tells agents what is due
// soon and what is late, and hands tickets on where the target says so.
func OverdueTargets(ctx context.Context, m *decision.Maker, now time.Time) (int, error) {
	if err := retarget(ctx, m, now); err != nil {
		return 0, err
	}
	var calls calls
	return m.DuePages(ctx, ticket.Filter{TargetBy: now, Limit: targetPage}, func(tx ticket.Draft, tickets []ticket.Ticket) error {
		calls.of = nil
		for i := range tickets {
			c := m.ChangeAt(ctx, tx, now)
			if err := watchTargets(c, &tickets[i], &calls); err != nil {
				return fmt.Errorf("ticket %d: %w", tickets[i].ID, err)
			}
		}
		return tellCalls(ctx, m, tx, now, &calls)
	})
}

// watchTargets does what the targets of one ticket bring.
func watchTargets(c *decision.Change, t *ticket.Ticket, calls *calls) error {
	x, promise, err := nowDue(c, *t)
	if err != nil {
		return err
	}
	agents := c.Responsible(*t)
	if len(x.late) > 0 {
		if agents, err = c.Team(t.Queue); err != nil {
			return err
		}
	}
	if agents, err = c.Reachable(*t, agents); err != nil {
		return err
	}
	if len(x.late) > 0 && promise.Escalate {
		if calls.handedOn++; calls.handedOn > maxHandedOn {
			err = c.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventNotEscalated, Actor: ticket.ActorDesk, Number: maxHandedOn})
		} else {
			c.CauseEvent = x.event
			err = handOnLate(c, t, x.late)
		}
		if err != nil {
			return err
		}
	}
	if err := c.UpdateDue(t); err != nil {
		return err
	}
	if x.ticket.Queue != t.Queue {
		x.handedTo = t.Queue
	}
	if x.ticket = *t; x.event != 0 {
		calls.add(x, agents)
	}
	return c.Tx.UpdateTicket(*t) // not save: nothing happened on the ticket itself
}

// nowDue writes down what of a ticket is late or due soon, and was not told yet.
func nowDue(c *decision.Change, t ticket.Ticket) (call, *target.Promise, error) {
	x := call{ticket: t}
	promise, all, err := decision.Timings(c.Set, c.Tx, t, c.Now)
	if err != nil || promise == nil || promise.Mailing != nil && !promise.Mailing.Open(c.Now) {
		return x, nil, err
	}
	for _, timing := range all {
		if timing.Next.IsZero() || timing.Next.After(c.Now) {
			continue
		}
		if err := c.Record(timing.Event(timing.Tell, t.ID)); err != nil {
			return x, nil, err
		}
		x.event = decision.CauseAt(timing.Next)
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
func handOnLate(c *decision.Change, t *ticket.Ticket, late []ticket.TargetKind) error {
	before := *t
	o := order.Order{Agent: settings.Agent{Name: ticket.ActorDesk}, After: *t}
	if _, err := o.HandOn(c.Set, +1, lateReason(late), notify.TemplateEscalation); err != nil {
		return c.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventNotEscalated, Actor: ticket.ActorDesk, Reason: err.Error()})
	}
	if err := c.Apply(t, o); err != nil {
		return err
	}
	if err := c.GiveOut(t, before); err != nil {
		return err
	}
	if err := c.UpdateDue(t); err != nil {
		return err
	}
	t.UpdatedAt = c.Now
	return notices.SendToAgents(c, *t, c.Responsible(*t), notify.Notice{Template: notify.TemplateEscalation, Actor: c.Set.Name, Late: late}, settings.Agent{})
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
