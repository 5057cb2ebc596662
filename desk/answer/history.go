package answer

import (
	"maildesk/desk/agentmail"
	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/ticket"
)

// sendHistory sends an agent the whole ticket, and what else its requester asked, as a
// question to the control address brings it.
func sendHistory(h *incoming.Handling, t ticket.Ticket, o order.Order) error {
	if !o.History {
		return nil
	}
	files, left := h.Files, h.Left
	h.Files, h.Left = nil, nil // they belong to the text
	err := agentmail.Respond(h, t, o.Agent, notify.Notice{Template: notify.TemplateShow})
	h.Files, h.Left = files, left
	return err
}
