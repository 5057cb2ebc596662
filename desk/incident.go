package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"maildesk/outage"
)

// Incident is one outage that many people report. Its lead is the ticket in
// which it is worked on; solving that solves all.
type Incident struct {
	Lead      TicketID
	Signature outage.Signature // by which later reports are known
	OpenedAt  time.Time
	SolvedAt  time.Time // zero: it goes on
	Solver    string    // agent
	Solution  string    // what the agent wrote to everybody
}

// Request is a ticket as it came in.
type Request struct {
	Ticket   TicketID
	From     string
	At       time.Time
	Category string
	Subject  string
	Text     string // at least its first 4 KiB
	Imported bool   // history: it tells what is usual, and reports nothing
}

func (r Request) seen() outage.Request {
	return outage.Request{Ticket: int64(r.Ticket), From: r.From, At: r.At, Category: r.Category, Text: r.Subject + "\n" + r.Text}
}

// requestOf gives the mail as a request; of a ticket that is not kept yet the
// number is 0.
func (h *handling) requestOf(t Ticket) outage.Request {
	return Request{Ticket: t.ID, From: t.Requester, At: h.mail.ReceivedAt, Category: t.Category, Subject: t.Subject, Text: h.newText()}.seen()
}

// mayReport reports whether the mail can be a report of an outage: a person
// asks, now.
func (h *handling) mayReport(t Ticket) bool {
	return !h.silent && t.Requester != "" && h.msg.Class == "person"
}

// known gives the incident, if there is one, that a new request reports.
func (h *handling) known(t Ticket) (Incident, bool, error) {
	if !h.mayReport(t) {
		return Incident{}, false, nil
	}
	open, err := h.tx.OpenIncidents()
	if err != nil {
		return Incident{}, false, err
	}
	r := h.requestOf(t)
	i := slices.IndexFunc(open, func(i Incident) bool { return i.Signature.Matches(r) })
	if i < 0 {
		return Incident{}, false, nil
	}
	return open[i], true, nil
}

// join makes a ticket a report of an incident. Agents hear of the lead only,
// and again whenever the number of reports has doubled.
func (c *change) join(t *Ticket, i Incident, actor string) error {
	if err := c.tx.SetReport(t.ID, i.Lead, false); err != nil {
		return err
	}
	if _, err := c.event(t.ID, actor, "incident", fmt.Sprintf("reports the same as #%d", i.Lead)); err != nil {
		return err
	}
	if err := c.raise(t, actor); err != nil {
		return err
	}
	if err := c.save(t); err != nil {
		return err
	}
	lead, err := c.tx.Ticket(i.Lead)
	if err != nil {
		return err
	}
	reports, err := c.tx.Reports(i.Lead)
	if err != nil {
		return err
	}
	if n := len(reports); n <= c.set.Outages.Requests || n&(n-1) != 0 {
		return nil
	}
	return c.announce(lead, reports, c.responsible(lead))
}

// raise gives a ticket of an incident at least the priority of incidents.
func (c *change) raise(t *Ticket, actor string) error {
	want := c.set.Outages.Priority
	if slices.Index(priorities, want) <= slices.Index(priorities, t.Priority) {
		return nil
	}
	if _, err := c.event(t.ID, actor, "priority", orDash(t.Priority)+arrow+want); err != nil {
		return err
	}
	t.Priority = want
	return nil
}

// watch looks whether a new request is one of many alike, and makes an
// incident of them.
func (h *handling) watch(t *Ticket) (opened bool, err error) {
	if h.set.Outages.Requests == 0 || !h.mayReport(*t) {
		return false, nil
	}
	alarm, found, err := h.desk.lookout.add(h.tx, h.set.Outages, h.requestOf(*t))
	h.watched = t.ID
	if err != nil || !found {
		return false, err
	}
	var reports []Ticket
	for _, id := range alarm.Tickets {
		r, err := h.tx.Ticket(TicketID(id))
		if err != nil {
			return false, err
		}
		_, err = h.tx.IncidentOf(r.ID)
		switch {
		case err == nil, r.Status == StatusResolved, r.Status == StatusClosed:
			continue
		case !errors.Is(err, ErrNotFound):
			return false, err
		}
		reports = append(reports, r)
	}
	if PeopleIn(reports) < h.set.Outages.Requests {
		return false, nil
	}
	if err := h.openIncident(reports, alarm.Signature, "desk"); err != nil {
		return false, err
	}
	*t, err = h.tx.Ticket(t.ID)
	return true, err
}

