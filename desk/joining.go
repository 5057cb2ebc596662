package desk

import (
	"errors"
	"slices"
	"strings"

	"maildesk/outage"
	"maildesk/ticket"
)

// mayReport reports whether the mail can be a report of an outage: a person
// asks, now. What is told to a private queue is told to nobody else.
func (h *handling) mayReport(t ticket.Ticket) bool {
	return !h.silent && !h.set.isPrivate(t.Queue) && t.Requester != "" && h.msg.Class == "person"
}

// known returns the incident, if there is one, that a new request reports.
func (h *handling) known(t ticket.Ticket) (ticket.Incident, bool, error) {
	if !h.mayReport(t) {
		return ticket.Incident{}, false, nil
	}
	open, err := h.tx.OpenIncidents()
	if err != nil {
		return ticket.Incident{}, false, err
	}
	r := h.requestOf(t)
	i := slices.IndexFunc(open, func(i ticket.Incident) bool { return i.Signature.Matches(r) })
	if i < 0 {
		return ticket.Incident{}, false, nil
	}
	return open[i], true, nil
}

// join makes a ticket a report of an incident. Agents hear of the lead only,
// and again whenever the number of reports has doubled.
func (c *change) join(t *ticket.Ticket, i ticket.Incident, actor string) error {
	if err := c.attach(t, i, actor); err != nil {
		return err
	}
	n, err := c.tx.CountReports(i.Lead)
	if err != nil || n <= c.set.Outages.Requests || n&(n-1) != 0 {
		return err
	}
	lead, err := c.tx.Ticket(i.Lead)
	if err != nil {
		return err
	}
	return c.announce(lead, i.Signature, c.responsible(lead))
}

// attach makes a ticket a report of an incident, and tells nobody.
func (c *change) attach(t *ticket.Ticket, i ticket.Incident, actor string) error {
	if err := c.tx.SetReport(t.ID, i.Lead, false); err != nil {
		return err
	}
	if err := c.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventReports, Actor: actor, OtherTicket: i.Lead}); err != nil {
		return err
	}
	if err := c.raise(t, actor); err != nil {
		return err
	}
	return c.save(t)
}

// attachAll makes tickets that were on their own reports of an incident, and
// tells those who hold them.
func (c *change) attachAll(tickets []ticket.Ticket, i ticket.Incident, actor string) error {
	holders := c.holders(tickets)
	for n := range tickets {
		if err := c.attach(&tickets[n], i, actor); err != nil {
			return err
		}
	}
	lead, err := c.tx.Ticket(i.Lead)
	if err != nil {
		return err
	}
	return c.announce(lead, i.Signature, slices.Concat(c.responsible(lead), holders))
}

// holders returns the agents who have tickets, or were told of them: what they
// hold is solved elsewhere from now on.
func (c *change) holders(tickets []ticket.Ticket) []Agent {
	var all []Agent
	for _, t := range tickets {
		all = append(all, c.responsible(t)...)
	}
	return all
}

// watch looks whether a new request is one of many alike, and makes an
// incident of them.
func (h *handling) watch(t *ticket.Ticket) (opened bool, err error) {
	if h.set.Outages.Requests == 0 || !h.mayReport(*t) {
		return false, nil
	}
	alarm, found, err := h.maker.recent.add(h.tx, h.set.Outages, h.requestOf(*t))
	h.watched = t.ID
	if err != nil || !found {
		return false, err
	}
	reports, err := h.onTheirOwn(alarm.Tickets)
	if err != nil {
		return false, err
	}
	if peopleIn(reports, requesterOf) < h.set.Outages.Requests {
		return false, nil
	}
	i, same, err := h.sameOutage(alarm.Signature, reports)
	if err != nil {
		return false, err
	}
	if same {
		i.Signature = i.Signature.Or(alarm.Signature)
		if err = h.tx.SaveIncident(i); err == nil {
			err = h.attachAll(reports, i, ticket.ActorDesk)
		}
	} else {
		err = h.openIncident(leadFirst(reports, ticket.ID(alarm.Lead)), alarm.Signature, ticket.ActorDesk)
	}
	if err != nil {
		return false, err
	}
	*t, err = h.tx.Ticket(t.ID)
	return true, err
}

// onTheirOwn returns those tickets that are open and report no incident. One that is
// not there yet is of a decision beside this one: when that is committed later it is
// made again, and finds this ticket.
func (h *handling) onTheirOwn(ids []int64) (reports []ticket.Ticket, err error) {
	for _, id := range ids {
		t, err := h.tx.Ticket(ticket.ID(id))
		switch {
		case errors.Is(err, ticket.ErrNotFound):
			if err := h.tx.Overtake(ticket.ID(id)); err != nil {
				return nil, err
			}
			continue
		case err != nil:
			return nil, err
		}
		if t.Status == ticket.StatusResolved || t.Status == ticket.StatusClosed {
			continue
		}
		switch _, err := h.tx.IncidentOf(t.ID); {
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
func (h *handling) sameOutage(s outage.Signature, reports []ticket.Ticket) (ticket.Incident, bool, error) {
	open, err := h.tx.OpenIncidents()
	if err != nil {
		return ticket.Incident{}, false, err
	}
	for _, i := range open {
		if h.now.Sub(i.OpenedAt) > latelyHours {
			continue
		}
		known, err := h.tx.Reports(i.Lead)
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
