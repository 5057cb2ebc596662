package undo

import (
	"slices"
	"time"

	"maildesk/desk/agentmail"

	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// keptIn says what became of the mails to readers, and of the ticket.
func keptIn(x taking, r order.Restoring) ticket.Phrase {
	var all []ticket.Phrase
	switch {
	case len(x.left) == 0 && x.answered:
		all = append(all, ticket.Say("nobody outside has received your text; it is an internal note now"))
	case len(x.left) == 0 && len(x.waiting) > 0:
		all = append(all, ticket.Say("nobody outside has been told"))
	case len(x.left) > 0 && len(x.waiting) > 0:
		all = append(all, ticket.Say("it had left for %s; it was kept from %s", recipients(x.left), recipients(x.waiting)))
	case len(x.left) > 0:
		all = append(all, ticket.Say("%s was told before, so write to them", recipients(x.left)))
	}
	if x.planned {
		all = append(all, ticket.Say("what was planned is off"))
	}
	return joined(append(all, r.Says...))
}

// tooLate says why nothing could be taken back.
func tooLate(x taking) ticket.Phrase {
	if len(x.left) == 0 {
		return ticket.Say("nothing of that email waits, and what it changed was changed again")
	}
	last := slices.MaxFunc(x.left, func(a, b ticket.OutboxMail) int { return a.DoneAt.Compare(b.DoneAt) })
	if last.DoneAt.IsZero() {
		return ticket.Say("it is too late: your email is being sent to %s at this moment", recipients(x.left))
	}
	return ticket.Say("it is too late: your email left for %s, %s", recipients(x.left), ticket.Relative(last.DoneAt))
}

// recipients returns to whom mails go, each once.
func recipients(mails []ticket.OutboxMail) (all []string) {
	for _, m := range mails {
		if !slices.Contains(all, m.Recipient) {
			all = append(all, m.Recipient)
		}
	}
	return all
}

// joined returns phrases as one.
func joined(all []ticket.Phrase) ticket.Phrase {
	if len(all) == 0 {
		return ticket.Phrase{}
	}
	whole := all[0]
	for _, p := range all[1:] {
		whole = ticket.Phrase{English: "%s; %s", Args: []any{whole, p}}
	}
	return whole
}

// tellTakenBack tells the agents whom a mail told of what was taken back now.
func tellTakenBack(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, x taking, r order.Restoring) error {
	says := ticket.Say("%s has taken back the last email on this request: %s", agent.Known(), keptIn(x, r))
	n := notify.Notice{Template: notify.TemplateNote, Actor: agent.Known(), Says: says}
	var to []settings.Agent
	for _, a := range x.told {
		if !slices.ContainsFunc(to, func(b settings.Agent) bool { return a.Name == b.Name }) {
			to = append(to, a)
		}
	}
	return notices.SendToAgents(h.Change, t, to, n, agent)
}

// endUndo keeps a mail that takes something back as a note, and tells its writer what
// became of that, with the text that was meant.
func endUndo(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, x taking, reason string, lines []notify.Line, rest string) error {
	if err := h.FileEntry(t.ID, ticket.EntryNote); err != nil {
		return err
	}
	if rest != "" {
		lines = append(lines, notify.Line{Command: agentmail.Beginning(rest), Message: ticket.Say("not done, as #undo stands alone; send it in an email of its own")})
	}
	n := notify.Notice{Template: notify.TemplateUndo, Lines: lines, Reason: reason}
	entries, err := h.Tx.Correspondence(t.ID)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(entries, func(e ticket.Entry) bool { return x.mail != 0 && e.Mail == x.mail }); i >= 0 {
		n.Text = entries[i].Text
		if err := x.returnFiles(h, reason); err != nil {
			return err
		}
	}
	if err := agentmail.Respond(h, t, agent, n); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, reason, t.ID)
}

// returnFiles lets the files of a mail that was kept in go back to its writer with its text.
func (x taking) returnFiles(h *incoming.Handling, reason string) error {
	if h.Files, h.Left = nil, nil; reason != undoneAll {
		return nil
	}
	mail := x.mail
	for _, e := range x.events { // it may have released one that waited
		if e.Kind == ticket.EventReleased && e.Mail == mail && e.OtherMail != 0 {
			mail = e.OtherMail
		}
	}
	all, err := notices.AttachmentsOf(h.Change, mail)
	for _, a := range all {
		if !a.Quoted {
			h.Files = append(h.Files, incoming.AsFile(a, h.Set.Hostname))
		}
	}
	return err
}

// TellSending tells an agent when what they wrote leaves, and for whom, so that they can
// keep it in. It reports false where nothing waits.
func TellSending(h *incoming.Handling, t ticket.Ticket, o order.Order, text string) (told bool, err error) {
	var to []string
	var leaves time.Time
	for _, m := range h.Planned {
		if !m.Leaves.IsZero() && !slices.Contains(to, m.To) {
			to, leaves = append(to, m.To), m.Leaves
		}
	}
	if len(to) == 0 {
		return false, nil
	}
	n := notify.Notice{Template: notify.TemplateSending, Lines: o.Lines, Text: text, To: to, Waits: leaves.Sub(h.Now)}
	return true, agentmail.Respond(h, t, o.Agent, n)
}

// Changes reports whether an order did something on a ticket that #undo takes back.
func Changes(h *incoming.Handling, t ticket.ID) (bool, error) {
	events, err := h.Tx.Events(t)
	return slices.ContainsFunc(events, func(e ticket.Event) bool { return e.Mail == h.Cause && order.Restorable(e) }), decision.IgnoreNotFound(err)
}
