package desk

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"maildesk/desk/notify"
	"maildesk/outage"
	"maildesk/ticket"
)

// report is what a ticket is to the incidents, and what an agent's commands
// make of that.
type report struct {
	open    []ticket.Incident // those that go on
	of      ticket.ID         // the incident that the ticket reports or leads, 0: none
	declare bool              // #incident
	join    ticket.ID         // #incident 17; of a lead, with all its reports
	tell    bool              // #announce
	split   ticket.ID         // #split: this ticket, or one of those below
	reports []ticket.ID       // of the incident that the ticket leads, without itself
}

func (c *change) reportOf(t ticket.ID) (report, error) {
	open, err := c.tx.OpenIncidents()
	if err != nil {
		return report{}, err
	}
	i, err := c.tx.IncidentOf(t)
	r := report{open: open, of: i.Lead}
	if err != nil || i.Lead != t {
		return r, ignoreNotFound(err)
	}
	all, err := c.tx.Reports(t)
	for _, other := range all {
		if other.ID != t {
			r.reports = append(r.reports, other.ID)
		}
	}
	return r, err
}

// stepIncident makes an incident of the ticket, or a report of the incident
// whose number is given. The lead of an incident takes its reports along.
func stepIncident(_ *Settings, o *order, arg string, _ time.Time) (ticket.Phrase, error) {
	leads := o.report.of == o.after.ID
	switch {
	case leads && arg == "":
		return ticket.Phrase{}, ticket.Say("the ticket leads an incident already; #incident 17 makes one of it and that of ticket 17")
	case o.report.of != 0 && !leads:
		return ticket.Phrase{}, ticket.Say("the ticket belongs to incident #%d already; #split takes it out", o.report.of)
	case o.after.Status == ticket.StatusResolved || o.after.Status == ticket.StatusClosed:
		return ticket.Phrase{}, ticket.Say("the ticket is resolved; #reopen it first")
	case arg == "":
		o.report.declare = true
		return ticket.Say("an incident; tickets that report the same join it"), o.open()
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(arg, "#"), 10, 64)
	if err != nil {
		return ticket.Phrase{}, ticket.Say("%q is no number of a ticket; write #incident, or #incident 17", arg)
	}
	if leads && n == int64(o.after.ID) {
		return ticket.Phrase{}, ticket.Say("#%d is this ticket itself", n)
	}
	for _, i := range o.report.open {
		if int64(i.Lead) == n {
			o.report.join = i.Lead
			if leads {
				return ticket.Say("one incident with #%d, which leads it now: %d reports move there and are solved with it", n, len(o.report.reports)+1), nil
			}
			return ticket.Say("reports incident #%d and is solved with it", n), nil
		}
	}
	if len(o.report.open) == 0 {
		return ticket.Phrase{}, ticket.Say("#%d leads no incident that goes on", n)
	}
	return ticket.Phrase{}, ticket.Say("#%d leads no incident that goes on; these do: %s", n, leadsOf(o.report.open))
}

// leadsOf lists the numbers of the tickets that lead incidents.
func leadsOf(open []ticket.Incident) string {
	var all []string
	for _, i := range open {
		all = append(all, fmt.Sprintf("#%d", i.Lead))
	}
	return strings.Join(all, ", ")
}

// splitReport takes a report out of an incident that it does not belong to: the
// ticket itself or, on the lead, the one whose number is given.
func (o *order) splitReport(arg string) (ticket.Phrase, error) {
	o.report.split = o.after.ID
	if o.report.of == o.after.ID {
		n, err := strconv.ParseInt(strings.TrimPrefix(arg, "#"), 10, 64)
		if err != nil || !slices.Contains(o.report.reports, ticket.ID(n)) {
			return ticket.Phrase{}, ticket.Say("the number of a report is needed, as in #split 17; the ticket itself leads the incident")
		}
		o.report.split = ticket.ID(n)
	}
	return ticket.Say("#%d is taken out of incident #%d; a ticket of its own again", o.report.split, o.report.of), nil
}

// keepReport does what the commands say of incidents.
func (h *handling) keepReport(t *ticket.Ticket, o order) error {
	switch {
	case o.report.join != 0 && o.report.of == t.ID:
		return h.merge(t, o.report.join, o.agent)
	case o.report.join != 0:
		i, err := h.tx.IncidentOf(o.report.join)
		if err != nil {
			return err
		}
		if err := h.save(t); err != nil {
			return err
		}
		if err := h.attachAll([]ticket.Ticket{*t}, i, o.agent.Name); err != nil {
			return err
		}
		*t, err = h.tx.Ticket(t.ID)
		return err
	case o.report.declare:
		return h.declare(t, o.agent)
	case o.report.split == t.ID:
		return h.splitOff(t, o.agent)
	case o.report.split != 0:
		other, err := h.tx.Ticket(o.report.split)
		if err != nil {
			return err
		}
		if err := h.splitOff(&other, o.agent); err != nil {
			return err
		}
		return h.save(&other)
	}
	return nil
}

