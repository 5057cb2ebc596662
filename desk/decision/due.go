package decision

import (
	"slices"
	"time"

	"maildesk/desk/settings"
	"maildesk/target"
	"maildesk/ticket"
)

// promiseFacts is what a store is asked about the promises on a ticket.
type promiseFacts interface {
	IncidentOf(ticket.ID) (ticket.Incident, error)
	Events(t ticket.ID, kinds ...ticket.EventKind) ([]ticket.Event, error)
}

// Timings returns what is promised for a ticket, and how each promise stands;
// nil when nothing is.
func Timings(s *settings.Settings, r promiseFacts, t ticket.Ticket, now time.Time) (*target.Promise, []target.Timing, error) {
	if t.Status == ticket.StatusClosed || slices.Contains(t.Tags, "spam") {
		return nil, nil, nil
	}
	promise := s.Rules.Promise(t.Target, string(t.Priority), t.Category, t.Queue)
	if promise == nil {
		return nil, nil, nil
	}
	var events []ticket.Event
	if t.ID != 0 {
		i, err := r.IncidentOf(t.ID)
		if err = IgnoreNotFound(err); err != nil || i.Lead != 0 && i.Lead != t.ID {
			return nil, nil, err // what is promised counts on the ticket that leads the incident
		}
		if events, err = r.Events(t.ID, target.Counted...); err != nil {
			return nil, nil, err
		}
	}
	all, counts := target.Timings(promise, t, events, now)
	if !counts {
		return nil, nil, nil
	}
	return promise, all, nil
}

// UpdateDue brings the times on a ticket up to date with what has happened, and
// writes down what was done just now, in time or not.
func (c *Change) UpdateDue(t *ticket.Ticket) error {
	promise, all, err := Timings(c.Set, c.Tx, *t, c.Now)
	if err != nil {
		return err
	}
	target.SetDue(t, promise, all, c.Now)
	for _, x := range all {
		what, news := x.News(c.Now)
		if !news {
			continue
		}
		if err := c.Record(x.Event(what, t.ID)); err != nil {
			return err
		}
	}
	if mayBeIdle(*t) { // how long the requester waits is looked up only then
		t.AwaitAt = earliest(t.AwaitAt, c.Set.Rules.IdleAt(t.Queue, c.Now))
	}
	return nil
}
