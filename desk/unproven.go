package desk

import (
	"slices"

	"maildesk/desk/notify"
	"maildesk/desk/silence"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// noteReport keeps a report that names a mail of ours but came to another address
// than its signed reverse-path. Some servers and mailboxes answer so to the From
// field, and so does anybody who has seen the Message-ID: it changes nothing, and
// the agents of the ticket are told once for each mail.
func (h *handling) noteReport(t ticket.Ticket, m ticket.OutboxMail) error {
	action, f := h.worst()
	if h.msg.Class == mailparse.Report && h.msg.ClassReason == "feedback-report" {
		action, f = ticket.FromComplaint, silence.Failure{}
	} else if h.msg.Class != mailparse.BounceClass {
		return nil // a receipt, an out-of-office note
	}
	report := about(m, ticket.Event{Kind: ticket.EventUnproven, Actor: ticket.ActorDesk, From: action})
	switch action {
	case "delayed":
		report.Reason = f.Words()
		return h.record(report)
	case "failed":
		report.Reason = f.Words()
	case ticket.FromComplaint:
	default:
		return nil
	}
	events, err := h.tx.Events(t.ID, ticket.EventUnproven)
	if err != nil {
		return err
	}
	known := slices.ContainsFunc(events, func(e ticket.Event) bool {
		return e.Outgoing == m.ID && e.From != "delayed"
	})
	if err := h.record(report); err != nil || known {
		return err
	}
	return h.tellAgents(t, h.responsible(t), notify.Notice{Template: notify.TemplateNote, Actor: h.set.Name, Says: report.Because(f.Phrase())}, Agent{})
}
