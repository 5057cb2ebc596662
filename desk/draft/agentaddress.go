package draft

import (
	"cmp"
	"slices"

	"maildesk/ticket"
)

// AgentAt is described at [ticket.Reader].
func (d *Draft) AgentAt(address string) (string, error) {
	if agent, ok := d.confirmed[key(address)]; ok {
		return agent, nil
	}
	d.rely(ticket.OfAgentAddress, 0, key(address))
	return d.Reader.AgentAt(address)
}

// AgentAddresses is described at [ticket.Reader].
func (d *Draft) AgentAddresses() ([]ticket.AgentAddress, error) {
	d.rely(ticket.OfAgentAddress, 0, "")
	all, err := d.Reader.AgentAddresses()
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(a ticket.AgentAddress) bool { _, changed := d.confirmed[key(a.Address)]; return changed })
	for address, agent := range d.confirmed {
		if agent != "" {
			all = append(all, ticket.AgentAddress{Address: address, Agent: agent})
		}
	}
	slices.SortFunc(all, func(a, b ticket.AgentAddress) int { return cmp.Compare(a.Address, b.Address) })
	return all, nil
}

// SetAgentAddress is described at [ticket.Draft].
func (d *Draft) SetAgentAddress(a ticket.AgentAddress) error {
	d.confirmed[key(a.Address)] = a.Agent
	d.change(ticket.SetAgentAddress{AgentAddress: a})
	return nil
}
