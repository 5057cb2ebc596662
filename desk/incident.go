package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"maildesk/desk/notify"
	"maildesk/outage"
	"maildesk/ticket"
)

func requestSeen(r ticket.Request) outage.Request {
	return outage.Request{Ticket: int64(r.Ticket), From: r.From, At: r.At, Category: r.Category, Text: r.Subject + "\n" + r.Text}
}

// requestOf returns the mail as a request; of a ticket that is not kept yet the
// number is 0.
func (h *handling) requestOf(t ticket.Ticket) outage.Request {
	return requestSeen(ticket.Request{Ticket: t.ID, From: t.Requester, At: h.mail.ReceivedAt, Category: t.Category, Subject: t.Subject, Text: h.msg.Reply})
}

// raise lets a ticket of an incident have at least the priority of incidents.
func (c *change) raise(t *ticket.Ticket, actor string) error {
	want := c.set.Outages.Priority
	if !want.Above(t.Priority) {
		return nil
	}
	if err := c.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventPriority, Actor: actor, From: string(t.Priority), To: string(want)}); err != nil {
		return err
	}
	t.Priority = want
	return nil
}

// openIncident makes an incident of tickets that report the same; the first is
// the lead. The next level is paged, and the level before knows, as do all who
// hold one of the tickets.
func (c *change) openIncident(reports []ticket.Ticket, s outage.Signature, actor string) error {
	lead := reports[0]
	holders := c.holders(reports)
	if err := c.tx.SaveIncident(ticket.Incident{Lead: lead.ID, Signature: s, OpenedAt: c.now}); err != nil {
		return err
	}
	for i := range reports {
		t := &reports[i]
		if err := c.tx.SetReport(t.ID, lead.ID, t.ID == lead.ID); err != nil {
			return err
		}
		e := ticket.Event{Ticket: t.ID, Kind: ticket.EventReports, Actor: actor, OtherTicket: lead.ID}
		if t.ID == lead.ID {
			e = ticket.Event{Ticket: t.ID, Kind: ticket.EventLeads, Actor: actor, Number: len(reports)}
		}
		if err := c.record(e); err != nil {
			return err
		}
		if err := c.raise(t, actor); err != nil {
			return err
		}
		if t.ID == lead.ID && c.set.Outages.Page {
			if err := c.page(t, peopleIn(reports, requesterOf), actor); err != nil {
				return err
			}
		}
		if err := c.save(t); err != nil {
			return err
		}
	}
	return c.announce(reports[0], s, slices.Concat(c.responsible(reports[0]), c.responsible(lead), holders))
}

// page hands the lead on to the next level, if there is one.
func (c *change) page(t *ticket.Ticket, people int, actor string) error {
	o := order{agent: Agent{Name: actor}, after: *t}
	if _, err := o.handOn(c.set, +1, fmt.Sprintf("%d people report the same", people), notify.TemplateEscalation); err != nil {
		return nil // it is at the last level already
	}
	before := *t
	if err := c.apply(t, o); err != nil {
		return err
	}
	return c.giveOut(t, before)
}

// firstText returns what a ticket began with.
func (c *change) firstText(t ticket.ID) (string, error) {
	entries, err := c.tx.Correspondence(t)
	if err != nil || len(entries) == 0 {
		return "", err
	}
	return entries[0].Text, nil
}

// solveIncident keeps the solution of an incident for all who report it. The
// clock passes it on, a page of tickets at a time.
func (c *change) solveIncident(t ticket.Ticket, solver, solution string) error {
	i, err := c.tx.IncidentOf(t.ID)
	if err != nil {
		return ignoreNotFound(err)
	}
	if i.Lead != t.ID || !i.SolvedAt.IsZero() {
		return nil
	}
	i.SolvedAt, i.Solver, i.Solution = c.now, solver, solution
	return c.tx.SaveIncident(i)
}

// passOn resolves one report with the solution of its incident, in its
// requester's language. One that was resolved by itself stays as it is.
func (c *change) passOn(id ticket.ID) error {
	t, err := c.tx.Ticket(id)
	if err != nil {
		return err
	}
	i, err := c.tx.IncidentOf(id)
	if err != nil {
		return err
	}
	if err := c.tx.SetReport(id, i.Lead, true); err != nil {
		return err
	}
	if t.Status == ticket.StatusResolved || t.Status == ticket.StatusClosed {
		return nil // its requester knows, or will
	}
	if err := c.record(ticket.Event{Ticket: id, Kind: ticket.EventSolved, Actor: i.Solver, OtherTicket: i.Lead}); err != nil {
		return err
	}
	c.causeEvent = causeAt(i.SolvedAt)
	if err := c.move(&t, ticket.StatusResolved, i.Solver); err != nil {
		return err
	}
	t.Assignee = firstOf(t.Assignee, i.Solver)
	// Nobody looked at this ticket: its own words stay out.
	if err := c.inform(&t, notify.Notice{Template: notify.TemplateResolution, Bare: true, Actor: t.Assignee, Text: i.Solution}); err != nil {
		return err
	}
	return c.save(&t)
}

// passOnSolutions resolves the tickets that report a solved incident.
func (d *Desk) passOnSolutions(ctx context.Context, now time.Time) (int, error) {
	done := 0
	for {
		var ids []ticket.ID
		find := func(r ticket.Reader) (err error) {
			ids, err = r.ReportsToTell(duePage)
			return err
		}
		if err := d.store.View(ctx, find); err != nil || len(ids) == 0 {
			return done, err
		}
		err := d.decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
			if err := find(tx); err != nil {
				return err
			}
			for _, id := range ids {
				c := d.changeAt(ctx, tx, now)
				if err := c.passOn(id); err != nil {
					return fmt.Errorf("ticket %d: %w", id, err)
				}
			}
			return nil
		})
		if err != nil {
			return done, err
		}
		done += len(ids)
		signal(d.wake)
	}
}
