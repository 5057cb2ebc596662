package answer

import (
	"fmt"

	"maildesk/desk/agentmail"
	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/incident"
	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// By #bulk an agent does the same to several tickets, in reply to any notice or to the
// control address. Each is checked as if it were commanded by itself; the agent gets one
// mail that says what became of each.

// Bulk does what commands say to several tickets; n is told what became of them. done is false
// where nothing was done, as the mail asks for what cannot be done at once.
func Bulk(h *incoming.Handling, agent settings.Agent, read command.Mail, commands []command.Command, n *notify.Notice) (done bool, err error) {
	b := order.BulkOf(commands, read.Whole() != "" || agentmail.HasFiles(h))
	if len(h.Verdict.Match.Actions) > 0 {
		b.Wrong = append(b.Wrong, notify.Line{Message: ticket.Say("a button does something to one request; write #bulk in answer to the email itself")})
	}
	if n.Lines = b.Wrong; len(b.Wrong) > 0 {
		return false, nil
	}
	h.Files, h.Left, h.Window = nil, nil, h.Set.UndoWindow
	for _, id := range b.Tickets {
		line, err := onOne(h, agent, id, b.Each)
		if err != nil {
			return false, fmt.Errorf("#bulk, ticket %d: %w", id, err)
		}
		n.Lines = append(n.Lines, line)
	}
	return true, nil
}

// bulkOn carries out a #bulk in reply to a notice of a ticket, which has the mail as a note.
func bulkOn(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, read command.Mail, commands []command.Command) error {
	n := notify.Notice{Template: notify.TemplateAnswer}
	if done, err := Bulk(h, agent, read, commands, &n); err != nil {
		return err
	} else if !done {
		return refuse(h, t, agent, n.Lines)
	}
	if err := h.FileEntry(t.ID, ticket.EntryNote); err != nil {
		return err
	}
	if err := h.WriteBack(agent, h.Msg.From.Address, n, nil); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, string(h.Verdict.Match.Reason), t.ID)
}

// onOne carries commands out on one of several tickets, or says why it does not.
func onOne(h *incoming.Handling, agent settings.Agent, id ticket.ID, commands []command.Command) (notify.Line, error) {
	line := notify.Line{Command: fmt.Sprintf("#%d", id), Message: ticket.Say("there is no request #%d that you may read", id)}
	t, err := h.Tx.Ticket(id)
	if err != nil {
		return line, decision.IgnoreNotFound(err)
	}
	sees, err := h.MaySee(t, agent)
	if err != nil || !sees {
		return line, err
	}
	line.Command += " " + t.Subject
	may, err := h.MayAct(t, agent)
	switch {
	case err != nil:
		return line, err
	case t.Merged != 0:
		line.Message = ticket.Say("it is worked on in #%d", t.Merged)
		return line, nil
	case !may:
		line.Message = ticket.Say("it is in none of your queues")
		return line, nil
	}
	o, why, err := orderOn(h, t, agent, commands)
	if err != nil || o.Mistakes {
		return o.Outcome(t), err
	}
	if !why.IsZero() {
		line.Message = why
		return line, nil
	}
	if o.ChangesNothing(t) {
		line.OK, line.Message = true, ticket.Say("it is so already")
		return line, nil
	}
	before := t
	if err := changeAll(h, &t, o); err != nil {
		return line, err
	}
	if err := askDemanded(h, &t, before, &o); err != nil {
		return line, err
	}
	if err := tellAll(h, &t, before, o, ""); err != nil {
		return line, err
	}
	return o.Outcome(t), h.Save(&t)
}

// orderOn checks commands against one of several tickets. why says what a colleague did on it that
// the agent has not read of.
func orderOn(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, commands []command.Command) (o order.Order, why ticket.Phrase, err error) {
	reported, err := incident.For(h.Change, t.ID)
	if err != nil {
		return o, why, err
	}
	o = order.Check(h.Set, t, reported, agent, commands, h.Now)
	ends := o.Spam || o.After.Status == ticket.StatusResolved && t.Status != ticket.StatusResolved
	if o.Mistakes || !ends || o.Anyway {
		return o, why, nil
	}
	c, err := crossedBy(h, t, o)
	if err == nil && c.did != "" {
		why = ticket.Say("%s; with #anyway it is done all the same", ticket.Say("%s has worked on it since", h.Set.KnownAs(c.agent)))
	}
	return o, why, err
}
