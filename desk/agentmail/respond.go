package agentmail

import (
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// Respond writes to the agent who wrote the mail, at the address it came from.
func Respond(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, n notify.Notice) error {
	p, err := h.Participant(t.ID, ticket.RoleAgent, h.Msg.From.Address, agent.Name)
	if err != nil {
		return err
	}
	if len(agent.Languages) > 0 {
		n.Language = agent.Languages[0]
	}
	return notices.Send(h.Change, t, p, n)
}

// Beginning returns the first words of a text.
func Beginning(text string) string {
	const most = 60
	words := []rune(incoming.SingleBlanks(text))
	if len(words) <= most {
		return string(words)
	}
	return string(words[:most]) + "…"
}

// FirstAnswer writes down that an agent answers, and assigns them the ticket when
// nobody has it and they may read it.
func FirstAnswer(h *incoming.Handling, t *ticket.Ticket, o order.Order) error {
	if o.Notice == "" && h.MayHear(*t, o.Agent) {
		if err := AssignFirst(h, t, o.Agent); err != nil {
			return err
		}
	}
	if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventAnswered, Actor: o.Agent.Name}); err != nil {
		return err
	}
	if t.Status == ticket.StatusNew {
		return h.Move(t, ticket.StatusOpen, o.Agent.Name)
	}
	return nil
}

// AssignFirst assigns a ticket that nobody has to the agent who does something on it.
func AssignFirst(h *incoming.Handling, t *ticket.Ticket, agent settings.Agent) error {
	if t.Assignee != "" {
		return nil
	}
	t.Assignee = agent.Name
	return h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventAssigned, Actor: agent.Name, To: agent.Name})
}

// SendReply sends an agent's answer to everyone who reads the ticket.
func SendReply(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, text string) error {
	return notices.SendToReaders(h.Change, t, notify.Notice{Template: notify.TemplateReply, Actor: agent.Name, Text: text})
}
