package delivery

import (
	"slices"
	"strings"

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

// Reported finds the mail of ours that a report is about, and whether that is
// proven: by the signed reverse-path that the report came to, which only the
// hosts on the mail's way have seen. The signed Message-ID of the mail that the
// report holds stands in many a mail; it proves nothing. Nor do the recipients
// that the report names, or the addresses within the mail that it holds.
func Reported(h *incoming.Handling) (m ticket.OutboxMail, proven bool, err error) {
	for _, path := range h.Recipients() {
		if m, ours, err := sentFrom(h, path); ours {
			return m, true, err
		}
	}
	if h.Msg.Class != mailparse.BounceClass && h.Msg.Class != mailparse.Report {
		return ticket.OutboxMail{}, false, nil
	}
	token, ours := h.Keys().ParseMessageID(h.Msg.ReportedMessageID)
	if !ours || token.Ticket == 0 {
		return ticket.OutboxMail{}, false, nil
	}
	mails, err := h.Tx.OutboxOf(ticket.ID(token.Ticket))
	i := slices.IndexFunc(mails, func(m ticket.OutboxMail) bool { return strings.EqualFold(m.MessageID, h.Msg.ReportedMessageID) })
	if i < 0 {
		return ticket.OutboxMail{}, false, err
	}
	return mails[i], false, err
}

// CameBack does what follows from a report about one of our mails.
func CameBack(h *incoming.Handling, t ticket.Ticket, m ticket.OutboxMail) error {
	if h.Msg.Class == mailparse.Report && h.Msg.ClassReason == "feedback-report" {
		return complained(h, t, m)
	}
	if MayReport(h) {
		return unclear(h, t, m)
	}
	if h.Msg.Class != mailparse.BounceClass {
		return nil // a receipt, an out-of-office note
	}
	action, f := worst(h)
	switch {
	case action == "delayed":
		return h.Record(decision.About(m, ticket.Event{Kind: ticket.EventDelayed, Actor: ticket.ActorDesk, From: ticket.FromReport, Reason: f.Words()}))
	case action != "failed":
		return nil
	case m.State == ticket.OutboxFailed:
		return h.Record(decision.About(m, ticket.Event{Kind: ticket.EventReportedAgain, Actor: ticket.ActorDesk}))
	}
	if err := h.Tx.CameBack(ticket.Attempt{Outbox: m.ID, At: h.Now, State: ticket.OutboxFailed, Host: ticket.FromReport, Text: f.Words()}); err != nil {
		return err
	}
	return undelivered(h.Change, t, m, f)
}

// worst returns the action of a delivery report that matters most, and the
// failure that it tells of.
func worst(h *incoming.Handling) (action string, f silence.Failure) {
	worst := mailparse.Bounce{Action: "failed"} // a dialect that says no more
	if len(h.Msg.Bounces) > 0 {
		worst = h.Msg.Bounces[0]
	}
	for _, b := range h.Msg.Bounces {
		if b.Action == "failed" {
			worst = b
			break
		}
	}
	return worst.Action, silence.Failure{Status: worst.Status, Said: worst.Diagnostic}
}

// undelivered makes work of a mail that did not arrive: a note on its ticket,
// a strike against the address, and somebody who is told. A ticket whose
// requester was not reached opens again, even one that was closed because the
// next hop had taken the last notice.
func undelivered(c *decision.Change, t ticket.Ticket, m ticket.OutboxMail, f silence.Failure) error {
	why := f.Words() + "."
	if f.Said != "" {
		why += "\nThe remote said: " + f.Said
	}
	lost := decision.About(m, ticket.Event{Kind: ticket.EventUndeliverable, Actor: ticket.ActorDesk, Reason: why})
	note := wording.Of(lost)
	if _, err := c.Tx.AddEntry(ticket.Entry{Ticket: t.ID, Kind: ticket.EntrySystem, Author: ticket.ActorDesk, Subject: t.Subject, Text: note, At: c.Now}); err != nil {
		return err
	}
	lost.Reason = strings.ReplaceAll(why, "\n", " ")
	if err := c.Record(lost); err != nil {
		return err
	}
	reader, err := isOutside(c, m)
	if err != nil {
		return err
	}
	first, err := strikeFor(c, t, m, f)
	if err != nil {
		return err
	}
	n := notify.Notice{Template: notify.TemplateUndeliverable, Actor: t.Requester, Says: ticket.Say("The email to %s could not be delivered: %s.", m.Recipient, f.Phrase())}
	if f.Said != "" {
		n.Says = ticket.Say("The email to %s could not be delivered: %s. The remote said: %s", m.Recipient, f.Phrase(), strings.Join(strings.Fields(f.Said), " "))
	}
	if n.Text, err = lostText(c, t, m); err != nil {
		return err
	}
	if !reader {
		broken, _ := c.Set.AgentAt(m.Recipient)
		if !first && (t.Assignee != broken.Name || m.Template == string(notify.TemplateUndeliverable)) {
			return nil // the event says it, and others of the queue were told of the ticket
		}
		return tellInstead(c, t, broken, n)
	}
	if settings.SameAddress(m.Recipient, t.Requester) {
		if err := notInformed(c, &t, m); err != nil {
			return err
		}
	}
	return notices.SendToAgents(c, t, c.Responsible(t), n, settings.Agent{})
}

// lostText returns what an agent wrote in a mail that did not arrive, empty where
// nobody wrote it.
func lostText(c *decision.Change, t ticket.Ticket, m ticket.OutboxMail) (string, error) {
	if m.Cause == 0 || notify.Template(m.Template).Audience() == notify.AudienceAgent {
		return "", nil
	}
	kind := ticket.EntryReply
	if notify.Template(m.Template).Audience() == notify.AudienceVendor {
		kind = ticket.EntryNote
	}
	entries, err := c.Tx.Correspondence(t.ID)
	i := slices.IndexFunc(entries, func(e ticket.Entry) bool { return e.Mail == m.Cause && e.Kind == kind })
	if i < 0 {
		return "", err
	}
	return entries[i].Text, err
}

// strikeFor counts a failure against an address and reports whether it is the
// first one.
func strikeFor(c *decision.Change, t ticket.Ticket, m ticket.OutboxMail, f silence.Failure) (first bool, err error) {
	rule := f.Strikes()
	if rule.Limit == 0 {
		return false, nil
	}
	if _, is := c.Set.AgentAt(m.Recipient); is {
		s, err := strikeAgent(c, m.Recipient, ticket.CauseBounce, f.Words(), rule)
		return s.Strikes == 1, err
	}
	s, began, err := Strike(c, m.Recipient, ticket.CauseBounce, f.Words(), rule)
	if err != nil || !began {
		return s.Strikes == 1, err
	}
	suppressed := decision.About(m, ticket.Event{Kind: ticket.EventSuppressed, Actor: ticket.ActorDesk, Until: s.Until, Reason: s.Detail})
	return s.Strikes == 1, c.Record(suppressed)
}

// notInformed opens a ticket again whose requester does not know after all.
func notInformed(c *decision.Change, t *ticket.Ticket, m ticket.OutboxMail) error {
	switch {
	case t.Merged != 0: // its agents know, and nothing is left to do on it
		return nil
	case t.Status == ticket.StatusClosed && notify.Template(m.Template).Waited() && !m.CreatedAt.Before(t.ResolvedAt):
		if err := c.Move(t, ticket.StatusResolved, ticket.ActorDesk); err != nil {
			return err
		}
	case t.Status != ticket.StatusResolved:
		return nil
	}
	if err := c.Move(t, ticket.StatusOpen, ticket.ActorDesk); err != nil {
		return err
	}
	return c.Save(t)
}

// tellInstead tells the colleagues of an agent whose address does not take
// mail; where there is none, the admin.
func tellInstead(c *decision.Change, t ticket.Ticket, broken settings.Agent, n notify.Notice) error {
	for _, candidates := range [][]settings.Agent{c.Set.AgentsOf(t.Queue), c.Set.AgentsOf(c.Set.Rules.Fallback()), c.Set.Admins()} {
		others, err := notices.Working(c, slices.DeleteFunc(candidates, func(a settings.Agent) bool { return a.Name == broken.Name }))
		if err != nil {
			return err
		}
		if len(others) > 0 {
			return notices.SendToAgents(c, t, others, n, settings.Agent{})
		}
	}
	return nil
}

// complained notes that somebody called a mail of ours spam (RFC 5965).
func complained(h *incoming.Handling, t ticket.Ticket, m ticket.OutboxMail) error {
	const what = "called a mail of ours spam"
	if _, is := h.Set.AgentAt(m.Recipient); is {
		if err := h.Record(decision.About(m, ticket.Event{Kind: ticket.EventComplaint, Actor: ticket.ActorDesk})); err != nil {
			return err
		}
		_, err := strikeAgent(h.Change, m.Recipient, ticket.CauseComplaint, what, silence.OneComplaint)
		return err
	}
	s, _, err := Strike(h.Change, m.Recipient, ticket.CauseComplaint, what, silence.OneComplaint)
	if err != nil {
		return err
	}
	complaint := decision.About(m, ticket.Event{Kind: ticket.EventComplaint, Actor: ticket.ActorDesk, Until: s.Until})
	if err := h.Record(complaint); err != nil {
		return err
	}
	return notices.SendToAgents(h.Change, t, h.Responsible(t), notify.Notice{Template: notify.TemplateNote, Actor: h.Set.Name, Says: wording.Phrase(complaint)}, settings.Agent{})
}
