package delivery

import (
	"cmp"
	"regexp"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// ReasonUnclear is the reason of the disposition of what may be a delivery report, by where it came from and to, and in which nobody
// finds what became of the mail.
const ReasonUnclear = "unclear-report"

// maxUnclear bounds such mails about one mail of ours, and about mails to one agent in a day, of which anybody is told.
const maxUnclear = 3

// MayReport reports whether what came to the signed reverse-path of a mail of ours may tell that it did not arrive,
// though it is in no form or words that are known: it is from a mail system, or has the null reverse-path and is no
// answer that a machine writes in somebody's name (RFC 5321 section 4.5.5, RFC 3834 section 4).
func MayReport(h *incoming.Handling) bool {
	system := mailparse.IsMailSystem(h.Msg.FromShown)
	null := !h.Mail.Envelope.Unknown && h.Mail.Envelope.ReversePath == ""
	switch h.Msg.Class {
	case mailparse.BounceClass, mailparse.Report:
		return false
	case mailparse.AutoReply:
		return system || refusal.MatchString(h.Msg.Text)
	}
	return system || null && (!mailparse.BeginsAway(h.Msg.Text) || refusal.MatchString(h.Msg.Text))
}

// refusal is how a server refuses a mail, in whatever language the words around it are (RFC 5321 section 4.2, RFC 3463).
var refusal = regexp.MustCompile(`\b[45][0-5][0-9][ -]#?[45]\.[0-9]{1,2}\.[0-9]{1,3}\b`)

// unclear keeps what may be a report about a mail of ours on its ticket, and tells its agents what came. The mail
// counts as sent all the same, and nothing is held against its recipient.
func unclear(h *incoming.Handling, t ticket.Ticket, m ticket.OutboxMail) error {
	if h.Was != nil && h.Was.Reason != ReasonUnclear { // it is filed, as it was then
		return nil
	}
	msg := *h.Msg
	msg.ClassReason = ReasonUnclear
	h.Msg = &msg
	from := cmp.Or(h.Msg.FromShown.Address, h.Msg.FromShown.Name, "mailer-daemon")
	events, err := h.Tx.Events(t.ID, ticket.EventToBounces)
	if err != nil {
		return err
	}
	if err := h.Record(decision.About(m, ticket.Event{Kind: ticket.EventToBounces, Actor: from})); err != nil {
		return err
	}
	known := 0
	for _, e := range events {
		if e.Outgoing == m.ID {
			known++
		}
	}
	if known >= maxUnclear {
		return nil
	}
	n := notify.Notice{Template: notify.TemplateNote, Actor: h.Set.Name, Text: h.NewText(),
		Says: ticket.Say("Somebody wrote to the return address of the email to %s, perhaps a mail server. The sender is given as %s. The desk does not understand what it says: the email may not have arrived.", m.Recipient, from)}
	if mailparse.IsMailSystem(h.Msg.FromShown) {
		n.Says = ticket.Say("This came back from a mail server, about the email to %s. The desk does not understand what it says: the email may not have arrived.", m.Recipient)
	}
	reader, err := isOutside(h.Change, m)
	if err != nil {
		return err
	}
	if reader {
		return notices.SendToAgents(h.Change, t, h.Responsible(t), n, settings.Agent{})
	}
	s, err := h.Tx.CountStorm(ReasonUnclear+" "+m.Recipient, h.Now.Truncate(24*time.Hour))
	if err != nil || s.Count > maxUnclear {
		return err
	}
	broken, _ := h.Set.AgentAt(m.Recipient)
	return tellInstead(h.Change, t, broken, n)
}
