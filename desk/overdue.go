package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// targetPage bounds the tickets that one transaction looks at, and so what one
// agent is told of in one mail.
const targetPage = 500

// overdueTargets does what targets bring by now: it tells agents what is due
// soon and what is late, and hands tickets on where the target says so.
func (d *Desk) overdueTargets(ctx context.Context, now time.Time) (int, error) {
	if err := d.retarget(ctx, now); err != nil {
		return 0, err
	}
	f := Filter{TargetBy: now, Limit: targetPage}
	for done := 0; ; {
		n := 0
		if err := d.anyDue(ctx, f, &n); err != nil || n == 0 {
			return done, err
		}
		err := d.store.Update(ctx, func(tx Tx) error {
			tickets, err := tx.Tickets(f)
			if err != nil {
				return err
			}
			n = len(tickets)
			var calls calls
			for i := range tickets {
				c := d.changeAt(ctx, tx, now)
				if err := c.watchTargets(&tickets[i], &calls); err != nil {
					return fmt.Errorf("ticket %d: %w", tickets[i].ID, err)
				}
			}
			return d.tellCalls(ctx, tx, now, calls)
		})
		if err != nil {
			return done, err
		}
		done += n
		signal(d.wake)
	}
}

// watchTargets does what the targets of one ticket bring.
func (c *change) watchTargets(t *Ticket, calls *calls) error {
	promise, all, err := c.set.timings(c.tx, *t, c.now)
	if err != nil {
		return err
	}
	x, agents := call{ticket: *t}, []Agent(nil)
	if promise != nil && (promise.Mailing == nil || promise.Mailing.Open(c.now)) {
		for _, timing := range all {
			if timing.next.IsZero() || timing.next.After(c.now) {
				continue
			}
			if x.event, err = c.event(t.ID, "desk", timing.tell, timing.detail()); err != nil {
				return err
			}
			if timing.tell == eventBreached {
				x.late = append(x.late, timing.kind)
			} else {
				x.soon = append(x.soon, timing.kind)
			}
		}
	}
	if len(x.late)+len(x.soon) > 0 {
		agents = c.responsible(*t)
		if len(x.late) > 0 {
			agents = c.set.agentsOf(t.Queue)
		}
		if agents, err = c.reachable(*t, agents); err != nil {
			return err
		}
		if len(x.late) > 0 && promise.Escalate {
			c.causeEvent = x.event
			if err := c.handOnLate(t, x.late); err != nil {
				return err
			}
		}
	}
	if err := c.count(t); err != nil {
		return err
	}
	if x.ticket.Queue != t.Queue {
		x.handedTo = t.Queue
	}
	x.ticket = *t
	calls.add(x, agents)
	return c.tx.UpdateTicket(*t) // not save: nothing happened on the ticket itself
}

// handOnLate escalates a ticket because of what is late. At the end of its
// path it stays where it is.
func (c *change) handOnLate(t *Ticket, late []TargetKind) error {
	before := *t
	o := order{agent: Agent{Name: "desk"}, after: *t}
	if _, err := o.handOn(c.set, +1, lateReason(late), TemplateEscalation); err != nil {
		_, err := c.event(t.ID, "desk", "not escalated", err.Error())
		return err
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
	if err := c.tellAgents(*t, c.responsible(*t), Notice{Template: TemplateEscalation, Actor: c.set.Name, Late: late}, Agent{}); err != nil {
		return err
	}
	first, err := c.isFirstClimb(*t)
	if err != nil || !first {
		return err
	}
	return c.sendToReaders(*t, Notice{Template: TemplateEscalated})
}

// lateReason is the reason of an escalation by the clock, as the events keep it.
func lateReason(late []TargetKind) string {
	text := "the time is over for "
	for i, k := range late {
		if i > 0 {
			text += " and "
		}
		text += string(k)
	}
	return text
}

// call is what has to be said of one ticket.
type call struct {
	ticket     Ticket
	late, soon []TargetKind
	handedTo   string // the queue that it was escalated to, if it was
	event      int64
}

// urgency orders calls: what is late comes first, then what is due first.
func urgency(a, b call) int {
	if late := cmp.Compare(min(len(b.late), 1), min(len(a.late), 1)); late != 0 {
		return late
	}
	dueA, _ := a.ticket.NextDue()
	dueB, _ := b.ticket.NextDue()
	return dueA.Compare(dueB)
}

// calls is what has to be said to whom, in the order in which it was found.
type calls struct {
	agents []Agent
	of     map[string][]call
}

func (cs *calls) add(x call, agents []Agent) {
	if cs.of == nil {
		cs.of = make(map[string][]call)
	}
	for _, a := range agents {
		if cs.of[a.Name] == nil {
			cs.agents = append(cs.agents, a)
		}
		cs.of[a.Name] = append(cs.of[a.Name], x)
	}
}

// tellCalls writes to each agent one mail, about the most urgent ticket, that names
// the others: after days of standstill nobody gets hundreds.
func (d *Desk) tellCalls(ctx context.Context, tx Tx, now time.Time, calls calls) error {
	for _, a := range calls.agents {
		all := calls.of[a.Name]
		slices.SortStableFunc(all, urgency)
		first := all[0]
		n := Notice{Template: TemplateDueSoon, Late: first.late, Soon: first.soon, HandedTo: first.handedTo}
		if len(first.late) > 0 {
			n.Template = TemplateOverdue
		}
		for _, x := range all[1:] {
			n.AlsoDue = append(n.AlsoDue, x.ticket)
		}
		c := d.changeAt(ctx, tx, now)
		c.causeEvent = first.event
		if err := c.tellAgents(first.ticket, []Agent{a}, n, Agent{}); err != nil {
			return err
		}
	}
	return nil
}
