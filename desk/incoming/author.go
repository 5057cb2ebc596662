package incoming

import (
	"maildesk/desk/author"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// Requester returns who asks: the strict From, or else the envelope's sender.
// Both empty means that nobody can be answered. The desk asks itself nothing, whoever
// writes its address into From.
func (h *Handling) Requester() (address, name string) {
	if h.Author == author.Hidden {
		return "", h.Msg.FromShown.Name
	}
	if h.Msg.Writer.Address != "" && h.Imported() == nil && h.Set.IsOurs(h.Msg.Writer.Address) {
		return "", h.Msg.FromShown.Name
	}
	if h.Msg.Writer.Address != "" {
		return h.Msg.Writer.Address, h.Msg.Writer.Name
	}
	if path := h.Mail.Envelope.ReversePath; !h.Mail.Envelope.Unknown && path != "" {
		if a, err := mailparse.ParseIdentity([]string{path}); err == nil {
			return a.Address, h.Msg.FromShown.Name
		}
	}
	return "", h.Msg.FromShown.Name
}

// NotifyQueue tells the one who has the ticket, or else everyone in its queue,
// except the one who did it.
func (h *Handling) NotifyQueue(t ticket.Ticket, template notify.Template, except settings.Agent) error {
	return notices.SendToAgents(h.Change, t, h.Responsible(t), notify.Notice{Template: template, Actor: h.ActorName(), Text: h.NewText()}, except)
}

// ActorName returns the name by which people know who wrote the mail.
func (h *Handling) ActorName() string {
	if address, name := h.Requester(); name == "" {
		return address
	} else {
		return name
	}
}
