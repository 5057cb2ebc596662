package answer

import (
	"slices"

	"maildesk/desk/agentmail"
	"maildesk/desk/undo"

	"maildesk/desk/decision"
	"maildesk/desk/incident"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// Who is told of what an agent did: those who read the ticket, the agents whom it concerns,
// and its writer.

// tellReaders sends the requester and participants what concerns them: the
// answer, the resolution, that specialists took over.
func tellReaders(h *incoming.Handling, t *ticket.Ticket, before ticket.Ticket, o order.Order, reply string, answers bool) error {
	resolvedNow := t.Status == ticket.StatusResolved && before.Status != ticket.StatusResolved
	switch {
	case o.Spam:
		return nil
	case resolvedNow || o.Closing:
		template := notify.TemplateResolution
		if o.Closing {
			template = notify.TemplateClosing
		}
		if err := agentmail.AssignFirst(h, t, o.Agent); err != nil {
			return err
		}
		return notices.Inform(h.Change, t, notify.Notice{Template: template, Actor: t.Assignee, Text: reply, Written: answers})
	case answers:
		return agentmail.SendReply(h, *t, o.Agent, reply)
	case o.Escalated:
		first, err := notices.IsFirstClimb(h.Change, *t)
		if err != nil || !first {
			return err
		}
		return notices.SendToReaders(h.Change, *t, notify.Notice{Template: notify.TemplateEscalated})
	}
	return nil
}

// tellUnread tells the writer of an answer that it went to nobody, where nobody reads
// the ticket: it stands for a mail in quarantine, or for one without a sender.
func tellUnread(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, text string) error {
	readers, err := h.Readers(t.ID)
	if err != nil || len(readers) > 0 {
		return err
	}
	if seats, err := notices.Seats(h.Change, t.ID); err != nil || len(seats) > 0 {
		return err
	}
	return agentmail.Respond(h, t, agent, notify.Notice{Template: notify.TemplateUndeliverable, Actor: t.Requester, Text: text, Says: ticket.Say("Nobody reads this request, so there is nobody to send the text to.")})
}

// tellOthers tells those who did not wait for the answer: who reported the same
// incident, the agents concerned, and whoever asked about what is solved now.
func tellOthers(h *incoming.Handling, t, before ticket.Ticket, o order.Order, text, reply string, answers bool) error {
	if o.Incident.Tell && t.Status != ticket.StatusResolved { // a solution goes to all of them anyway
		if err := incident.TellReports(h, t, o.Agent, reply); err != nil {
			return err
		}
	}
	if err := tellColleagues(h, t, before, o, text); err != nil {
		return err
	}
	if err := tellColleague(h, t, before, o, text, answers); err != nil {
		return err
	}
	if err := tellTaken(h, t, before, o); err != nil {
		return err
	}
	if t.Status != ticket.StatusResolved || before.Status == ticket.StatusResolved {
		return nil
	}
	if err := notices.SendSolution(h.Change, t, o.Agent, text); err != nil {
		return err
	}
	return incident.SolveIncident(h.Change, t, o.Agent.Name, reply)
}

// tellColleagues tells the agents whom the change concerns.
func tellColleagues(h *incoming.Handling, t, before ticket.Ticket, o order.Order, text string) error {
	n := notify.Notice{Actor: o.Agent.Known(), Text: withAsked(o, text), Reason: o.Reason}
	switch {
	case o.Notice != "":
		n.Template = o.Notice
		return notices.SendToAgents(h.Change, t, h.Responsible(t), n, o.Agent)
	case o.ToVendor && before.Assignee == "": // nobody had it whom it concerns
	case o.Note && n.Text != "":
		n.Template = notify.TemplateNote
		return notices.SendToAgents(h.Change, t, h.Responsible(before), n, o.Agent)
	}
	return nil
}

// tellDone tells an agent what became of a mail that has nothing but commands, and of
// an absence: a text shows by its answers that it was understood. Another mail that they
// get of it says enough.
func tellDone(h *incoming.Handling, t ticket.Ticket, o order.Order, text string) error {
	if told, err := undo.TellSending(h, t, o, text); told || err != nil {
		return err
	}
	if o.Plan.What != "" {
		return tellPlan(h, t, o, text)
	}
	alone := (text == "" || o.Note && o.Wordless) && !agentmail.HasFiles(h) && h.Released == 0 && len(o.Files) == 0 && len(o.Lines) > 0
	told := slices.ContainsFunc(h.Planned, func(m decision.PlannedMail) bool { return settings.SameAddress(m.To, h.Msg.From.Address) })
	if told || beside(o) || !alone && len(o.Absences) == 0 {
		return nil
	}
	undoable, err := undo.Changes(h, t.ID)
	if err != nil {
		return err
	}
	return agentmail.Respond(h, t, o.Agent, notify.Notice{Template: notify.TemplateTranscript, Lines: o.Lines, Undoable: undoable})
}
