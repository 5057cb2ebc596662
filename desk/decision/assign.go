package decision

import (
	"slices"
	"strings"
	"time"

	"maildesk/calendar"
	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/ticket"
)

// Away reports whether an agent is away today: by the config, or by what they
// said in a mail.
func (c *Change) Away(a settings.Agent) (bool, error) {
	today := c.Set.Today(c.Now)
	if slices.ContainsFunc(a.Absent, func(d settings.Days) bool { return d.First <= today && today <= d.Last }) {
		return true, nil
	}
	if c.Absences == nil {
		said, err := c.Tx.Away()
		if err != nil {
			return false, err
		}
		c.Absences = make(map[string]string, len(said))
		for _, s := range said {
			c.Absences[s.Agent] = s.Last
		}
	}
	return c.Absences[a.Name] >= today, nil
}

// AwayUntil returns the last day on which an agent is away; zero when none is known.
func (c *Change) AwayUntil(a settings.Agent) time.Time {
	last, today := c.Absences[a.Name], c.Set.Today(c.Now)
	for _, d := range a.Absent {
		if d.First <= today && d.Last > last {
			last = d.Last
		}
	}
	day, err := calendar.ParseDay(last, c.Set.Zone())
	if err != nil {
		return time.Time{}
	}
	return day
}

// Present returns those agents who are not away.
func (c *Change) Present(agents []settings.Agent) ([]settings.Agent, error) {
	var here []settings.Agent
	for _, a := range agents {
		away, err := c.Away(a)
		if err != nil {
			return nil, err
		}
		if !away {
			here = append(here, a)
		}
	}
	return here, nil
}

// Reachable returns who is told in the place of agents: those of them who are
// there, else the others of the ticket's queue, else, unless it is private, those of
// the fallback. If
// everybody is away all of them are told after all: a ticket that nobody
// hears of is worse.
func (c *Change) Reachable(t ticket.Ticket, agents []settings.Agent) ([]settings.Agent, error) {
	others := c.Set.AgentsOf(c.Set.Rules.Fallback())
	if c.Set.IsPrivate(t.Queue) {
		others = nil
	}
	for _, candidates := range [][]settings.Agent{agents, c.Set.AgentsOf(t.Queue), others} {
		if len(agents) == 0 {
			break
		}
		here, err := c.Present(candidates)
		if err != nil || len(here) > 0 {
			return here, err
		}
	}
	return agents, nil
}

// Assign hands a ticket that nobody has to an agent, if its queue gives its
// tickets out, with the event that says so: a rebuild goes by it. The event of a ticket
// that is not kept yet is the caller's to write.
func (c *Change) Assign(t *ticket.Ticket) error {
	if t.Assignee != "" || c.Silent {
		return nil
	}
	agent, err := c.nextAgent(*t)
	if err != nil || agent == "" {
		return err
	}
	if t.Assignee = agent; t.ID == 0 {
		return nil
	}
	return c.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventAssigned, Actor: ticket.ActorDesk, To: agent})
}

// nextAgent returns the agent to whom the queue of a ticket assigns it, empty: to nobody.
func (c *Change) nextAgent(t ticket.Ticket) (string, error) {
	if c.Maker.Past.Assignee != nil {
		if agent, known, err := c.Maker.Past.Assignee(c.Tx, t.ID, c.Cause, c.Now); known || err != nil {
			return agent, err
		}
	}
	q, ok := c.Set.Queue(t.Queue)
	if !ok || q.Assign == "" || q.Assign == routing.AssignAll {
		return "", nil
	}
	agents, err := c.Team(q.Name)
	if err == nil {
		agents, err = c.Present(agents)
	}
	if err != nil || len(agents) == 0 {
		return "", err
	}
	if agents, err = c.inTurn(q.Name, agents); err != nil {
		return "", err
	}
	if q.Assign == routing.AssignByLanguage {
		if readers := c.Set.ReadersOf(agents, t.Language); len(readers) > 0 {
			agents = readers
		}
	}
	if q.Assign != routing.AssignRoundRobin {
		open, err := c.Tx.OpenPerAgent()
		if err != nil {
			return "", err
		}
		slices.SortStableFunc(agents, func(a, b settings.Agent) int { return open[a.Name] - open[b.Name] })
	}
	return agents[0].Name, c.Tx.SetRotation(q.Name, agents[0].Name)
}

// inTurn orders agents of a queue: first the one after the one who was last.
func (c *Change) inTurn(queue string, agents []settings.Agent) ([]settings.Agent, error) {
	last, err := c.Tx.Rotation(queue)
	if err != nil {
		return nil, err
	}
	q, _ := c.Set.Queue(queue)
	turn := slices.IndexFunc(q.Agents, func(name string) bool { return strings.EqualFold(name, last) }) + 1
	i := slices.IndexFunc(agents, func(a settings.Agent) bool {
		return slices.IndexFunc(q.Agents, func(name string) bool { return strings.EqualFold(name, a.Name) }) >= turn
	})
	return slices.Concat(agents[max(i, 0):], agents[:max(i, 0)]), nil
}

// Responsible returns the assignee, or else who is on call for the queue, or else every agent
// of it; of a merged ticket those of the one in which it is worked on.
func (c *Change) Responsible(t ticket.Ticket) []settings.Agent {
	if on, err := WorkedOn(c.Tx, t); err == nil { // else the store's error shows where they are told
		t = on
	}
	if a, ok := c.Set.AgentNamed(t.Assignee); ok {
		return []settings.Agent{a}
	}
	team, err := c.Team(t.Queue)
	if err != nil { // likewise
		return c.Set.AgentsOf(t.Queue)
	}
	return team
}

// Concerned returns the agents who hear of a question that one of them asked somebody
// beside the correspondence: who asked, and whoever has the ticket or, where nobody has and
// nobody asked who is still there and may read it, its queue.
func (c *Change) Concerned(t ticket.Ticket, asker string) []settings.Agent {
	agent, known := c.Set.AgentNamed(asker)
	if !known || len(agent.Mail) == 0 || !c.MayHear(t, agent) {
		return c.Responsible(t)
	}
	all := []settings.Agent{agent}
	if on, err := WorkedOn(c.Tx, t); err != nil || on.Assignee == "" {
		return all
	}
	for _, a := range c.Responsible(t) {
		if !slices.ContainsFunc(all, func(b settings.Agent) bool { return strings.EqualFold(a.Name, b.Name) }) {
			all = append(all, a)
		}
	}
	return all
}
