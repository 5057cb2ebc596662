package later

import (
	"slices"
	"strings"

	"maildesk/desk/decision"
	"maildesk/desk/settings"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// Says returns what agents are told of a mail from outside about what had been planned.
func Says(c *decision.Change, all []history.Sending) ticket.Phrase {
	var says []ticket.Phrase
	for _, s := range all {
		at := ticket.Relative(s.Next.In(c.Set.Zone()))
		switch {
		case s.Ended == "":
			says = append(says, ticket.Say("The email of %s that is planned for %s goes out all the same. %[1]s keeps it in by answering this email with UNDO.", known(c, s), at))
		case s.What == ticket.PlanSilent:
			says = append(says, ticket.Say("The email of %s that was planned for %s stays in, as there is an answer.", known(c, s), at))
		default:
			says = append(says, ticket.Say("Nobody is reminded any more, as there is an answer."))
		}
	}
	return ticket.Together(says...)
}

// Told adds those who planned something, and may still read the ticket, to the agents who
// are told of a mail.
func Told(c *decision.Change, t ticket.Ticket, agents []settings.Agent, all []history.Sending) []settings.Agent {
	agents = slices.Clone(agents)
	for _, s := range all {
		a, is := c.Set.AgentNamed(s.Agent)
		if is && c.MayHear(t, a) && !slices.ContainsFunc(agents, func(b settings.Agent) bool { return strings.EqualFold(a.Name, b.Name) }) {
			agents = append(agents, a)
		}
	}
	return agents
}

// known returns the name by which colleagues know who planned something.
func known(c *decision.Change, s history.Sending) string {
	if a, is := c.Set.AgentNamed(s.Agent); is {
		return a.Known()
	}
	return s.Agent
}
