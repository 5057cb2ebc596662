package answer

import (
	"strings"

	"maildesk/desk/incoming"
	"maildesk/desk/order"
	"maildesk/ticket"
)

// CheckForget marks a #forget of an address that the agent has not confirmed.
func CheckForget(h *incoming.Handling, o *order.Order) error {
	if o.Forget == "" {
		return nil
	}
	agent, err := h.Tx.AgentAt(o.Forget)
	if err == nil && !strings.EqualFold(agent, o.Agent.Name) {
		o.Mistake("forget", ticket.Say("%s is not an address that you have confirmed", o.Forget))
	}
	return err
}

// Forget keeps that an address is the agent's no more.
func Forget(h *incoming.Handling, o order.Order) error {
	if o.Forget == "" {
		return nil
	}
	return h.Tx.SetAgentAddress(ticket.AgentAddress{Address: o.Forget})
}
