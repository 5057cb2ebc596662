package desk

import (
	"fmt"
	"time"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// stepAnnounce sends the text to everybody who reports the incident that the
// ticket leads.
func stepAnnounce(_ *Settings, o *order, _ string, _ time.Time) (ticket.Phrase, error) {
	switch o.report.of {
	case 0:
		return ticket.Phrase{}, ticket.Say("the ticket leads no incident, so nobody else has reported it; #incident makes it one")
	case o.after.ID:
		o.report.tell = true
		return ticket.Say("goes to the requesters of all %d reports", len(o.report.reports)+1), o.open()
	}
	return ticket.Phrase{}, ticket.Say("the ticket only reports the incident; #announce belongs on #%d, which leads it", o.report.of)
}

// tellReports sends an agent's answer on the lead of an incident to the readers
// of its other tickets, as an answer on each of them.
func (h *handling) tellReports(lead ticket.Ticket, agent Agent, text string) error {
	tickets, err := h.tx.Reports(lead.ID)
	if err != nil {
		return err
	}
	for _, t := range tickets {
		if t.ID == lead.ID || t.Status == ticket.StatusResolved || t.Status == ticket.StatusClosed {
			continue
		}
		if err := h.fileText(t.ID, ticket.EntryReply, text); err != nil {
			return err
		}
		if err := h.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventAnswered, Actor: agent.Name, OtherTicket: lead.ID}); err != nil {
			return err
		}
		if t.Status == ticket.StatusNew {
			if err := h.move(&t, ticket.StatusOpen, agent.Name); err != nil {
				return err
			}
		}
		// Nobody looked at this ticket: its own words stay out.
		if err := h.sendToReaders(t, notify.Notice{Template: notify.TemplateReply, Bare: true, Actor: agent.Name, Text: text}); err != nil {
			return err
		}
		if err := h.save(&t); err != nil {
			return err
		}
	}
	return nil
}

// maxNamedReaders bounds the readers that a question names.
const maxNamedReaders = 50

// withoutPart names the readers of an answer that has parts for several
// languages who have none in theirs. What resolves the lead of an incident, or
// is announced there, goes to all who reported it.
func (h *handling) withoutPart(t ticket.Ticket, o order, text string) ([]notify.Line, error) {
	parts := notify.PartsOf(text)
	if len(parts.Order) == 0 {
		return nil, nil
	}
	tickets := []ticket.Ticket{t}
	if o.report.of == t.ID && (o.report.tell || o.after.Status == ticket.StatusResolved) {
		var err error
		if tickets, err = h.tx.Reports(t.ID); err != nil {
			return nil, err
		}
	}
	var lines []notify.Line
	for _, t := range tickets {
		language := firstOf(t.Language, h.set.Language)
		if t.Requester == "" || parts.Has(language) {
			continue
		}
		lines = append(lines, notify.Line{Command: fmt.Sprintf("#%d %s [%s]", t.ID, firstOf(t.Name, t.Requester), language)})
	}
	if more := len(lines) - maxNamedReaders; more > 0 {
		lines = append(lines[:maxNamedReaders], notify.Line{Command: fmt.Sprintf("… %d more", more)})
	}
	return lines, nil
}
