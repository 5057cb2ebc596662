package incoming

import (
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// KnowWriter lets the mail be judged with the address of its writer among those of the
// agent who has confirmed it.
func (h *Handling) KnowWriter() error {
	from := h.Msg.From.Address
	if from == "" {
		return nil
	}
	agent, err := h.Tx.AgentAt(from)
	if err == nil && agent != "" {
		h.Set = h.Set.WithAddress(agent, from)
	}
	return err
}

// Confirm keeps that an address is an agent's. One of somebody who asks, or takes part in
// the ticket, stays theirs: an agent may have been too quick.
func (h *Handling) Confirm(t ticket.ID, agent settings.Agent, address string) error {
	if _, known := h.Set.AgentAt(address); known || address == "" || h.Set.IsOurs(address) {
		return nil
	}
	readers, err := h.Readers(t)
	if err != nil {
		return err
	}
	for _, p := range readers {
		if settings.SameAddress(p.Address, address) {
			return nil
		}
	}
	asked, err := h.Tx.Tickets(ticket.Filter{Requester: address, Limit: 1})
	if err != nil || len(asked) > 0 {
		return err
	}
	return h.Tx.SetAgentAddress(ticket.AgentAddress{Address: address, Agent: agent.Name})
}
