package report

import (
	"time"

	"maildesk/ticket"
)

// Reader is the part of the store that figures are read from.
type Reader interface {
	Tickets(ticket.Filter) ([]ticket.Ticket, error)
	EventsOfAll(tickets []ticket.ID, kinds ...ticket.EventKind) ([]ticket.Event, error)
}

// readAtOnce is how many tickets are in memory at a time, with their events.
const readAtOnce = 1000

// Read feeds counters all tickets that can matter to them. terms returns how the
// times of a ticket are measured.
func Read(r Reader, terms func(ticket.Ticket) Terms, counters ...*Counter) error {
	filter := ticket.Filter{ActiveSince: firstBegin(counters), Limit: readAtOnce}
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
			life := LifeOf(t, events[:n], terms(t))
			for _, c := range counters {
				c.Add(life)
			}
			events = events[n:]
		}
		filter.After = ids[len(ids)-1]
	}
}

// firstBegin returns the beginning of the first period of all counters.
func firstBegin(counters []*Counter) (first time.Time) {
	for _, c := range counters {
		for _, s := range c.Sheets {
			if first.IsZero() || s.From.Before(first) {
				first = s.From
			}
		}
	}
	return first
}
