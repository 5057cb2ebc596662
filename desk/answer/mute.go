package answer

import (
	"maildesk/desk/incoming"
	"maildesk/desk/order"
	"maildesk/ticket"
)

// keepMute keeps that the agent wants to hear nothing more of a ticket, or does again.
func keepMute(h *incoming.Handling, t ticket.Ticket, o order.Order) error {
	if o.Mute == "" || len(o.Agent.Mail) == 0 {
		return nil
	}
	p, err := h.Participant(t.ID, ticket.RoleAgent, o.Agent.Mail[0], o.Agent.Name)
	if err != nil {
		return err
	}
	mutes := o.Mute == ticket.LeftMuted
	if p.Left == mutes {
		return nil
	}
	if err := h.Tx.SetLeft(p.ID, mutes); err != nil {
		return err
	}
	e := ticket.Event{Ticket: t.ID, Kind: ticket.EventJoined, Actor: o.Agent.Name, To: o.Agent.Name, Topic: o.Mute}
	if mutes {
		e.Kind = ticket.EventLeft
	}
	return h.Record(e)
}
