package desk

import (
	"fmt"
	"maildesk/desk/notify"
	"maildesk/ticket"
	"slices"
	"strings"

	"maildesk/mailparse"
)

// noteReport keeps a report that names a mail of ours but came to another address
// than its signed reverse-path. Some servers and mailboxes answer so to the From
// field, and so does anybody who has seen the Message-ID: it changes nothing, and
// the agents of the ticket are told once for each mail.
func (h *handling) noteReport(t ticket.Ticket, m ticket.OutboxMail) error {
	what := "could not be delivered"
	complaint := h.msg.Class == mailparse.Report && h.msg.ClassReason == "feedback-report"
	if complaint {
		what = "was called spam"
	} else if h.msg.Class != mailparse.BounceClass {
		return nil // a receipt, an out-of-office note
	}
	action, f := h.worst()
	about := fmt.Sprintf("outgoing mail %d", m.ID)
	switch {
	case complaint:
	case action == "delayed":
		_, err := h.event(t.ID, "desk", eventUnprovenReport, fmt.Sprintf("%s, %s to %s, is late: %s", about, m.Template, m.Recipient, f.words()))
		return err
	case action != "failed":
		return nil
	default:
		what += ": " + f.words()
	}
	text := fmt.Sprintf("A report says that the %s to %s (%s) %s. It did not come to the address that the mail was sent from, so anybody may have written it: nothing was changed. If it is true, reach %s another way; the admin can stop automatic mail there: maildesk suppressions add %s REASON",
		m.Template, m.Recipient, about, what, m.Recipient, m.Recipient)
	events, err := h.tx.Events(t.ID)
	if err != nil {
		return err
	}
	known := slices.ContainsFunc(events, func(e ticket.Event) bool {
		return e.What == eventUnprovenReport && strings.Contains(e.Detail, "("+about+")")
	})
	if _, err := h.event(t.ID, "desk", eventUnprovenReport, text); err != nil || known {
		return err
	}
	return h.tellAgents(t, h.responsible(t), notify.Notice{Template: notify.TemplateNote, Actor: h.set.Name, Text: text}, Agent{})
}

// eventUnprovenReport is a report that nothing proves.
const eventUnprovenReport = "unproven report"
