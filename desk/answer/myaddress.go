package answer

import (
	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// errMyAddress is the mistake of an agent who writes #myaddress where no address is in question.
var errMyAddress = ticket.Say("it confirms an address of yours, alone and in reply to the email that asks about it")

// confirm keeps that the address from which a waiting mail came is the agent's. why says
// why it is not kept; nil: it is.
func confirm(h *incoming.Handling, agent settings.Agent, waits ticket.Mail, address string) (why *ticket.Phrase, err error) {
	if notify.Undone(waits.Reason) != notify.UndoneOther {
		return &errMyAddress, nil
	}
	others, err := h.IsOthers(agent, address)
	if err != nil {
		return nil, err
	}
	if others {
		why := ticket.Say("%s is known as somebody else’s and cannot be yours; #anyway sends the email all the same", address)
		return &why, nil
	}
	return nil, h.Tx.SetAgentAddress(ticket.AgentAddress{Address: address, Agent: agent.Name})
}
