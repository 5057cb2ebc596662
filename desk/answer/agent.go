package answer

import (
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/join"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// NoteFromHolder keeps a mail that used somebody else's reply address as an
// internal note: it may well matter, but it is not that person's word, and its
// sender is told nothing. An agent to whom the address belongs is asked: they may
// have written from home.
func NoteFromHolder(h *incoming.Handling, t ticket.Ticket) error {
	if token := h.Verdict.Match.Token; token.Role == string(ticket.RoleAgent) && (h.Was == nil || h.Was.Reason == string(notify.UndoneOther)) {
		p, err := h.Tx.Participant(ticket.ParticipantID(token.Participant))
		if err != nil {
			return err
		}
		if agent, is := h.Set.AgentAt(p.Address); is {
			return noteUndone(h, t, agent, notify.UndoneOther)
		}
	}
	return KeepAsNote(h, t, "holder", ticket.Event{Ticket: t.ID, Kind: ticket.EventForeign})
}

// FromAgentIfProven does what an agent's mail says, where the agent may act on
// the ticket and is known well enough to be its writer; else it is a note.
func FromAgentIfProven(h *incoming.Handling, t ticket.Ticket, agent settings.Agent) error {
	why, err := whyNot(h, t, agent)
	switch {
	case err != nil:
		return err
	case why != "" && (why.Doubtful() || !onlyNotes(h)):
		return noteUndone(h, t, agent, why)
	}
	if !join.AboutItself(h) {
		if t, err = decision.WorkedOn(h.Tx, t); err != nil {
			return err
		}
	}
	return fromAgent(h, t, agent, *h.Verdict.Match.Token)
}

// KeepAsNote keeps a mail as a note that nothing proves, with the event that says
// why. The event's actor is the sender.
func KeepAsNote(h *incoming.Handling, t ticket.Ticket, reason string, e ticket.Event) error {
	if err := h.ReadLater(t.ID); err != nil {
		return err
	}
	if err := h.FileEntry(t.ID, ticket.EntryNote); err != nil {
		return err
	}
	e.Actor = h.Msg.From.Address
	if err := h.Record(e); err != nil {
		return err
	}
	_, isAgent := h.Set.AgentAt(h.Msg.From.Address) // who works here is not let in as somebody from outside
	n := notify.Notice{Template: notify.TemplateNote, Actor: h.Msg.From.Address, Text: h.NewText(), Unproven: true, Says: h.SaysMarked(), Accept: e.Kind == ticket.EventForeign && !isAgent}
	if err := notices.SendToAgents(h.Change, t, h.Responsible(t), n, settings.Agent{}); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, reason, t.ID)
}
