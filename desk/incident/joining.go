package incident

import (
	"errors"
	"slices"
	"strings"

	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/settings"
	"maildesk/outage"
	"maildesk/ticket"
)

// mayReport reports whether the mail can be a report of an outage: a person
// asks, now. What is told to a private queue is told to nobody else.
func mayReport(h *incoming.Handling, t ticket.Ticket) bool {
	return !h.Silent && !h.Set.IsPrivate(t.Queue) && t.Requester != "" && h.Msg.Class == "person"
}

// Known returns the incident, if there is one, that a new request reports.
func Known(h *incoming.Handling, t ticket.Ticket) (ticket.Incident, bool, error) {
	if was, known := h.WasReported(t.ID); known {
		return joinedAlone(h, was)
	}
	if !mayReport(h, t) {
		return ticket.Incident{}, false, nil
	}
	open, err := h.Tx.OpenIncidents()
	if err != nil {
		return ticket.Incident{}, false, err
	}
	r := requestOf(h, t)
	i := slices.IndexFunc(open, func(i ticket.Incident) bool { return i.Signature.Matches(r) })
	if i < 0 {
		return ticket.Incident{}, false, nil
	}
	return open[i], true, nil
}

// joinedAlone returns the incident to which a mail brought its own ticket and no other.
func joinedAlone(h *incoming.Handling, was decision.Reported) (ticket.Incident, bool, error) {
	if was.Lead == 0 || was.Opened || len(was.Tickets) > 1 {
		return ticket.Incident{}, false, nil
	}
	i, err := h.Tx.IncidentOf(was.Lead)
	return i, err == nil, decision.IgnoreNotFound(err)
}

// Join makes a ticket a report of an incident. Agents hear of the lead only,
// and again whenever the number of reports has doubled.
func Join(c *decision.Change, t *ticket.Ticket, i ticket.Incident, actor string) error {
	if err := attach(c, t, i, actor); err != nil {
		return err
	}
	n, err := c.Tx.CountReports(i.Lead)
	if err != nil || n <= c.Set.Outages.Requests || n&(n-1) != 0 {
		return err
	}
	lead, err := c.Tx.Ticket(i.Lead)
	if err != nil {
		return err
	}
	return announce(c, lead, i.Signature, c.Responsible(lead))
}

// attach makes a ticket a report of an incident, and tells nobody.
func attach(c *decision.Change, t *ticket.Ticket, i ticket.Incident, actor string) error {
	if err := c.Tx.SetReport(t.ID, i.Lead, false); err != nil {
		return err
	}
	if err := c.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventReports, Actor: actor, OtherTicket: i.Lead}); err != nil {
		return err
	}
	if err := raise(c, t, actor); err != nil {
		return err
	}
	return c.Save(t)
}

// attachAll makes tickets that were on their own reports of an incident, and
// tells those who hold them.
func attachAll(c *decision.Change, tickets []ticket.Ticket, i ticket.Incident, actor string) error {
	holders := holders(c, tickets)
	for n := range tickets {
		if err := attach(c, &tickets[n], i, actor); err != nil {
			return err
		}
	}
	lead, err := c.Tx.Ticket(i.Lead)
	if err != nil {
		return err
	}
	return announce(c, lead, i.Signature, slices.Concat(c.Responsible(lead), holders))
}

// holders returns the agents who have tickets, or were told of them: what they
// hold is solved elsewhere from now on.
func holders(c *decision.Change, tickets []ticket.Ticket) []settings.Agent {
	var all []settings.Agent
	for _, t := range tickets {
		all = append(all, c.Responsible(t)...)
	}
	return all
}

// Detect looks whether a new request is one of many alike, and makes an
// incident of them.
func Detect(h *incoming.Handling, t *ticket.Ticket) (opened bool, err error) {
	var alarm outage.Alarm
	var found bool
	if h.Set.Outages.Requests > 0 && mayReport(h, *t) {
		alarm, found, err = h.Maker.Recent.Add(h.Tx, h.Set.Outages, requestOf(h, *t))
		h.Watched = t.ID
	}
	if was, known := h.WasReported(t.ID); known && err == nil {
		return reportAgain(h, t, was)
	}
	if err != nil || !found {
		return false, err
	}
	reports, err := onTheirOwn(h, ticketsOf(alarm))
	if err != nil {
		return false, err
	}
	if peopleIn(reports, requesterOf) < h.Set.Outages.Requests {
		return false, nil
	}
	i, same, err := sameOutage(h, alarm.Signature, reports)
	if err != nil {
		return false, err
	}
	if same {
		i.Signature = i.Signature.Or(alarm.Signature)
		if err = h.Tx.SaveIncident(i); err == nil {
			err = attachAll(h.Change, reports, i, ticket.ActorDesk)
		}
	} else {
		err = openIncident(h.Change, leadFirst(reports, ticket.ID(alarm.Lead)), alarm.Signature, ticket.ActorDesk)
	}
	if err != nil {
		return false, err
	}
	*t, err = h.Tx.Ticket(t.ID)
	return true, err
}

