package delivery

import (
	"slices"

	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/desk/silence"
	"maildesk/mailparse"
	"maildesk/ticket"
	"maildesk/ticket/wording"
)

// NoteReport keeps a report that names a mail of ours but came to another address
// than its signed reverse-path. Some servers and mailboxes answer so to the From
// field, and so does anybody who has seen the Message-ID: it changes nothing, and
// the agents of the ticket are told once for each mail.
func NoteReport(h *incoming.Handling, t ticket.Ticket, m ticket.OutboxMail) error {
	action, f := worst(h)
	if h.Msg.Class == mailparse.Report && h.Msg.ClassReason == "feedback-report" {
		action, f = ticket.FromComplaint, silence.Failure{}
	} else if h.Msg.Class != mailparse.BounceClass {
		return nil // a receipt, an out-of-office note
	}
	report := decision.About(m, ticket.Event{Kind: ticket.EventUnproven, Actor: ticket.ActorDesk, From: action})
	switch action {
	case "delayed":
		report.Reason = f.Words()
		return h.Record(report)
	case "failed":
		report.Reason = f.Words()
	case ticket.FromComplaint:
	default:
		return nil
	}
	events, err := h.Tx.Events(t.ID, ticket.EventUnproven)
	if err != nil {
		return err
	}
	known := slices.ContainsFunc(events, func(e ticket.Event) bool {
		return e.Outgoing == m.ID && e.From != "delayed"
	})
	if err := h.Record(report); err != nil || known {
		return err
	}
	return notices.SendToAgents(h.Change, t, h.Responsible(t), notify.Notice{Template: notify.TemplateNote, Actor: h.Set.Name, Says: wording.Because(report, f.Phrase())}, settings.Agent{})
}