// declare makes an incident of one ticket by hand. Those that came lately and
// report the same become its reports.
func (h *handling) declare(t *ticket.Ticket, agent Agent) error {
	text, err := h.firstText(t.ID)
	if err != nil {
		return err
	}
	r := ticket.Request{Ticket: t.ID, From: t.Requester, At: t.CreatedAt, Category: t.Category, Subject: t.Subject, Text: text}
	signature, err := h.maker.recent.describe(h.tx, h.set.Outages, requestSeen(r))
	if err != nil {
		return err
	}
	reports := []ticket.Ticket{*t}
	alike, err := h.alike(*t, signature)
	if err != nil {
		return err
	}
	if err := h.save(t); err != nil {
		return err
	}
	if err := h.openIncident(append(reports, alike...), signature, agent.Name); err != nil {
		return err
	}
	*t, err = h.tx.Ticket(t.ID)
	return err
}

// merge makes one incident of two: all tickets of the one that t leads become
// reports of the other.
func (h *handling) merge(t *ticket.Ticket, into ticket.ID, agent Agent) error {
	from, err := h.tx.IncidentOf(t.ID)
	if err != nil {
		return err
	}
	to, err := h.tx.IncidentOf(into)
	if err != nil {
		return err
	}
	if err := h.save(t); err != nil {
		return err
	}
	tickets, err := h.tx.Reports(from.Lead)
	if err != nil {
		return err
	}
	to.Signature = to.Signature.Or(from.Signature)
	from.SolvedAt, from.Solver = h.now, agent.Name // it has no reports any more, and takes no new ones
	if err := errors.Join(h.tx.SaveIncident(to), h.tx.SaveIncident(from)); err != nil {
		return err
	}
	if err := h.attachAll(tickets, to, agent.Name); err != nil {
		return err
	}
	*t, err = h.tx.Ticket(t.ID)
	return err
}

// lately is how many of the latest requests may be reports of an incident that
// is declared by hand, if they came within the last hours.
const (
	lately      = 200
	latelyHours = 4 * time.Hour
)

// alike returns the unsolved tickets of the last hours that match a signature.
func (h *handling) alike(t ticket.Ticket, s outage.Signature) ([]ticket.Ticket, error) {
	requests, err := h.tx.LatestRequests(lately)
	if err != nil {
		return nil, err
	}
	var found []ticket.Ticket
	for _, r := range requests {
		if r.Ticket == t.ID || r.Imported || h.now.Sub(r.At) > latelyHours || !s.Matches(requestSeen(r)) {
			continue
		}
		other, err := h.tx.Ticket(r.Ticket)
		if err != nil {
			return nil, err
		}
		if _, err := h.tx.IncidentOf(r.Ticket); !errors.Is(err, ticket.ErrNotFound) {
			if err != nil {
				return nil, err
			}
			continue
		}
		if other.Status != ticket.StatusResolved && other.Status != ticket.StatusClosed {
			found = append(found, other)
		}
	}
	return found, nil
}

// splitOff makes a report a ticket of its own again and announces it.
func (h *handling) splitOff(t *ticket.Ticket, agent Agent) error {
	i, err := h.tx.IncidentOf(t.ID)
	if err != nil {
		return err
	}
	if err := h.tx.SetReport(t.ID, 0, false); err != nil {
		return err
	}
	if err := h.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventSplit, Actor: agent.Name, OtherTicket: i.Lead}); err != nil {
		return err
	}
	if err := h.lower(t, agent.Name); err != nil {
		return err
	}
	if err := h.assign(t); err != nil {
		return err
	}
	text, err := h.firstText(t.ID)
	if err != nil {
		return err
	}
	n := notify.Notice{Template: notify.TemplateNewTicket, Actor: firstOf(t.Name, t.Requester), Text: text}
	return h.tellAgents(*t, h.responsible(*t), n, Agent{})
}

// lower sets a ticket to the priority again that it had before it was raised as a
// report (see raise), unless somebody has changed it since.
func (c *change) lower(t *ticket.Ticket, actor string) error {
	events, err := c.tx.Events(t.ID)
	if err != nil {
		return err
	}
	for i, e := range slices.Backward(events) {
		if e.Kind != ticket.EventPriority {
			continue
		}
		joined := i > 0 && (events[i-1].Kind == ticket.EventReports || events[i-1].Kind == ticket.EventLeads)
		before, raised := ticket.Priority(e.From), ticket.Priority(e.To)
		if !joined || raised != t.Priority || !slices.Contains(ticket.Priorities, before) {
			return nil
		}
		if err := c.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventPriority, Actor: actor, From: e.To, To: e.From}); err != nil {
			return err
		}
		t.Priority = before
		return nil
	}
	return nil
}
