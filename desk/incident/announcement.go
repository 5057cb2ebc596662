package incident

import (
	"fmt"

	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// TellReports sends an agent's answer on the lead of an incident to the readers
// of its other tickets, as an answer on each of them.
func TellReports(h *incoming.Handling, lead ticket.Ticket, agent settings.Agent, text string) error {
	tickets, err := h.Tx.Reports(lead.ID)
	if err != nil {
		return err
	}
	for _, t := range tickets {
		if t.ID == lead.ID || t.Status == ticket.StatusResolved || t.Status == ticket.StatusClosed {
			continue
		}
		if err := h.FileText(t.ID, ticket.EntryReply, text); err != nil {
			return err
		}
		if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventAnswered, Actor: agent.Name, OtherTicket: lead.ID}); err != nil {
			return err
		}
		if t.Status == ticket.StatusNew {
			if err := h.Move(&t, ticket.StatusOpen, agent.Name); err != nil {
				return err
			}
		}
		// Nobody looked at this ticket: its own words stay out.
		if err := notices.SendToReaders(h.Change, t, notify.Notice{Template: notify.TemplateReply, Bare: true, Actor: agent.Name, Text: text}); err != nil {
			return err
		}
		if err := h.Save(&t); err != nil {
			return err
		}
	}
	return nil
}

// maxNamedReaders bounds the readers that a question names.
const maxNamedReaders = 50

// WithoutPart names the readers of an answer that has parts for several
// languages who have none in theirs. What resolves the lead of an incident, or
// is announced there, goes to all who reported it.
func WithoutPart(h *incoming.Handling, t ticket.Ticket, o order.Order, text string) ([]notify.Line, error) {
	parts := notify.PartsOf(text)
	if len(parts.Order) == 0 {
		return nil, nil
	}
	tickets := []ticket.Ticket{t}
	if o.Incident.Of == t.ID && (o.Incident.Tell || o.After.Status == ticket.StatusResolved) {
		var err error
		if tickets, err = h.Tx.Reports(t.ID); err != nil {
			return nil, err
		}
	}
	var lines []notify.Line
	for _, t := range tickets {
		language := settings.FirstOf(t.Language, h.Set.Language)
		if t.Requester == "" || parts.Has(language) {
			continue
		}
		lines = append(lines, notify.Line{Command: fmt.Sprintf("#%d %s [%s]", t.ID, settings.FirstOf(t.Name, t.Requester), language)})
	}
	if more := len(lines) - maxNamedReaders; more > 0 {
		lines = append(lines[:maxNamedReaders], notify.Line{Command: fmt.Sprintf("… %d more", more)})
	}
	return lines, nil
}
