package notices

import (
	"slices"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// journey tells the way of a ticket through the queues, oldest stage first;
// the last one is where it is now.
func journey(c *decision.Change, t ticket.Ticket) ([]notify.Stage, error) {
	events, err := c.Tx.Events(t.ID)
	if err != nil {
		return nil, err
	}
	entries, err := c.Tx.Correspondence(t.ID)
	if err != nil {
		return nil, err
	}
	stages := stagesOf(t, events)
	for i := range stages {
		q, _ := c.Set.Queue(stages[i].Queue)
		stages[i].Level = q.Level
	}
	for _, e := range entries { // every act of an agent is a mail
		a, ok := c.Set.AgentAt(e.Author)
		if !ok || e.Kind != ticket.EntryReply && e.Kind != ticket.EntryNote {
			continue
		}
		i := slices.IndexFunc(stages, func(s notify.Stage) bool { return s.Until.IsZero() || !e.At.After(s.Until) })
		if !slices.Contains(stages[i].Agents, a.Name) {
			stages[i].Agents = append(stages[i].Agents, a.Name)
		}
	}
	return stages, nil
}

// stagesOf cuts the events of a ticket into stages.
func stagesOf(t ticket.Ticket, events []ticket.Event) []notify.Stage {
	stages := []notify.Stage{{Queue: t.Queue, From: t.CreatedAt}}
	for _, e := range events {
		last := len(stages) - 1
		switch e.Kind {
		case ticket.EventQueue:
			stages[last].Queue, stages[last].Until = e.From, e.At
			stages = append(stages, notify.Stage{Queue: e.To, From: e.At})
		case ticket.EventEscalated, ticket.EventReturned: // written after the queue's event
			stages[max(0, last-1)].Reason = e.Reason
			if e.Actor == ticket.ActorDesk {
				stages[max(0, last-1)].Late = breachedBy(events, e.At)
			}
		}
	}
	return stages
}

// breachedBy returns the times that had passed unkept by then.
func breachedBy(events []ticket.Event, at time.Time) (late []ticket.TargetKind) {
	for _, e := range events {
		if kind := ticket.TargetKind(e.Topic); e.Kind == ticket.EventBreached && !e.At.After(at) && !slices.Contains(late, kind) {
			late = append(late, kind)
		}
	}
	return late
}

// IsFirstClimb reports whether a ticket, which an agent has just handed up, was
// never handed up by an agent before: of that its requester is told, once. What
// the clock or an incident did told nobody.
func IsFirstClimb(c *decision.Change, t ticket.Ticket) (bool, error) {
	events, err := c.Tx.Events(t.ID)
	if err != nil {
		return false, err
	}
	climbs := 0
	for _, e := range history.Counting(events) {
		if _, byAgent := c.Set.AgentNamed(e.Actor); byAgent && e.Kind == ticket.EventEscalated {
			climbs++
		}
	}
	return climbs <= 1, nil
}

// SendSolution tells those who worked on a ticket at the levels below how it
// was solved. Of a level where nobody did, everybody is told.
func SendSolution(c *decision.Change, t ticket.Ticket, by settings.Agent, text string) error {
	stages, err := journey(c, t)
	if err != nil {
		return err
	}
	var told []settings.Agent
	for _, s := range stages {
		if s.Level == 0 || s.Level >= t.Level {
			continue
		}
		agents := c.Set.AgentsOf(s.Queue)
		if len(s.Agents) > 0 {
			agents = agents[:0]
			for _, name := range s.Agents {
				a, _ := c.Set.AgentNamed(name)
				agents = append(agents, a)
			}
		}
		told = append(told, agents...)
	}
	if told, err = c.Present(told); err != nil {
		return err
	}
	return SendToAgents(c, t, told, notify.Notice{Template: notify.TemplateSolved, Actor: by.Known(), Text: text}, by)
}
