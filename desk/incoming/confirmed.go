package incoming

import "maildesk/desk/settings"

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
		h.Carry(h.Set.FilesLimit(), true)
	}
	return err
}

// IsOthers reports whether an address cannot become an agent's: it is the desk's or
// another agent's, or of somebody who takes part in any ticket as anything but an agent.
// An agent may be too quick to say that it is theirs.
func (h *Handling) IsOthers(agent settings.Agent, address string) (bool, error) {
	if address == "" || h.Set.IsOurs(address) {
		return true, nil
	}
	if known, is := h.Set.AgentAt(address); is {
		return known.Name != agent.Name, nil
	}
	if known, err := h.Tx.AgentAt(address); err != nil || known != "" {
		return known != agent.Name, err
	}
	return h.Tx.TakesPart(address)
}