// PeopleIn counts the requesters of tickets.
func PeopleIn(tickets []Ticket) int {
	people := map[string]bool{}
	for _, t := range tickets {
		people[strings.ToLower(t.Requester)] = true
	}
	return len(people)
}

// openIncident makes an incident of tickets that report the same; the oldest is
// the lead. The next level is paged, and the level before knows.
func (c *change) openIncident(reports []Ticket, s outage.Signature, actor string) error {
	lead := reports[0]
	if err := c.tx.SaveIncident(Incident{Lead: lead.ID, Signature: s, OpenedAt: c.now}); err != nil {
		return err
	}
	for i := range reports {
		t := &reports[i]
		if err := c.tx.SetReport(t.ID, lead.ID, t.ID == lead.ID); err != nil {
			return err
		}
		detail := fmt.Sprintf("reports the same as #%d", lead.ID)
		if t.ID == lead.ID {
			detail = fmt.Sprintf("leads %d reports", len(reports))
		}
		if _, err := c.event(t.ID, actor, "incident", detail); err != nil {
			return err
		}
		if err := c.raise(t, actor); err != nil {
			return err
		}
		if t.ID == lead.ID && c.set.Outages.Page {
			if err := c.page(t, PeopleIn(reports), actor); err != nil {
				return err
			}
		}
		if err := c.save(t); err != nil {
			return err
		}
	}
	return c.announce(reports[0], reports, slices.Concat(c.responsible(reports[0]), c.responsible(lead)))
}

// page hands the lead on to the next level, if there is one.
func (c *change) page(t *Ticket, people int, actor string) error {
	o := order{agent: Agent{Name: actor}, after: *t}
	if _, err := o.handOn(c.set, +1, fmt.Sprintf("%d people report the same", people), TemplateEscalation); err != nil {
		return nil // it is at the last level already
	}
	before := *t
	if err := c.apply(t, o); err != nil {
		return err
	}
	return c.giveOut(t, before)
}

// announce tells agents, each once, of an incident.
func (c *change) announce(lead Ticket, reports []Ticket, agents []Agent) error {
	told := map[string]bool{}
	agents = slices.DeleteFunc(agents, func(a Agent) bool {
		twice := told[a.Name]
		told[a.Name] = true
		return twice
	})
	n := Notice{Template: TemplateIncident, Reports: reports}
	var err error
	if n.Text, err = c.firstText(lead.ID); err != nil {
		return err
	}
	return c.tellAgents(lead, agents, n, Agent{})
}

// firstText gives what a ticket began with.
func (c *change) firstText(t TicketID) (string, error) {
	entries, err := c.tx.Correspondence(t)
	if err != nil || len(entries) == 0 {
		return "", err
	}
	return entries[0].Text, nil
}

// solveIncident keeps the solution of an incident for all who report it. The
// clock passes it on, a page of tickets at a time.
func (c *change) solveIncident(t Ticket, solver, solution string) error {
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
func (c *change) passOn(id TicketID) error {
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
	if !canMove(t.Status, StatusResolved) || t.Status == StatusResolved {
		return nil
	}
	if _, err := c.event(id, i.Solver, "incident", fmt.Sprintf("solved with #%d", i.Lead)); err != nil {
		return err
	}
	c.causeEvent = i.SolvedAt.UnixMicro() // the same when the tickets are made anew, unlike the event's number
	if err := c.move(&t, StatusResolved, i.Solver); err != nil {
		return err
	}
	t.Assignee = firstOf(t.Assignee, i.Solver)
	if err := c.informReaders(&t, TemplateResolution, i.Solution); err != nil {
		return err
	}
	return c.save(&t)
}

// passOnSolutions resolves the tickets that report a solved incident.
func (d *Desk) passOnSolutions(ctx context.Context, now time.Time) (int, error) {
	done := 0
	for {
		var ids []TicketID
		find := func(r Reader) (err error) {
			ids, err = r.ReportsToTell(duePage)
			return err
		}
		if err := d.store.View(ctx, find); err != nil || len(ids) == 0 {
			return done, err
		}
		err := d.store.Update(ctx, func(tx Tx) error {
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
