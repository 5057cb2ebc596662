package desk

import (
	"maildesk/desk/incoming"
	"maildesk/desk/loop"
	"maildesk/desk/notify"
	"maildesk/desk/request"
	"maildesk/ticket"
)

// thanked files a mail that only says thanks: the ticket stays as it is, no clock
// starts, and nobody is disturbed. What its writer says that is of use (it works,
// it may be closed) while the ticket is still in work is not for this: see
// [said.Facts].
func thanked(h *incoming.Handling, t, seat ticket.Ticket) error {
	if err := h.ProveWriter(seat); err != nil {
		return err
	}
	if err := h.FileEntry(seat.ID, ticket.EntryMessage); err != nil {
		return err
	}
	if err := loop.WarnAgents(h, seat); err != nil {
		return err
	}
	if err := h.Record(ticket.Event{Ticket: seat.ID, Kind: ticket.EventThanked, Actor: h.ActorName()}); err != nil {
		return err
	}
	if err := request.EndPlans(h, &t); err != nil {
		return err
	}
	if len(h.Plans) > 0 { // who had planned something for their silence is disturbed
		if err := h.Save(&t); err != nil {
			return err
		}
		if err := request.TellOfMessage(h, t, notify.TemplateMessage, true); err != nil {
			return err
		}
	} else if t.Assignee != "" && !h.Silent {
		if err := h.Tx.AddThanks(seat.ID, t.Assignee, h.Mail.ID); err != nil {
			return err
		}
	}
	return h.Finish(ticket.DispositionAppended, "thanks", seat.ID)
}
