package desk

import (
	"fmt"
	"slices"
	"strings"

	"maildesk/compose"
	"maildesk/desk/notify"
	"maildesk/desk/thanks"
	"maildesk/threading"
	"maildesk/ticket"
)

// correspond files a mail into the ticket it belongs to. What it may do there
// depends on who wrote it and by which evidence it came.
func (h *handling) correspond() error {
	match := h.verdict.Match
	t, err := h.tx.Ticket(ticket.ID(match.Ticket))
	if err != nil {
		return fmt.Errorf("ticket of the mail: %w", err)
	}
	h.dropQuotedPictures()
	agent, isAgent := h.set.AgentAt(h.msg.From.Address)
	switch {
	case h.fromUs():
		return h.answerOfThen(t)
	case match.Holder:
		return h.noteFromHolder(t)
	case isAgent && match.Token == nil && h.wroteDirectly(t):
		return h.fileDirect(t, agent)
	case isAgent && match.Token != nil && match.Token.Role == string(ticket.RoleAgent),
		isAgent && !sameAddress(t.Requester, h.msg.From.Address) && !h.mail.Trusted:
		return h.fromAgentIfProven(t, agent)
	}
	seat, err := h.seatOf(t)
	if err == nil {
		t, err = workedOn(h.tx, t)
	}
	if err != nil {
		return err
	}
	if seat.ID != t.ID {
		h.verdict.WorkedOn = t.ID
	}
	return h.fromRequester(t, seat)
}

// noteFromHolder keeps a mail that used somebody else's reply address as an
// internal note: it may well matter, but it is not that person's word, and its
// sender is told nothing. An agent to whom the address belongs is asked: they may
// have written from home.
func (h *handling) noteFromHolder(t ticket.Ticket) error {
	if token := h.verdict.Match.Token; token.Role == string(ticket.RoleAgent) && (h.was == nil || h.was.Reason == string(notify.UndoneOther)) {
		p, err := h.tx.Participant(ticket.ParticipantID(token.Participant))
		if err != nil {
			return err
		}
		if agent, is := h.set.AgentAt(p.Address); is {
			return h.noteUndone(t, agent, notify.UndoneOther)
		}
	}
	return h.keepAsNote(t, "holder", ticket.Event{Ticket: t.ID, Kind: ticket.EventForeign})
}

// fromAgentIfProven does what an agent's mail says, where the agent may act on
// the ticket and is known well enough to be its writer; else it is a note.
func (h *handling) fromAgentIfProven(t ticket.Ticket, agent Agent) error {
	why, err := h.whyNot(t, agent)
	switch {
	case err != nil:
		return err
	case why != "" && (why.Doubtful() || !h.onlyNotes()):
		return h.noteUndone(t, agent, why)
	}
	if !h.aboutItself() {
		if t, err = workedOn(h.tx, t); err != nil {
			return err
		}
	}
	return h.fromAgent(t, agent, h.verdict.Match.Token.Kind)
}

// keepAsNote keeps a mail as a note that nothing proves, with the event that says
// why. The event's actor is the sender.
func (h *handling) keepAsNote(t ticket.Ticket, reason string, e ticket.Event) error {
	if err := h.readLater(t.ID); err != nil {
		return err
	}
	if err := h.fileEntry(t.ID, ticket.EntryNote); err != nil {
		return err
	}
	e.Actor = h.msg.From.Address
	if err := h.record(e); err != nil {
		return err
	}
	n := notify.Notice{Template: notify.TemplateNote, Actor: h.msg.From.Address, Text: h.newText(), Unproven: true, Accept: e.Kind == ticket.EventForeign}
	if err := h.tellAgents(t, h.responsible(t), n, Agent{}); err != nil {
		return err
	}
	return h.finish(ticket.DispositionAppended, reason, t.ID)
}

