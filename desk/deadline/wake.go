package deadline

import (
	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// WakeUp opens a ticket whose waiting time is over and tells its agents.
func WakeUp(c *decision.Change, t *ticket.Ticket) error {
	until := t.WakeAt
	if err := c.Move(t, ticket.StatusOpen, ticket.ActorDesk); err != nil {
		return err
	}
	if err := c.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventWoken, Actor: ticket.ActorDesk, Until: until}); err != nil {
		return err
	}
	c.CauseEvent = decision.CauseAt(until)
	if err := c.Save(t); err != nil {
		return err
	}
	return notices.SendToAgents(c, *t, c.Responsible(*t), notify.Notice{Template: notify.TemplateWoken, PendingUntil: until}, settings.Agent{})
}

// CloseTicket closes a ticket whose requester was told and did not come back.
func CloseTicket(c *decision.Change, t *ticket.Ticket) error {
	if err := c.Move(t, ticket.StatusClosed, ticket.ActorDesk); err != nil {
		return err
	}
	return c.Save(t)
}
