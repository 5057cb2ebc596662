package report

import (
	"time"

	"maildesk/ticket"
)

// Reader is what figures are read from.
type Reader interface {
	Tickets(ticket.Filter) ([]ticket.Ticket, error)
	EventsOfAll(tickets []ticket.ID, kinds ...ticket.EventKind) ([]ticket.Event, error)
}

// readAtOnce is how many tickets are in memory at a time, with their events.
const readAtOnce = 1000

// Read counts all tickets that can matter since a time, the begin of the counter's first
// period. terms returns what the times of a ticket are counted by.
func (c *Counter) Read(r Reader, terms func(ticket.Ticket) Terms) error {
	filter := ticket.Filter{ActiveSince: c.begin(), Limit: readAtOnce}
	for {
		tickets, err := r.Tickets(filter)
		if err != nil || len(tickets) == 0 {
			return err
		}
		ids := make([]ticket.ID, len(tickets))
		for i, t := range tickets {
			ids[i] = t.ID
		}
		events, err := r.EventsOfAll(ids, Kinds...)
		if err != nil {
			return err
		}
		for _, t := range tickets {
			n := 0 // events of this ticket, which come first
			for n < len(events) && events[n].Ticket == t.ID {
				n++
			}
			c.Add(LifeOf(t, events[:n], terms(t)))
			events = events[n:]
		}
		filter.After = ids[len(ids)-1]
	}
}

// begin returns when the first period begins.
func (c *Counter) begin() time.Time {
	if len(c.Sheets) == 0 {
		return time.Time{}
	}
	return c.Sheets[0].From
}
