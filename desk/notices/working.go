package notices

import (
	"slices"

	"maildesk/addr"
	"maildesk/desk/decision"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// Working returns those agents whose address takes mail.
func Working(c *decision.Change, agents []settings.Agent) ([]settings.Agent, error) {
	agents = slices.DeleteFunc(slices.Clone(agents), func(a settings.Agent) bool { return len(a.Mail) == 0 })
	if len(agents) == 0 {
		return nil, nil
	}
	var addresses []string
	for _, a := range agents {
		addresses = append(addresses, a.Mail[0])
	}
	all, err := c.Tx.Suppressions(addresses...)
	for _, s := range all {
		if s.Active(c.Now) {
			agents = slices.DeleteFunc(agents, func(a settings.Agent) bool { return addr.Same(a.Mail[0], s.Address) })
		}
	}
	return agents, err
}

// deliverable returns who is told in the place of agents whose addresses take no
// mail: the others of the ticket's queue, those of the fallback, the admin.
func deliverable(c *decision.Change, t ticket.Ticket, agents []settings.Agent) ([]settings.Agent, error) {
	if len(agents) == 0 {
		return nil, nil
	}
	for _, candidates := range [][]settings.Agent{agents, c.Set.AgentsOf(t.Queue), c.Set.AgentsOf(c.Set.Rules.Fallback()), c.Set.Admins()} {
		if all, err := Working(c, candidates); err != nil || len(all) > 0 {
			return all, err
		}
	}
	return nil, c.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventNotSent, Actor: ticket.ActorDesk, Reason: "no agent's address takes mail, and no admin is named"})
}
