package approval

import (
	"slices"
	"strings"

	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// isUnseen reports whether the queue of a ticket has not been told of it, as an approval
// was asked by the mail that opened it, and no agent has worked on it since.
func isUnseen(c *decision.Change, t ticket.Ticket, a history.Approval) (bool, error) {
	if !a.ByDesk() {
		return false, nil
	}
	events, err := c.Tx.Events(t.ID, ticket.EventCreated, ticket.EventApprovalAsked, ticket.EventAnswered, ticket.EventAssigned)
	if err != nil {
		return false, err
	}
	opened := ticket.MailID(0)
	for _, e := range events {
		switch {
		case e.Kind == ticket.EventCreated:
			opened = e.Mail
		case e.Kind == ticket.EventApprovalAsked && e.Number == a.Number && e.Topic != ticket.ApproveInPlace && e.Mail != opened,
			e.Kind == ticket.EventAnswered, e.Kind == ticket.EventAssigned && e.Actor != ticket.ActorDesk:
			return false, nil
		}
	}
	return opened != 0, nil
}

// release lets the queue have a ticket that it has not heard of yet, as if its mail had come
// now.
func release(c *decision.Change, t *ticket.Ticket, says ticket.Phrase) error {
	if t.Status == ticket.StatusOnHold {
		if err := c.Move(t, ticket.StatusOpen, ticket.ActorDesk); err != nil {
			return err
		}
	}
	if err := c.Assign(t); err != nil {
		return err
	}
	if err := c.UpdateDue(t); err != nil {
		return err
	}
	entries, err := c.Tx.Correspondence(t.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(entries, func(e ticket.Entry) bool { return e.Mail != 0 })
	if i < 0 {
		return nil
	}
	files, left := c.Files, c.Left
	defer func() { c.Files, c.Left = files, left }()
	c.Files, c.Left = nil, nil
	first, err := incoming.Again(c, entries[i].Mail)
	if err != nil {
		return err
	}
	first.ReadBehalf()
	return first.NotifyNew(*t, says)
}

// remark is what somebody who was asked wrote beside their vote.
type remark struct{ who, text string }

// remarks returns what those who were asked wrote, in the order in which they did.
func remarks(c *decision.Change, t ticket.Ticket, number int) (all []remark, err error) {
	events, err := c.Tx.Events(t.ID, ticket.EventVoted)
	if err != nil || len(events) == 0 {
		return nil, err
	}
	entries, err := c.Tx.Correspondence(t.ID)
	for _, e := range events {
		i := slices.IndexFunc(entries, func(x ticket.Entry) bool { return x.Mail == e.Mail })
		if e.Number != number || i < 0 || strings.TrimSpace(entries[i].Text) == "" {
			continue
		}
		all = append(all, remark{e.From, strings.TrimSpace(entries[i].Text)})
	}
	return all, err
}

// withRemarks returns a phrase with what those who were asked wrote below it.
func withRemarks(says ticket.Phrase, all []remark) ticket.Phrase {
	if len(all) == 0 {
		return says
	}
	return ticket.Phrase{English: "%s %s", Args: []any{says, written(all)}}
}

// written returns remarks, each with who wrote it.
func written(all []remark) string {
	var lines []string
	for _, r := range all {
		lines = append(lines, r.who+": "+r.text)
	}
	return strings.Join(lines, "\n\n")
}

// closeRejected resolves a ticket that nobody works on, as it was rejected, and tells its
// requester why.
func closeRejected(c *decision.Change, t *ticket.Ticket, a history.Approval) error {
	if err := c.Move(t, ticket.StatusResolved, ticket.ActorDesk); err != nil {
		return err
	}
	all, err := remarks(c, *t, a.Number)
	if err != nil {
		return err
	}
	n := notify.Notice{Template: notify.TemplateRejected, Text: written(all)}
	if err := notices.Inform(c, t, n); err != nil {
		return err
	}
	if err := c.UpdateAwait(t); err != nil {
		return err
	}
	return c.Save(t)
}
