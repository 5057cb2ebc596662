package incident

import (
	"context"
	"fmt"
	"slices"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/recent"
	"maildesk/desk/settings"
	"maildesk/outage"
	"maildesk/ticket"
)

// requestOf returns the mail as a request; of a ticket that is not kept yet the
// number is 0.
func requestOf(h *incoming.Handling, t ticket.Ticket) outage.Request {
	return recent.Request(ticket.Request{Ticket: t.ID, From: t.Requester, At: h.Mail.ReceivedAt, Category: t.Category, Subject: t.Subject, Text: h.Msg.Reply})
}

// raise lets a ticket of an incident have at least the priority of incidents.
func raise(c *decision.Change, t *ticket.Ticket, actor string) error {
	want := c.Set.Outages.Priority
	if !want.Above(t.Priority) {
		return nil
	}
	if err := c.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventPriority, Actor: actor, From: string(t.Priority), To: string(want)}); err != nil {
		return err
	}
	t.Priority = want
	return nil
}

// openIncident makes an incident of tickets that report the same; the first is
// the lead. The next level is paged, and the level before knows, as do all who
// hold one of the tickets.
func openIncident(c *decision.Change, reports []ticket.Ticket, s outage.Signature, actor string) error {
	lead := reports[0]
	holders := holders(c, reports)
	if err := c.Tx.SaveIncident(ticket.Incident{Lead: lead.ID, Signature: s, OpenedAt: c.Now}); err != nil {
		return err
	}
	for i := range reports {
		t := &reports[i]
		if err := c.Tx.SetReport(t.ID, lead.ID, t.ID == lead.ID); err != nil {
			return err
		}
		e := ticket.Event{Ticket: t.ID, Kind: ticket.EventReports, Actor: actor, OtherTicket: lead.ID}
		if t.ID == lead.ID {
			e = ticket.Event{Ticket: t.ID, Kind: ticket.EventLeads, Actor: actor, Number: len(reports)}
		}
		if err := c.Record(e); err != nil {
			return err
		}
		if err := raise(c, t, actor); err != nil {
			return err
		}
		if t.ID == lead.ID && c.Set.Outages.Page {
			if err := page(c, t, peopleIn(reports, requesterOf), actor); err != nil {
				return err
			}
		}
		if err := c.Save(t); err != nil {
			return err
		}
	}
	return announce(c, reports[0], s, slices.Concat(c.Responsible(reports[0]), c.Responsible(lead), holders))
}

// page hands the lead on to the next level, if there is one.
func page(c *decision.Change, t *ticket.Ticket, people int, actor string) error {
	o := order.Order{Agent: settings.Agent{Name: actor}, After: *t}
	if _, err := o.HandOn(c.Set, +1, fmt.Sprintf("%d people report the same", people), notify.TemplateEscalation); err != nil {
		return nil // it is at the last level already
	}
	before := *t
	if err := c.Apply(t, o); err != nil {
		return err
	}
	return c.GiveOut(t, before)
}

// FirstText returns what a ticket began with.
func FirstText(c *decision.Change, t ticket.ID) (string, error) {
	entries, err := c.Tx.Correspondence(t)
	if err != nil || len(entries) == 0 {
		return "", err
	}
	return entries[0].Text, nil
}

// SolveIncident keeps the solution of an incident for all who report it. The
// clock passes it on, a page of tickets at a time.
func SolveIncident(c *decision.Change, t ticket.Ticket, solver, solution string) error {
	i, err := c.Tx.IncidentOf(t.ID)
	if err != nil {
		return decision.IgnoreNotFound(err)
	}
	if i.Lead != t.ID || !i.SolvedAt.IsZero() {
		return nil
	}
	i.SolvedAt, i.Solver, i.Solution = c.Now, solver, solution
	return c.Tx.SaveIncident(i)
}

// passOn resolves one report with the solution of its incident, in its
// requester's language. One that was resolved by itself stays as it is.
func passOn(c *decision.Change, id ticket.ID) error {
	t, err := c.Tx.Ticket(id)
	if err != nil {
		return err
	}
	i, err := c.Tx.IncidentOf(id)
	if err != nil {
		return err
	}
	if err := c.Tx.SetReport(id, i.Lead, true); err != nil {
		return err
	}
	if t.Status == ticket.StatusResolved || t.Status == ticket.StatusClosed {
		return nil // its requester knows, or will
	}
	if err := c.Record(ticket.Event{Ticket: id, Kind: ticket.EventSolved, Actor: i.Solver, OtherTicket: i.Lead}); err != nil {
		return err
	}
	c.CauseEvent = decision.CauseAt(i.SolvedAt)
	if err := c.Move(&t, ticket.StatusResolved, i.Solver); err != nil {
		return err
	}
	if t.Assignee == "" && i.Solver != "" {
		t.Assignee = i.Solver
		if err := c.Record(ticket.Event{Ticket: id, Kind: ticket.EventAssigned, Actor: i.Solver, To: i.Solver}); err != nil {
			return err
		}
	}
	// Nobody looked at this ticket: its own words stay out.
	if err := notices.Inform(c, &t, notify.Notice{Template: notify.TemplateResolution, Bare: true, Actor: t.Assignee, Text: i.Solution}); err != nil {
		return err
	}
	return c.Save(&t)
}

// pastWindow returns those reports whose incident was solved by a time: what was solved
// later its solver can still take back.
func pastWindow(r ticket.IncidentReader, ids []ticket.ID, by time.Time) (past []ticket.ID, err error) {
	for _, id := range ids {
		i, err := r.IncidentOf(id)
		if err != nil {
			return nil, err
		}
		if !i.SolvedAt.After(by) {
			past = append(past, id)
		}
	}
	return past, nil
}

// PassOnSolutions resolves the tickets that report a solved incident.
func PassOnSolutions(ctx context.Context, m *decision.Maker, now time.Time) (int, error) {
	done := 0
	for {
		var ids []ticket.ID
		find := func(r ticket.Reader) (err error) {
			if ids, err = r.ReportsToTell(tellPage); err == nil {
				ids, err = pastWindow(r, ids, now.Add(-m.Settings().UndoWindow))
			}
			return err
		}
		if err := m.Store.View(ctx, find); err != nil || len(ids) == 0 {
			return done, err
		}
		err := m.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
			if err := find(tx); err != nil {
				return err
			}
			for _, id := range ids {
				c := m.ChangeAt(ctx, tx, now)
				if err := passOn(c, id); err != nil {
					return fmt.Errorf("ticket %d: %w", id, err)
				}
			}
			return nil
		})
		if err != nil {
			return done, err
		}
		done += len(ids)
		decision.Signal(m.Posted)
	}
}
