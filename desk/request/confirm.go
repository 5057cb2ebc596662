package request

import (
	"fmt"
	"slices"
	"time"

	"maildesk/desk/approval"
	"maildesk/desk/imitation"
	"maildesk/desk/incoming"
	"maildesk/desk/later"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// AnswersUs reports whether the requester's mail shows more than a ticket's
// number, which is easily guessed: it answers a mail of ours to them or came to the address that was
// signed for them, not for somebody else, or its From field is authenticated. Only such a mail closes a ticket,
// opens it again or changes its language. A mail that a server calls forged
// never does; old mail that is taken over always.
func AnswersUs(h *incoming.Handling) bool {
	return h.Silent || h.Proof() >= incoming.ProofMessageID
}

// AskToConfirm files no more than the words of a mail that named the ticket
// only: the agents read them, and the requester is asked to answer a mail of
// ours. Nobody is asked for a mail that a server calls forged or a filter spam, and nobody more
// than once a day. seat is the ticket that is the writer's.
func AskToConfirm(h *incoming.Handling, t, seat ticket.Ticket, what string) error {
	if err := h.Save(&t); err != nil {
		return err
	}
	if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventQuestion, Actor: h.ActorName(), Topic: what}); err != nil {
		return err
	}
	if err := TellOfMessage(h, t, notify.TemplateMessage, false); err != nil {
		return err
	}
	readers, err := h.Readers(seat.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(readers, func(p ticket.Participant) bool { return settings.SameAddress(p.Address, h.Msg.From.Address) })
	asks := i >= 0 && !h.AuthFailed() && !h.Marked
	if asks {
		asked, err := h.Tx.CountStorm(fmt.Sprintf("confirm %d %d", t.ID, readers[i].ID), h.Now.Truncate(24*time.Hour))
		if err != nil {
			return err
		}
		asks = asked.Count == 1
	}
	if asks {
		if err := notices.Send(h.Change, seat, readers[i], notify.Notice{Template: notify.TemplateConfirm, Reason: what}); err != nil {
			return err
		}
	}
	return h.Finish(ticket.DispositionAppended, string(h.Verdict.Match.Reason), seat.ID)
}

// TellOfMessage tells the agents that the requester wrote again, with a warning
// where DMARC says that somebody else did. done: it says that the matter
// is settled.
func TellOfMessage(h *incoming.Handling, t ticket.Ticket, template notify.Template, done bool) error {
	n := notify.Notice{Template: template, Actor: h.ActorName(), Text: h.NewText(), Unproven: h.AuthFailed(), Done: done, NewSubject: h.Subject, Says: says(h), Careful: imitation.Of(h.Set, h.Msg.From.Name, h.Msg.From.Address)}
	return notices.SendToAgents(h.Change, t, later.Told(h.Change, t, h.Responsible(t), h.Plans), n, settings.Agent{})
}

// says returns what the desk says to agents of a mail about a ticket: that its writer cannot
// close it, that it waits for an approval, what had been planned, and who else got it.
func says(h *incoming.Handling) ticket.Phrase {
	wantsClosed := ticket.Phrase{}
	if h.WantsClosed {
		wantsClosed = ticket.Say("%s is not the requester and wants this request closed. Only you or the requester can close it.", h.ActorName())
	}
	return ticket.Together(wantsClosed, h.SaysContrary(), approval.Before(approval.Demand{By: h.Awaits}, false), later.Says(h.Change, h.Plans), h.SaysMarked(), h.SaysThrough(), h.SaysBeside(), h.SaysElsewhere(), h.SaysSentBy())
}
