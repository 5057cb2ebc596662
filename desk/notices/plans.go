package notices

import (
	"maildesk/desk/decision"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// plans returns what agents have planned to send on a ticket and has not ended, by its
// events.
func plans(c *decision.Change, events []ticket.Event) (all []ticket.Phrase) {
	for _, s := range history.Waiting(history.SendingsOf(events)) {
		at, by := ticket.Relative(s.Next.In(c.Set.Zone())), s.Agent
		if a, is := c.Set.AgentNamed(by); is {
			by = a.Known()
		}
		switch s.What {
		case ticket.PlanLater:
			all = append(all, ticket.Say("%s: goes out %s", by, at))
		case ticket.PlanSilent:
			all = append(all, ticket.Say("%s: goes out %s without an answer", by, at))
		default:
			all = append(all, ticket.Say("%s: reminder %d of %d, %s", by, min(s.Done+1, s.Times), s.Times, at))
		}
	}
	return all
}
