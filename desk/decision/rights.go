package decision

import (
	"errors"
	"slices"
	"strings"

	"maildesk/desk/settings"
	"maildesk/ticket"
)

// Inside the desk every agent may read every ticket, and act on those of their queues
// (see [change.mayAct]). A queue that is private (HR, security) shows its tickets to
// nobody but its own agents and whoever has the ticket. Whatever shows a ticket to an agent,
// or gives one to them, asks here.

// MaySee reports whether an agent may read a ticket as it is now.
func (c *Change) MaySee(t ticket.Ticket, agent settings.Agent) (bool, error) {
	return MaySee(c.Tx, c.Set, t, agent)
}

// MaySee is [Change.MaySee] outside of a change.
func MaySee(r ticket.CorrespondenceReader, set *settings.Settings, t ticket.Ticket, agent settings.Agent) (bool, error) {
	if !set.IsPrivate(t.Queue) {
		return true, nil
	}
	return mayAct(r, set, t, agent)
}

// MayRead reports whether an agent may read an article as it is now. One that is published is
// for every agent. A draft, or one that was withdrawn, is for its owner (where that is no agent any
// more for the admin) and for who changed it last, if they may read the ticket that it comes from.
func MayRead(r ticket.Reader, set *settings.Settings, a ticket.Article, agent settings.Agent) (bool, error) {
	if a.State == ticket.ArticlePublished {
		return true, nil
	}
	owner, is := set.AgentNamed(a.Owner)
	if !is {
		owner, _ = set.AgentAt(set.Admin)
	}
	if owner.Name != agent.Name && !strings.EqualFold(a.ChangedBy, agent.Name) {
		return false, nil
	}
	return MaySeeOrigin(r, set, a, agent)
}

// MaySeeOrigin reports whether an agent may read the ticket that an article comes from; one that
// comes from none hides nothing.
func MaySeeOrigin(r ticket.Reader, set *settings.Settings, a ticket.Article, agent settings.Agent) (bool, error) {
	if a.Ticket == 0 {
		return true, nil
	}
	t, err := r.Ticket(a.Ticket)
	if errors.Is(err, ticket.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return MaySee(r, set, t, agent)
}

// ForAgent returns a query that finds only what an agent may read.
func ForAgent(q ticket.Query, r ticket.CorrespondenceReader, set *settings.Settings, agent settings.Agent) ticket.Query {
	q.Private = set.ClosedTo(agent)
	q.Shown = func(t ticket.Ticket) (bool, error) { return MaySee(r, set, t, agent) }
	return q
}

// MayHear reports whether an agent may be told of a ticket, and of the one in which it is
// worked on, as they are now.
func (c *Change) MayHear(t ticket.Ticket, agent settings.Agent) bool {
	on, err := WorkedOn(c.Tx, t)
	if err != nil {
		return false
	}
	all, err := c.Seen([]ticket.Ticket{t, on}, agent)
	return err == nil && len(all) == 2
}

// Seen returns those of some tickets that an agent may read.
func (c *Change) Seen(tickets []ticket.Ticket, agent settings.Agent) ([]ticket.Ticket, error) {
	var all []ticket.Ticket
	for _, t := range tickets {
		may, err := c.MaySee(t, agent)
		if err != nil {
			return nil, err
		}
		if may {
			all = append(all, t)
		}
	}
	return all, nil
}

// IncidentsFor returns those of some incidents whose lead an agent may read.
func (c *Change) IncidentsFor(agent settings.Agent, all []ticket.Incident) ([]ticket.Incident, error) {
	var seen []ticket.Incident
	for _, i := range all {
		lead, err := c.Tx.Ticket(i.Lead)
		if err != nil {
			return nil, err
		}
		may, err := c.MaySee(lead, agent)
		if err != nil {
			return nil, err
		}
		if may {
			seen = append(seen, i)
		}
	}
	return seen, nil
}

// MayAct reports whether a ticket, as it is now, is an agent's to work on: they
// have it, or belong to its queue, to one from which the desk itself handed it on,
// or to one that looks on, or said whose request it is. Where its queue is not in the config any more, nobody
// can have lost it: every agent may act.
func (c *Change) MayAct(t ticket.Ticket, agent settings.Agent) (bool, error) {
	return mayAct(c.Tx, c.Set, t, agent)
}

func mayAct(r ticket.CorrespondenceReader, set *settings.Settings, t ticket.Ticket, agent settings.Agent) (bool, error) {
	in := func(queue string) bool { return set.IsOf(agent, queue) }
	_, known := set.Queue(t.Queue)
	if !known || in(t.Queue) || strings.EqualFold(t.Assignee, agent.Name) {
		return true, nil
	}
	events, err := r.Events(t.ID, ticket.EventOnlooker, ticket.EventQueue, ticket.EventRequester)
	if err != nil {
		return false, err
	}
	handedOn := true // by nobody but the desk since
	for _, e := range slices.Backward(events) {
		switch e.Kind {
		case ticket.EventRequester:
			if strings.EqualFold(e.Actor, agent.Name) {
				return true, nil
			}
		case ticket.EventOnlooker:
			if in(e.To) {
				return true, nil
			}
		case ticket.EventQueue:
			handedOn = handedOn && e.Actor == ticket.ActorDesk
			if handedOn && in(e.From) {
				return true, nil
			}
		}
	}
	return false, nil
}
