package desk

import (
	"fmt"
	"slices"
	"time"

	"maildesk/desk/notify"
	"maildesk/threading"
	"maildesk/ticket"
)

// answersUs reports whether the requester's mail shows more than a ticket's
// number, which is easily guessed: it answers a mail of ours or came to a signed
// address, or its From field is authenticated. Only such a mail closes a ticket,
// opens it again or changes its language. A mail that a server calls forged
// never does; old mail that is taken over always.
func (h *handling) answersUs() bool {
	reason := h.verdict.Match.Reason
	switch {
	case h.silent:
		return true
	case h.authFailed():
		return false
	}
	return reason == threading.ReplyAddress || reason == threading.OwnMessageID || h.authenticated()
}

// askToConfirm files no more than the words of a mail that named the ticket
// only: the agents read them, and the requester is asked to answer a mail of
// ours. Nobody is asked for a mail that a server calls forged, and nobody more
// than once a day. seat is the ticket that is the writer's.
func (h *handling) askToConfirm(t, seat ticket.Ticket, what string) error {
	if err := h.save(&t); err != nil {
		return err
	}
	if err := h.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventQuestion, Actor: h.actorName(), Topic: what}); err != nil {
		return err
	}
	if err := h.tellOfMessage(t, notify.TemplateMessage, false); err != nil {
		return err
	}
	asked, err := h.tx.CountStorm(fmt.Sprintf("confirm %d", t.ID), h.now.Truncate(24*time.Hour))
	if err != nil {
		return err
	}
	readers, err := h.readers(seat.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(readers, func(p ticket.Participant) bool { return sameAddress(p.Address, h.msg.From.Address) })
	if i >= 0 && asked.Count == 1 && !h.authFailed() {
		if err := h.tell(seat, readers[i], notify.Notice{Template: notify.TemplateConfirm, Reason: what}); err != nil {
			return err
		}
	}
	return h.finish(ticket.DispositionAppended, string(h.verdict.Match.Reason), seat.ID)
}

// tellOfMessage tells the agents that the requester wrote again, with a warning
// where a mail server says that somebody else did. done: it says that the matter
// is settled.
func (h *handling) tellOfMessage(t ticket.Ticket, template notify.Template, done bool) error {
	n := notify.Notice{Template: template, Actor: h.actorName(), Text: h.newText(), Unproven: h.authFailed(), Done: done, NewSubject: h.subject}
	return h.tellAgents(t, h.responsible(t), n, Agent{})
}
