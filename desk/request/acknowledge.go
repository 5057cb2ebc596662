package request

import (
	"slices"

	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/ticket"
)

// Acknowledge decides, once per ticket, whether the requester gets an
// acknowledgement, and keeps the reason where not.
func Acknowledge(h *incoming.Handling, t ticket.Ticket, requester ticket.Participant, route routing.Decision, known bool) error {
	n := notify.Notice{Template: notify.TemplateAcknowledgement, Variant: route.Template, Known: known, Channel: h.Channel, Awaits: t.Status == ticket.StatusOnHold}
	reason, never := whyNoAcknowledgement(h, t, route)
	if never {
		if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventNeverAnswered, Actor: ticket.ActorDesk, Reason: reason}); err != nil {
			return err
		}
	}
	if reason != "" {
		return notices.Withhold(h.Change, t, requester, n, reason)
	}
	n.Now, n.Abroad = requesterClock(h)
	var err error
	if n.Guide, err = isFirstReceipt(h, t); err != nil {
		return err
	}
	if n.Articles, err = articles(h, t, known); err != nil {
		return err
	}
	before := len(h.Planned)
	if err := notices.Send(h.Change, t, requester, n); err != nil || len(h.Planned) == before {
		return err
	}
	return recordOffered(h, t, n.Articles)
}

// maxReceipts bounds how many requests are looked at for an earlier receipt.
const maxReceipts = 5

// isFirstReceipt reports whether the requester of a new ticket has got no receipt yet:
// then it says how to go on by mail.
func isFirstReceipt(h *incoming.Handling, t ticket.Ticket) (bool, error) {
	last, err := h.Tx.Tickets(ticket.Filter{Requester: t.Requester, Newest: true, Limit: maxReceipts + 1})
	if err != nil || len(last) > maxReceipts {
		return false, err
	}
	for _, o := range last {
		mails, err := h.Tx.OutboxWith(o.ID, string(notify.TemplateAcknowledgement))
		if err != nil || slices.ContainsFunc(mails, func(m ticket.OutboxMail) bool { return m.State != ticket.OutboxCancelled }) {
			return false, err
		}
	}
	return true, nil
}

// whyNoAcknowledgement returns what of the mail itself asks for silence, empty
// when there is nothing, and whether it holds for every automatic mail.
func whyNoAcknowledgement(h *incoming.Handling, t ticket.Ticket, route routing.Decision) (reason string, never bool) {
	switch {
	case h.Silent:
		return ticket.ReasonImport, false
	case t.Requester == "":
		return "no-sender", false
	case h.Behalf.How == ticket.RequestAddressed:
		return "agent-wrote", false // they asked for nothing, and have the agent's mail
	case h.Msg.Silence != mailparse.Answerable:
		return h.Msg.ClassReason, true
	case h.Set.Guard.Marks(h.Msg.Header):
		return "guard-header", true
	case route.NoAck:
		return "rule", false
	case h.Fetched().Relisted:
		return "relisted", false
	case h.Fetched().Whole > 0:
		return "too-large", false
	case h.Late():
		return "late", false
	case slices.ContainsFunc(h.Mail.Envelope.ForwardPaths, h.Set.Official):
		return "postmaster", false
	}
	return h.Loop, false
}
