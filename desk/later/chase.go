package later

import (
	"slices"
	"strings"

	"maildesk/addr"
	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// chase reminds who has not answered or, after the last reminder, ends it. What was asked
// and has not left yet is no silence; what came back is not asked again.
func chase(c *decision.Change, t *ticket.Ticket, s history.Sending) (did bool, err error) {
	if left, err := hasLeft(c, t.ID, s); err != nil || !left {
		return false, err
	}
	if failed, err := cameBack(c, t.ID, s); err != nil {
		return false, err
	} else if failed {
		return true, stop(c, *t, s, ticket.EndedFailed, ticket.Say("Nobody is reminded any more: the question did not arrive."))
	}
	if s.Done < s.Times {
		return true, remind(c, t, s)
	}
	if err := end(c, t.ID, s, ticket.ActorDesk, ticket.EndedUnanswered); err != nil {
		return false, err
	}
	if s.Vendor != "" {
		return true, giveUpVendor(c, t, s)
	}
	return true, giveUp(c, t, s)
}

// hasLeft reports whether nothing of what was asked still waits to be sent.
func hasLeft(c *decision.Change, t ticket.ID, s history.Sending) (bool, error) {
	waiting, err := c.Tx.OutboxOf(t, ticket.OutboxReady, ticket.OutboxClaimed)
	return !slices.ContainsFunc(waiting, func(m ticket.OutboxMail) bool {
		return (m.Cause == s.Mail || m.Cause == s.Text) && notify.Template(m.Template).Audience() != notify.AudienceAgent
	}), err
}

// cameBack reports whether something that was sent since to those who were asked could not
// be delivered.
func cameBack(c *decision.Change, t ticket.ID, s history.Sending) (bool, error) {
	to := []string{s.Vendor}
	if s.Vendor == "" {
		readers, err := c.Readers(t)
		if err != nil {
			return false, err
		}
		to = nil
		for _, p := range readers {
			to = append(to, p.Address)
		}
	}
	events, err := c.Tx.Events(t, ticket.EventUndeliverable)
	return slices.ContainsFunc(events, func(e ticket.Event) bool {
		return !e.At.Before(s.Planned) && slices.ContainsFunc(to, func(a string) bool { return settings.SameAddress(a, e.To) })
	}), err
}

// remind sends one reminder, and writes down when the clock looks next.
func remind(c *decision.Change, t *ticket.Ticket, s history.Sending) error {
	every, err := command.ParseInterval(s.Every)
	if err != nil {
		return err
	}
	reminded := ticket.Event{
		Ticket: t.ID, Kind: ticket.EventReminded, Actor: ticket.ActorDesk, From: s.Vendor, OtherMail: s.Mail,
		Number: s.Done + 1, Until: order.After(c.Set, c.Now, every),
	}
	if err := c.Record(reminded); err != nil {
		return err
	}
	asked, found, err := entryOf(c, t.ID, s.Text)
	if err != nil {
		return err
	}
	if !found {
		asked.At = s.Planned
	}
	n := notify.Notice{Template: notify.TemplateReminder, At: asked.At.In(c.Set.Zone())}
	if s.Vendor == "" {
		text, err := toReaders(c, s, asked)
		if err != nil {
			return err
		}
		n.Text = quoted(notify.ForReader(text, settings.FirstOf(t.Language, c.Set.Language)))
		return notices.SendToReaders(c, *t, n)
	}
	return remindVendor(c, t, s, asked, n)
}

// remindVendor sends a vendor one reminder of what they were asked.
func remindVendor(c *decision.Change, t *ticket.Ticket, s history.Sending, asked ticket.Entry, n notify.Notice) error {
	text, _, err := ToVendor(c, s, asked)
	if err != nil {
		return err
	}
	events, err := c.Tx.Events(t.ID, history.VendorEvents...)
	if err != nil {
		return err
	}
	n.Template, n.Again, n.Text = notify.TemplateVendorReminder, true, quoted(text)
	for _, v := range history.VendorsOf(events) {
		if addr.Same(v.Address, s.Vendor) {
			n.Subject = v.SubjectNow()
		}
	}
	p, err := c.Participant(t.ID, ticket.RoleVendor, s.Vendor, "")
	if err != nil {
		return err
	}
	return notices.Send(c, *t, p, n)
}

// quoted returns a text as a quote, without what it quotes itself.
func quoted(text string) string {
	text = notices.WithoutQuotes(text)
	if text == "" {
		return ""
	}
	return "> " + strings.ReplaceAll(text, "\n", "\n> ")
}

// giveUp resolves a ticket whose requester does not answer, who is told so, and how it goes
// on. One that leads an incident is not theirs alone: there agents decide.
func giveUp(c *decision.Change, t *ticket.Ticket, s history.Sending) error {
	i, err := c.Tx.IncidentOf(t.ID)
	if err = decision.IgnoreNotFound(err); err != nil {
		return err
	}
	says := ticket.Say("There is no answer after %d reminders. Ask in another way.", s.Times)
	if i.Lead != t.ID || i.Lead == 0 {
		if err := c.Move(t, ticket.StatusResolved, ticket.ActorDesk); err != nil {
			return err
		}
		if err := notices.Inform(c, t, notify.Notice{Template: notify.TemplateUnanswered, Actor: t.Assignee}); err != nil {
			return err
		}
		if err := c.Save(t); err != nil {
			return err
		}
		says = ticket.Say("There was no answer after %d reminders, so the request is resolved. The requester is told how to open it again.", s.Times)
	}
	return notices.SendToAgents(c, *t, c.Concerned(*t, s.Agent), notify.Notice{Template: notify.TemplateNote, Actor: c.Set.Name, Says: says}, settings.Agent{})
}

// giveUpVendor tells agents that a vendor does not answer.
func giveUpVendor(c *decision.Change, t *ticket.Ticket, s history.Sending) error {
	if err := c.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventVendorLate, Actor: ticket.ActorDesk, From: s.Vendor}); err != nil {
		return err
	}
	if t.Status == ticket.StatusOnHold {
		if err := c.Move(t, ticket.StatusOpen, ticket.ActorDesk); err != nil {
			return err
		}
	}
	if err := c.UpdateAwait(t); err != nil {
		return err
	}
	p, err := c.Participant(t.ID, ticket.RoleVendor, s.Vendor, "")
	if err != nil {
		return err
	}
	n := notify.Notice{Template: notify.TemplateVendorLate, Actor: c.Set.Name, Vendor: p, Says: ticket.Say("There is no answer after %d reminders. Ask in another way.", s.Times)}
	return notices.SendToAgents(c, *t, c.Concerned(*t, s.Agent), n, settings.Agent{})
}
