package desk

import (
	"fmt"
	"slices"
	"strings"

	"maildesk/ticket"
)

// Inside the desk every agent may read every ticket, and act on those of their queues
// (see [change.mayAct]). A queue that is private (HR, security) shows its tickets to
// nobody but its own agents and who has the ticket. Whatever shows a ticket to an agent,
// or gives one to them, asks here.

// isPrivate reports whether a queue shows its tickets to its own agents alone.
func (s *Settings) isPrivate(queue string) bool {
	q, known := s.queue(queue)
	return known && q.Private
}

// isOf reports whether an agent belongs to a queue.
func (s *Settings) isOf(agent Agent, queue string) bool {
	return slices.ContainsFunc(s.agentsOf(queue), func(a Agent) bool { return a.Name == agent.Name })
}

// maySee reports whether an agent may read a ticket as it is now.
func (c *change) maySee(t ticket.Ticket, agent Agent) (bool, error) {
	if !c.set.isPrivate(t.Queue) {
		return true, nil
	}
	return c.mayAct(t, agent)
}

// seen returns those of some tickets that an agent may read.
func (c *change) seen(tickets []ticket.Ticket, agent Agent) ([]ticket.Ticket, error) {
	var all []ticket.Ticket
	for _, t := range tickets {
		may, err := c.maySee(t, agent)
		if err != nil {
			return nil, err
		}
		if may {
			all = append(all, t)
		}
	}
	return all, nil
}

// mayHave returns why an agent may not be given a ticket of a queue; nil when they may.
func (s *Settings) mayHave(agent Agent, queue string) error {
	if !s.isPrivate(queue) || s.isOf(agent, queue) {
		return nil
	}
	var names []string
	for _, a := range s.agentsOf(queue) {
		names = append(names, a.Name)
	}
	return fmt.Errorf("the queue %s is private, and %s is none of its agents; they are %s", queue, agent.Name, strings.Join(names, ", "))
}

// incidentsFor returns those of some incidents whose lead an agent may read.
func (c *change) incidentsFor(agent Agent, all []ticket.Incident) ([]ticket.Incident, error) {
	var seen []ticket.Incident
	for _, i := range all {
		lead, err := c.tx.Ticket(i.Lead)
		if err != nil {
			return nil, err
		}
		may, err := c.maySee(lead, agent)
		if err != nil {
			return nil, err
		}
		if may {
			seen = append(seen, i)
		}
	}
	return seen, nil
}
