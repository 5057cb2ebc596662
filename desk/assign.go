package desk

import (
	"slices"
	"strings"
	"time"

	"maildesk/routing"
	"maildesk/ticket"
)

// Days is a time from one day to another, both included, as 2026-12-24.
type Days struct{ First, Last string }

// today returns the day on which it is now at the desk.
func (s *Settings) today(now time.Time) string {
	return now.In(s.zone()).Format(time.DateOnly)
}

// zone returns the time zone of the desk.
func (s *Settings) zone() *time.Location {
	if s.Location == nil {
		return time.UTC
	}
	return s.Location
}

// away reports whether an agent is away today: by the config, or by what they
// said in a mail.
func (c *change) away(a Agent) (bool, error) {
	today := c.set.today(c.now)
	if slices.ContainsFunc(a.Absent, func(d Days) bool { return d.First <= today && today <= d.Last }) {
		return true, nil
	}
	if c.absences == nil {
		said, err := c.tx.Away()
		if err != nil {
			return false, err
		}
		c.absences = make(map[string]string, len(said))
		for _, s := range said {
			c.absences[s.Agent] = s.Last
		}
	}
	return c.absences[a.Name] >= today, nil
}

// present returns those agents who are not away.
func (c *change) present(agents []Agent) ([]Agent, error) {
	var here []Agent
	for _, a := range agents {
		away, err := c.away(a)
		if err != nil {
			return nil, err
		}
		if !away {
			here = append(here, a)
		}
	}
	return here, nil
}

// reachable returns who is told in the place of agents: those of them who are
// there, else the others of the ticket's queue, else, unless it is private, those of
// the fallback. If
// everybody is away all of them are told after all: a ticket that nobody
// hears of is worse.
func (c *change) reachable(t ticket.Ticket, agents []Agent) ([]Agent, error) {
	others := c.set.agentsOf(c.set.Rules.Fallback())
	if c.set.isPrivate(t.Queue) {
		others = nil
	}
	for _, candidates := range [][]Agent{agents, c.set.agentsOf(t.Queue), others} {
		if len(agents) == 0 {
			break
		}
		here, err := c.present(candidates)
		if err != nil || len(here) > 0 {
			return here, err
		}
	}
	return agents, nil
}

// assign hands a ticket that nobody has to an agent, if its queue gives its
// tickets out. The event is the caller's to write.
func (c *change) assign(t *ticket.Ticket) error {
	if t.Assignee != "" || c.silent {
		return nil
	}
	if c.maker.Past.Assignee != nil {
		if agent, known, err := c.maker.Past.Assignee(c.tx, t.ID, c.now); known || err != nil {
			t.Assignee = agent
			return err
		}
	}
	q, ok := c.set.queue(t.Queue)
	if !ok || q.Assign == "" || q.Assign == routing.AssignAll {
		return nil
	}
	agents, err := c.present(c.set.agentsOf(q.Name))
	if err != nil || len(agents) == 0 {
		return err
	}
	if agents, err = c.inTurn(q.Name, agents); err != nil {
		return err
	}
	if q.Assign == routing.AssignByLanguage {
		if readers := c.set.readersOf(agents, t.Language); len(readers) > 0 {
			agents = readers
		}
	}
	if q.Assign != routing.AssignRoundRobin {
		open, err := c.tx.OpenPerAgent()
		if err != nil {
			return err
		}
		slices.SortStableFunc(agents, func(a, b Agent) int { return open[a.Name] - open[b.Name] })
	}
	t.Assignee = agents[0].Name
	return c.tx.SetRotation(q.Name, t.Assignee)
}

// inTurn orders agents of a queue: first the one after the one who was last.
func (c *change) inTurn(queue string, agents []Agent) ([]Agent, error) {
	last, err := c.tx.Rotation(queue)
	if err != nil {
		return nil, err
	}
	q, _ := c.set.queue(queue)
	turn := slices.IndexFunc(q.Agents, func(name string) bool { return strings.EqualFold(name, last) }) + 1
	i := slices.IndexFunc(agents, func(a Agent) bool {
		return slices.IndexFunc(q.Agents, func(name string) bool { return strings.EqualFold(name, a.Name) }) >= turn
	})
	return slices.Concat(agents[max(i, 0):], agents[:max(i, 0)]), nil
}

// readersOf returns those agents who read a language. One without languages
// reads that of the desk.
func (s *Settings) readersOf(agents []Agent, language string) []Agent {
	var readers []Agent
	for _, a := range agents {
		if slices.Contains(a.Languages, language) || len(a.Languages) == 0 && language == s.Language {
			readers = append(readers, a)
		}
	}
	return readers
}
