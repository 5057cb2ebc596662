package order

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"maildesk/desk/settings"
	"maildesk/ticket"
)

// stepAnnounce sends the text to everybody who reports the incident that the
// ticket leads.
func stepAnnounce(_ *settings.Settings, o *Order, _ string, _ time.Time) (ticket.Phrase, error) {
	switch o.Incident.Of {
	case 0:
		return ticket.Phrase{}, ticket.Say("the ticket leads no incident, so nobody else has reported it; #incident makes it one")
	case o.After.ID:
		o.Incident.Tell = true
		return ticket.Say("goes to the requesters of all %d reports", len(o.Incident.Reports)+1), o.open()
	}
	return ticket.Phrase{}, ticket.Say("the ticket only reports the incident; #announce belongs on #%d, which leads it", o.Incident.Of)
}

// Incident is what a ticket is to the incidents, and what an agent's commands
// make of that.
type Incident struct {
	Open    []ticket.Incident // those that go on
	Of      ticket.ID         // the incident that the ticket reports or leads, 0: none
	Declare bool              // #incident
	Join    ticket.ID         // #incident 17; of a lead, with all its reports
	Tell    bool              // #announce
	Split   ticket.ID         // #split: this ticket, or one of those below
	Reports []ticket.ID       // of the incident that the ticket leads, without itself
}

// stepIncident makes an incident of the ticket, or a report of the incident
// whose number is given. The lead of an incident takes its reports along.
func stepIncident(_ *settings.Settings, o *Order, arg string, _ time.Time) (ticket.Phrase, error) {
	leads := o.Incident.Of == o.After.ID
	switch {
	case leads && arg == "":
		return ticket.Phrase{}, ticket.Say("the ticket leads an incident already; #incident 17 makes one of it and that of ticket 17")
	case o.Incident.Of != 0 && !leads:
		return ticket.Phrase{}, ticket.Say("the ticket belongs to incident #%d already; #split takes it out", o.Incident.Of)
	case o.After.Status == ticket.StatusResolved || o.After.Status == ticket.StatusClosed:
		return ticket.Phrase{}, ticket.Say("the ticket is resolved; #reopen it first")
	case arg == "":
		o.Incident.Declare = true
		return ticket.Say("an incident; tickets that report the same join it"), o.open()
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(arg, "#"), 10, 64)
	if err != nil {
		return ticket.Phrase{}, ticket.Say("%q is not a number of a ticket; write #incident, or #incident 17", arg)
	}
	if leads && n == int64(o.After.ID) {
		return ticket.Phrase{}, ticket.Say("#%d is this ticket itself", n)
	}
	for _, i := range o.Incident.Open {
		if int64(i.Lead) == n {
			o.Incident.Join = i.Lead
			if leads {
				return ticket.Say("one incident with #%d, which leads it now: %d reports move there and are solved with it", n, len(o.Incident.Reports)+1), nil
			}
			return ticket.Say("reports incident #%d and is solved with it", n), nil
		}
	}
	if len(o.Incident.Open) == 0 {
		return ticket.Phrase{}, ticket.Say("#%d leads no incident that goes on", n)
	}
	return ticket.Phrase{}, ticket.Say("#%d leads no incident that goes on; these do: %s", n, leadsOf(o.Incident.Open))
}

// leadsOf lists the numbers of the tickets that lead incidents.
func leadsOf(open []ticket.Incident) string {
	var all []string
	for _, i := range open {
		all = append(all, fmt.Sprintf("#%d", i.Lead))
	}
	return strings.Join(all, ", ")
}