// fromRequester files what the requester or a participant wrote again. t is where it
// is worked on, seat the writer's own ticket: the same one, but where theirs was merged.
// There it is filed, and they end nothing: the matter is others' as well.
func (h *handling) fromRequester(t, seat ticket.Ticket) error {
	if p, leaves, err := h.leaver(seat); err != nil {
		return err
	} else if leaves {
		return h.letGo(seat, p)
	}
	meaning, answers := h.meaning(seat), h.answersUs()
	inWork := t.Status != ticket.StatusResolved && t.Status != ticket.StatusClosed
	own := seat.ID == t.ID
	closes := meaning == thanks.Close && t.Status == ticket.StatusResolved && answers && own
	switch {
	case closes:
	case meaning == thanks.Mere, meaning != thanks.Other && !inWork:
		return h.thanked(t, seat)
	}
	if t.Status == ticket.StatusClosed && !h.silent {
		return h.newTicket()
	}
	if err := h.findNewSubject(seat); err != nil {
		return err
	}
	if err := h.proveWriter(seat); err != nil {
		return err
	}
	if err := h.readLater(seat.ID); err != nil {
		return err
	}
	if err := h.fileEntry(seat.ID, ticket.EntryMessage); err != nil {
		return err
	}
	if err := h.addPeople(seat, false); err != nil {
		return err
	}
	if err := h.tellOfLoop(seat); err != nil {
		return err
	}
	if closes || own && strings.EqualFold(strings.TrimSpace(h.msg.Reply), "#close") {
		if !answers {
			return h.askToConfirm(t, seat, notify.ConfirmClose)
		}
		return h.closedByRequester(t)
	}
	if err := h.takeUp(&t); err != nil {
		return err
	}
	template := notify.TemplateMessage
	switch t.Status {
	case ticket.StatusResolved:
		if !answers {
			return h.askToConfirm(t, seat, notify.ConfirmReopen)
		}
		template = notify.TemplateReopened
		fallthrough
	case ticket.StatusPending, ticket.StatusOnHold:
		if err := h.move(&t, ticket.StatusOpen, h.actorName()); err != nil {
			return err
		}
	}
	if err := h.followIn(&t, seat); err != nil {
		return err
	}
	if err := h.save(&t); err != nil {
		return err
	}
	if err := h.tellOfMessage(t, template, meaning != thanks.Other); err != nil {
		return err
	}
	if err := h.addOnlookers(t, h.queuesBeside(t, h.mail.Envelope.ForwardPaths)); err != nil {
		return err
	}
	return h.finish(ticket.DispositionAppended, string(h.verdict.Match.Reason), seat.ID)
}

// closedByRequester ends a matter that the requester says is over: they get
// the closing notice, and the ticket closes once it was accepted.
func (h *handling) closedByRequester(t ticket.Ticket) error {
	if t.Status != ticket.StatusResolved {
		if err := h.move(&t, ticket.StatusResolved, h.actorName()); err != nil {
			return err
		}
	}
	t.WakeAt = h.now
	if err := h.informReaders(&t, notify.TemplateClosing, ""); err != nil {
		return err
	}
	if err := h.save(&t); err != nil {
		return err
	}
	return h.finish(ticket.DispositionAppended, string(h.verdict.Match.Reason), t.ID)
}

// informReaders sends the notice that makes a resolved ticket "informed" once
// the next hop has accepted it, with what an agent wrote for its readers.
func (c *change) informReaders(t *ticket.Ticket, template notify.Template, text string) error {
	return c.inform(t, notify.Notice{Template: template, Actor: t.Assignee, Text: text})
}

// inform is informReaders with a whole notice. Where nobody can be told, nobody
// waits.
func (c *change) inform(t *ticket.Ticket, n notify.Notice) error {
	readers, err := c.readers(t.ID)
	if err == nil && n.Auto() != compose.Human {
		readers, err = c.tellable(*t, readers)
		readers = slices.DeleteFunc(readers, func(p ticket.Participant) bool { return !mayReadAlong(p, n) })
	}
	if err != nil {
		return err
	}
	var seats []seat
	if n.Template != notify.TemplateMerged { // whoever reads what is worked on in it knows
		if n, seats, err = c.forAll(t.ID, n); err != nil {
			return err
		}
	}
	if len(readers) == 0 || c.silent {
		t.InformedAt = c.now
		if err := c.sendToSeats(seats, n); err != nil {
			return err
		}
		return c.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventInformed, Actor: ticket.ActorDesk, Reason: nobodyToTell})
	}
	for _, p := range readers {
		if err := c.tell(*t, p, n); err != nil {
			return err
		}
	}
	return c.sendToSeats(seats, n)
}

// nobodyToTell is why a matter counts as told without a mail.
const nobodyToTell = "there is nobody to tell"

// isInternal reports whether an answer to a mail with this token stays inside.
func isInternal(k threading.Kind) bool { return k == threading.Internal }
