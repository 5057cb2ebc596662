package decision

import (
	"slices"

	"maildesk/desk/order"
	"maildesk/ticket"
)

// GiveOut hands a ticket that changed its queue to an agent of the new one, if
// that is how the queue works.
func (c *Change) GiveOut(t *ticket.Ticket, before ticket.Ticket) error {
	if t.Queue == before.Queue {
		return nil
	}
	return c.Assign(t)
}

// Apply changes a ticket as an order says, with an event for each change.
func (c *Change) Apply(t *ticket.Ticket, o order.Order) error {
	for _, e := range o.Changes(*t) {
		if err := c.Record(e); err != nil {
			return err
		}
	}
	status := t.Status
	*t, t.Status = o.After, status
	if err := c.Move(t, o.After.Status, o.Agent.Name); err != nil {
		return err
	}
	switch {
	case o.Spam:
		t.Tags = append(slices.Clone(t.Tags), "spam")
		t.InformedAt = c.Now
		if err := c.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventInformed, Actor: ticket.ActorDesk, Reason: NobodyToTell}); err != nil {
			return err
		}
		return c.Move(t, ticket.StatusClosed, o.Agent.Name)
	case o.Closing:
		t.WakeAt = c.Now
	case t.Status == ticket.StatusPending:
		t.WakeAt = o.WakeAt
	}
	return nil
}

// NobodyToTell is why a matter counts as told without a mail.
const NobodyToTell = "there is nobody to tell"
