package incident

import (
	"errors"
	"slices"
	"strconv"
	"strings"
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

// For returns what commands about incidents need to know of a ticket: which incidents are
// open, and the one that it leads or reports; zero where it is in none.
func For(c *decision.Change, t ticket.ID) (order.Incident, error) {
	open, err := c.Tx.OpenIncidents()
	if err != nil {
		return order.Incident{}, err
	}
	i, err := c.Tx.IncidentOf(t)
	r := order.Incident{Open: open, Of: i.Lead}
	if err != nil || i.Lead != t {
		return r, decision.IgnoreNotFound(err)
	}
	all, err := c.Tx.Reports(t)
	for _, other := range all {
		if other.ID != t {
			r.Reports = append(r.Reports, other.ID)
		}
	}
	return r, err
}

// SplitReport takes a report out of an incident that it does not belong to: the
// ticket itself or, on the lead, the one whose number is given.
func SplitReport(o *order.Order, arg string) (ticket.Phrase, error) {
	o.Incident.Split = o.After.ID
	if o.Incident.Of == o.After.ID {
		n, err := strconv.ParseInt(strings.TrimPrefix(arg, "#"), 10, 64)
		if err != nil || !slices.Contains(o.Incident.Reports, ticket.ID(n)) {
			return ticket.Phrase{}, ticket.Say("the number of a report is needed, as in #split 17; the ticket itself leads the incident")
		}
		o.Incident.Split = ticket.ID(n)
	}
	return ticket.Say("#%d is taken out of incident #%d; a ticket of its own again", o.Incident.Split, o.Incident.Of), nil
}

// KeepReport does what the commands say of incidents.
func KeepReport(h *incoming.Handling, t *ticket.Ticket, o order.Order) error {
	switch {
	case o.Incident.Join != 0 && o.Incident.Of == t.ID:
		return merge(h, t, o.Incident.Join, o.Agent)
	case o.Incident.Join != 0:
		i, err := h.Tx.IncidentOf(o.Incident.Join)
		if err != nil {
			return err
		}
		if err := h.Save(t); err != nil {
			return err
		}
		if err := attachAll(h.Change, []ticket.Ticket{*t}, i, o.Agent.Name); err != nil {
			return err
		}
		*t, err = h.Tx.Ticket(t.ID)
		return err
	case o.Incident.Declare:
		return declare(h, t, o.Agent)
	case o.Incident.Split == t.ID:
		return splitOff(h, t, o.Agent)
	case o.Incident.Split != 0:
		other, err := h.Tx.Ticket(o.Incident.Split)
		if err != nil {
			return err
		}
		if err := splitOff(h, &other, o.Agent); err != nil {
			return err
		}
		return h.Save(&other)
	}
	return nil
}

// declare makes an incident of one ticket by hand. Those that came lately and
// report the same become its reports.
func declare(h *incoming.Handling, t *ticket.Ticket, agent settings.Agent) error {
	signature, alike, err := declared(h, *t)
	if err != nil {
		return err
	}
	if err := h.Save(t); err != nil {
		return err
	}
	if err := openIncident(h.Change, slices.Concat([]ticket.Ticket{*t}, alike), signature, agent.Name); err != nil {
		return err
	}
	*t, err = h.Tx.Ticket(t.ID)
	return err
}

// declared returns the signature of an incident that is made of one ticket by hand, and
// the other tickets that report it.
func declared(h *incoming.Handling, t ticket.Ticket) (s outage.Signature, others []ticket.Ticket, err error) {
	if was, known := h.WasReported(t.ID); known && was.Opened && was.Lead == t.ID {
		others, err = onTheirOwn(h, slices.DeleteFunc(slices.Clone(was.Tickets), func(id ticket.ID) bool { return id == t.ID }))
		return was.Incident.Signature, others, err
	}
	text, err := FirstText(h.Change, t.ID)
	if err != nil {
		return s, nil, err
	}
	r := ticket.Request{Ticket: t.ID, From: t.Requester, At: t.CreatedAt, Category: t.Category, Subject: t.Subject, Text: text}
	if s, err = h.Maker.Recent.Describe(h.Tx, h.Set.Outages, recent.Request(r)); err != nil {
		return s, nil, err
	}
	others, err = alike(h, t, s)
	return s, others, err
}

// merge makes one incident of two: all tickets of the one that t leads become
// reports of the other.
func merge(h *incoming.Handling, t *ticket.Ticket, into ticket.ID, agent settings.Agent) error {
	from, err := h.Tx.IncidentOf(t.ID)
	if err != nil {
		return err
	}
	to, err := h.Tx.IncidentOf(into)
	if err != nil {
		return err
	}
	if err := h.Save(t); err != nil {
		return err
	}
	tickets, err := h.Tx.Reports(from.Lead)
	if err != nil {
		return err
	}
	to.Signature = to.Signature.Or(from.Signature)
	to.Announcements, from.Announcements = slices.Concat(to.Announcements, from.Announcements), nil
	from.SolvedAt, from.Solver = h.Now, agent.Name // it has no reports any more, and takes no new ones
	if err := errors.Join(h.Tx.SaveIncident(to), h.Tx.SaveIncident(from)); err != nil {
		return err
	}
	if err := attachAll(h.Change, tickets, to, agent.Name); err != nil {
		return err
	}
	*t, err = h.Tx.Ticket(t.ID)
	return err
}

// lately is how many of the latest requests may be reports of an incident that
// is declared by hand, if they came within the last hours.
const (
	lately      = 200
	latelyHours = 4 * time.Hour
)

// alike returns the unsolved tickets of the last hours that match a signature.
func alike(h *incoming.Handling, t ticket.Ticket, s outage.Signature) ([]ticket.Ticket, error) {
	requests, err := h.Tx.LatestRequests(lately)
	if err != nil {
		return nil, err
	}
	var found []ticket.Ticket
	for _, r := range requests {
		if r.Ticket == t.ID || r.Imported || h.Now.Sub(r.At) > latelyHours || !s.Matches(recent.Request(r)) {
			continue
		}
		other, err := h.Tx.Ticket(r.Ticket)
		if err != nil {
			return nil, err
		}
		if _, err := h.Tx.IncidentOf(r.Ticket); !errors.Is(err, ticket.ErrNotFound) {
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
func splitOff(h *incoming.Handling, t *ticket.Ticket, agent settings.Agent) error {
	i, err := h.Tx.IncidentOf(t.ID)
	if err != nil {
		return err
	}
	if err := h.Tx.SetReport(t.ID, 0, false); err != nil {
		return err
	}
	if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventSplit, Actor: agent.Name, OtherTicket: i.Lead}); err != nil {
		return err
	}
	if err := lower(h.Change, t, agent.Name); err != nil {
		return err
	}
	if err := h.Assign(t); err != nil {
		return err
	}
	text, err := FirstText(h.Change, t.ID)
	if err != nil {
		return err
	}
	n := notify.Notice{Template: notify.TemplateNewTicket, Actor: settings.FirstOf(t.Name, t.Requester), Text: text}
	return notices.SendToAgents(h.Change, *t, h.Responsible(*t), n, settings.Agent{})
}

// lower sets a ticket to the priority again that it had before it was raised as a
// report (see raise), unless somebody has changed it since.
func lower(c *decision.Change, t *ticket.Ticket, actor string) error {
	events, err := c.Tx.Events(t.ID)
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
		if err := c.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventPriority, Actor: actor, From: e.To, To: e.From}); err != nil {
			return err
		}
		t.Priority = before
		return nil
	}
	return nil
}
