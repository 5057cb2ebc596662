package desk

import (
	"slices"
	"strings"

	"maildesk/desk/notify"
	"maildesk/desk/silence"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// reported finds the mail of ours that a report is about, and whether that is
// proven: by the signed reverse-path that the report came to, which only the
// hosts on the mail's way have seen. The signed Message-ID of the mail that the
// report holds stands in many a mail; it proves nothing. Nor do the recipients
// that the report names, or the addresses within the mail that it holds.
func (h *handling) reported() (m ticket.OutboxMail, proven bool, err error) {
	for _, path := range h.recipients() {
		if m, ours, err := h.sentFrom(path); ours {
			return m, true, err
		}
	}
	if h.msg.Class != mailparse.BounceClass && h.msg.Class != mailparse.Report {
		return ticket.OutboxMail{}, false, nil
	}
	token, ours := h.maker.keys.ParseMessageID(h.msg.ReportedMessageID)
	if !ours || token.Ticket == 0 {
		return ticket.OutboxMail{}, false, nil
	}
	mails, err := h.tx.OutboxOf(ticket.ID(token.Ticket))
	i := slices.IndexFunc(mails, func(m ticket.OutboxMail) bool { return strings.EqualFold(m.MessageID, h.msg.ReportedMessageID) })
	if i < 0 {
		return ticket.OutboxMail{}, false, err
	}
	return mails[i], false, err
}

// cameBack does what follows from a report about one of our mails.
func (h *handling) cameBack(t ticket.Ticket, m ticket.OutboxMail) error {
	if h.msg.Class == mailparse.Report && h.msg.ClassReason == "feedback-report" {
		return h.complained(t, m)
	}
	if h.msg.Class != mailparse.BounceClass {
		return nil // a receipt, an out-of-office note
	}
	action, f := h.worst()
	switch {
	case action == "delayed":
		return h.record(about(m, ticket.Event{Kind: ticket.EventDelayed, Actor: ticket.ActorDesk, From: ticket.FromReport, Reason: f.Words()}))
	case action != "failed":
		return nil
	case m.State == ticket.OutboxFailed:
		return h.record(about(m, ticket.Event{Kind: ticket.EventReportedAgain, Actor: ticket.ActorDesk}))
	}
	if err := h.tx.CameBack(ticket.Attempt{Outbox: m.ID, At: h.now, State: ticket.OutboxFailed, Host: ticket.FromReport, Text: f.Words()}); err != nil {
		return err
	}
	return h.undelivered(t, m, f)
}

// worst returns the action of a delivery report that matters most, and the
// failure that it tells of.
func (h *handling) worst() (action string, f silence.Failure) {
	worst := mailparse.Bounce{Action: "failed"} // a dialect that says no more
	if len(h.msg.Bounces) > 0 {
		worst = h.msg.Bounces[0]
	}
	for _, b := range h.msg.Bounces {
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
func (c *change) undelivered(t ticket.Ticket, m ticket.OutboxMail, f silence.Failure) error {
	why := f.Words() + "."
	if f.Said != "" {
		why += "\nThe remote said: " + f.Said
	}
	lost := about(m, ticket.Event{Kind: ticket.EventUndeliverable, Actor: ticket.ActorDesk, Reason: why})
	note := lost.Words()
	if _, err := c.tx.AddEntry(ticket.Entry{Ticket: t.ID, Kind: ticket.EntrySystem, Author: ticket.ActorDesk, Subject: t.Subject, Text: note, At: c.now}); err != nil {
		return err
	}
	lost.Reason = strings.ReplaceAll(why, "\n", " ")
	if err := c.record(lost); err != nil {
		return err
	}
	reader, err := c.isReader(t.ID, m.Recipient)
	if err != nil {
		return err
	}
	first, err := c.strikeFor(t, m, f)
	if err != nil {
		return err
	}
	n := notify.Notice{Template: notify.TemplateUndeliverable, Actor: t.Requester, Says: ticket.Say("The email to %s could not be delivered: %s.", m.Recipient, f.Phrase())}
	if f.Said != "" {
		n.Says = ticket.Say("The email to %s could not be delivered: %s. The remote said: %s", m.Recipient, f.Phrase(), strings.Join(strings.Fields(f.Said), " "))
	}
	if n.Text, err = c.lostText(t, m); err != nil {
		return err
	}
	if !reader {
		broken, _ := c.set.AgentAt(m.Recipient)
		if !first && (t.Assignee != broken.Name || m.Template == string(notify.TemplateUndeliverable)) {
			return nil // the event says it, and others of the queue were told of the ticket
		}
		return c.tellInstead(t, broken, n)
	}
	if sameAddress(m.Recipient, t.Requester) {
		if err := c.notInformed(&t, m); err != nil {
			return err
		}
	}
	return c.tellAgents(t, c.responsible(t), n, Agent{})
}

// lostText returns what an agent wrote in a mail that did not arrive, empty where
// nobody wrote it.
func (c *change) lostText(t ticket.Ticket, m ticket.OutboxMail) (string, error) {
	if m.Cause == 0 || notify.Template(m.Template).Audience() != notify.AudienceRequester {
		return "", nil
	}
	entries, err := c.tx.Correspondence(t.ID)
	i := slices.IndexFunc(entries, func(e ticket.Entry) bool { return e.Mail == m.Cause && e.Kind == ticket.EntryReply })
	if i < 0 {
		return "", err
	}
	return entries[i].Text, err
}

// strikeFor counts a failure against an address and reports whether it is the
// first one.
func (c *change) strikeFor(t ticket.Ticket, m ticket.OutboxMail, f silence.Failure) (first bool, err error) {
	rule := f.Strikes()
	if rule.Limit == 0 {
		return false, nil
	}
	if _, is := c.set.AgentAt(m.Recipient); is {
		s, err := c.strikeAgent(m.Recipient, ticket.CauseBounce, f.Words(), rule)
		return s.Strikes == 1, err
	}
	s, began, err := c.strike(m.Recipient, ticket.CauseBounce, f.Words(), rule)
	if err != nil || !began {
		return s.Strikes == 1, err
	}
	suppressed := about(m, ticket.Event{Kind: ticket.EventSuppressed, Actor: ticket.ActorDesk, Until: s.Until, Reason: s.Detail})
	return s.Strikes == 1, c.record(suppressed)
}

// notInformed opens a ticket again whose requester does not know after all.
func (c *change) notInformed(t *ticket.Ticket, m ticket.OutboxMail) error {
	switch {
	case t.Merged != 0: // its agents know, and nothing is left to do on it
		return nil
	case t.Status == ticket.StatusClosed && notify.Template(m.Template).Waited() && !m.CreatedAt.Before(t.ResolvedAt):
		if err := c.move(t, ticket.StatusResolved, ticket.ActorDesk); err != nil {
			return err
		}
	case t.Status != ticket.StatusResolved:
		return nil
	}
	if err := c.move(t, ticket.StatusOpen, ticket.ActorDesk); err != nil {
		return err
	}
	return c.save(t)
}

// tellInstead tells the colleagues of an agent whose address does not take
// mail; where there is none, the admin.
func (c *change) tellInstead(t ticket.Ticket, broken Agent, n notify.Notice) error {
	for _, candidates := range [][]Agent{c.set.agentsOf(t.Queue), c.set.agentsOf(c.set.Rules.Fallback()), c.set.admins()} {
		others, err := c.working(slices.DeleteFunc(candidates, func(a Agent) bool { return a.Name == broken.Name }))
		if err != nil {
			return err
		}
		if len(others) > 0 {
			return c.tellAgents(t, others, n, Agent{})
		}
	}
	return nil
}

// complained notes that somebody called a mail of ours spam (RFC 5965).
func (h *handling) complained(t ticket.Ticket, m ticket.OutboxMail) error {
	const what = "called a mail of ours spam"
	if _, is := h.set.AgentAt(m.Recipient); is {
		if err := h.record(about(m, ticket.Event{Kind: ticket.EventComplaint, Actor: ticket.ActorDesk})); err != nil {
			return err
		}
		_, err := h.strikeAgent(m.Recipient, ticket.CauseComplaint, what, silence.OneComplaint)
		return err
	}
	s, _, err := h.strike(m.Recipient, ticket.CauseComplaint, what, silence.OneComplaint)
	if err != nil {
		return err
	}
	complaint := about(m, ticket.Event{Kind: ticket.EventComplaint, Actor: ticket.ActorDesk, Until: s.Until})
	if err := h.record(complaint); err != nil {
		return err
	}
	return h.tellAgents(t, h.responsible(t), notify.Notice{Template: notify.TemplateNote, Actor: h.set.Name, Says: complaint.Phrase()}, Agent{})
}

// admins returns the admin in the form of an agent, to be told like one.
func (s *Settings) admins() []Agent {
	if s.Admin == "" {
		return nil
	}
	return []Agent{{Name: "admin", Mail: []string{s.Admin}}}
}

// working returns those agents whose address takes mail.
func (c *change) working(agents []Agent) ([]Agent, error) {
	agents = slices.DeleteFunc(slices.Clone(agents), func(a Agent) bool { return len(a.Mail) == 0 })
	if len(agents) == 0 {
		return nil, nil
	}
	var addresses []string
	for _, a := range agents {
		addresses = append(addresses, a.Mail[0])
	}
	all, err := c.tx.Suppressions(addresses...)
	for _, s := range all {
		if s.Active(c.now) {
			agents = slices.DeleteFunc(agents, func(a Agent) bool { return strings.EqualFold(a.Mail[0], s.Address) })
		}
	}
	return agents, err
}

// deliverable returns who is told in the place of agents whose addresses take no
// mail: the others of the ticket's queue, those of the fallback, the admin.
func (c *change) deliverable(t ticket.Ticket, agents []Agent) ([]Agent, error) {
	if len(agents) == 0 {
		return nil, nil
	}
	for _, candidates := range [][]Agent{agents, c.set.agentsOf(t.Queue), c.set.agentsOf(c.set.Rules.Fallback()), c.set.admins()} {
		if all, err := c.working(candidates); err != nil || len(all) > 0 {
			return all, err
		}
	}
	return nil, c.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventNotSent, Actor: ticket.ActorDesk, Reason: "no agent's address takes mail, and no admin is named"})
}
