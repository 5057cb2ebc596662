package deadline

import (
	"slices"

	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// IdleOwner takes a ticket from an owner who has let its requester wait for too long. The
// queue is told, and the owner: whoever answers first has it.
func IdleOwner(c *decision.Change, t *ticket.Ticket) error {
	at, err := c.IdleAt(*t)
	if err != nil || at.IsZero() || at.After(c.Now) {
		return err
	}
	if due, err := c.IdleDue(*t); err != nil {
		return err
	} else if !due.IsZero() {
		at = due
	}
	owner := t.Assignee
	t.Assignee = ""
	if err := c.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventAssigned, Actor: ticket.ActorDesk, From: owner, Reason: ticket.ReasonIdle}); err != nil {
		return err
	}
	c.CauseEvent = decision.CauseAt(at)
	told := slices.Clone(c.Responsible(*t))
	if a, is := c.Set.AgentNamed(owner); is && !slices.ContainsFunc(told, func(b settings.Agent) bool { return a.Name == b.Name }) {
		told = append(told, a)
	}
	return notices.SendToAgents(c, *t, told, notify.Notice{Template: notify.TemplateIdle, Actor: owner}, settings.Agent{})
}