// reportAgain brings those tickets to an incident that came to it when the mail was
// handled first.
func reportAgain(h *incoming.Handling, t *ticket.Ticket, was decision.Reported) (opened bool, err error) {
	reports, err := onTheirOwn(h, was.Tickets)
	if err != nil || len(reports) == 0 {
		return false, err
	}
	if was.Opened {
		err = openIncident(h.Change, leadFirst(reports, was.Lead), was.Incident.Signature, ticket.ActorDesk)
	} else {
		var i ticket.Incident
		if i, err = h.Tx.IncidentOf(was.Lead); err != nil {
			return false, decision.IgnoreNotFound(err)
		}
		err = attachAll(h.Change, reports, i, ticket.ActorDesk)
	}
	if err != nil {
		return false, err
	}
	*t, err = h.Tx.Ticket(t.ID)
	return true, err
}

// ticketsOf returns the tickets of an alarm.
func ticketsOf(a outage.Alarm) (ids []ticket.ID) {
	for _, id := range a.Tickets {
		ids = append(ids, ticket.ID(id))
	}
	return ids
}

// onTheirOwn returns those tickets that are open and report no incident. One that is
// not there yet is of a decision beside this one: when that is committed later it is
// made again, and finds this ticket.
func onTheirOwn(h *incoming.Handling, ids []ticket.ID) (reports []ticket.Ticket, err error) {
	for _, id := range ids {
		t, err := h.Tx.Ticket(id)
		switch {
		case errors.Is(err, ticket.ErrNotFound):
			if err := h.Tx.Overtake(id); err != nil {
				return nil, err
			}
			continue
		case err != nil:
			return nil, err
		}
		if t.Status == ticket.StatusResolved || t.Status == ticket.StatusClosed {
			continue
		}
		switch _, err := h.Tx.IncidentOf(t.ID); {
		case errors.Is(err, ticket.ErrNotFound):
			reports = append(reports, t)
		case err != nil:
			return nil, err
		}
	}
	return reports, nil
}

// leadFirst puts the report that is most like the others first, if it is still
// there; else the oldest leads.
func leadFirst(reports []ticket.Ticket, lead ticket.ID) []ticket.Ticket {
	i := slices.IndexFunc(reports, func(t ticket.Ticket) bool { return t.ID == lead })
	if i <= 0 {
		return reports
	}
	return slices.Concat(reports[i:i+1], reports[:i], reports[i+1:])
}

// sameOutage returns the incident of which many reports tell, though each of
// them for itself did not match it: they use one of its words, or they tell of
// its category in another language, within hours.
func sameOutage(h *incoming.Handling, s outage.Signature, reports []ticket.Ticket) (ticket.Incident, bool, error) {
	open, err := h.Tx.OpenIncidents()
	if err != nil {
		return ticket.Incident{}, false, err
	}
	for _, i := range open {
		if h.Now.Sub(i.OpenedAt) > latelyHours {
			continue
		}
		known, err := h.Tx.Reports(i.Lead)
		if err != nil {
			return ticket.Incident{}, false, err
		}
		category := mostCommon(reports, func(t ticket.Ticket) string { return t.Category })
		sameCategory := category == mostCommon(known, func(t ticket.Ticket) string { return t.Category })
		language := mostCommon(reports, func(t ticket.Ticket) string { return t.Language })
		otherLanguage := language != mostCommon(known, func(t ticket.Ticket) string { return t.Language })
		if sameCategory && (i.Signature.Overlaps(s) || category != "" && otherLanguage) {
			return i, true, nil
		}
	}
	return ticket.Incident{}, false, nil
}

// mostCommon returns the value that most tickets have; of several the first.
func mostCommon(tickets []ticket.Ticket, of func(ticket.Ticket) string) string {
	count := map[string]int{}
	best := ""
	for _, t := range tickets {
		v := of(t)
		if count[v]++; count[v] > count[best] {
			best = v
		}
	}
	return best
}

// requesterOf returns who opened a ticket.
func requesterOf(t ticket.Ticket) string { return t.Requester }

// peopleIn counts the people whose addresses of returns.
func peopleIn[T any](all []T, of func(T) string) int {
	people := map[string]bool{}
	for _, one := range all {
		people[strings.ToLower(of(one))] = true
	}
	return len(people)
}
