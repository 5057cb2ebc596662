package desk

import (
	"slices"

	"maildesk/desk/agentmail"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/request"
	"maildesk/desk/settings"
	"maildesk/desk/thanks"
	"maildesk/desk/wish"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// Whoever stands in copy did not ask for our mails, and leaves by a word: as an answer that
// says nothing else, or by a mail to the address in List-Unsubscribe.

// asksToLeave reports whether a mail came to the address in List-Unsubscribe that was
// made for its writer. Programs send such mails, and may call them automatic. Nobody leaves by a
// mail that is not from the domain it names.
func asksToLeave(h *incoming.Handling) bool {
	return slices.Contains(h.Verdict.Match.Actions, notices.LeaveAction) && !h.AuthFailed()
}

// leavesAgain files a mail that asks to leave whose writer has left already: people press
// the button twice, and programs for them. Nobody is told, but of words beside it.
func leavesAgain(h *incoming.Handling) (done bool, err error) {
	token := h.Verdict.Match.Token
	if !h.Verdict.Match.Holder || token.Action != notices.LeaveAction || (h.Was == nil || h.Was.Reason != "left") && saysMore(h) {
		return false, nil
	}
	p, err := h.Tx.Participant(ticket.ParticipantID(token.Participant))
	if err != nil || !p.Left || !settings.SameAddress(p.Address, h.Msg.From.Address) {
		return false, err
	}
	if err := h.FileEntry(p.Ticket, ticket.EntryMachine); err != nil {
		return true, err
	}
	return true, h.Finish(ticket.DispositionAppended, "left", p.Ticket)
}

// saysMore reports whether a person wrote more to the address in List-Unsubscribe than that they leave.
func saysMore(h *incoming.Handling) bool {
	m := h.Msg
	return m.Class == mailparse.Person && m.Silence == mailparse.Answerable &&
		(m.Words() != "" && !m.Signed && !wish.SaysLeave(m.Words()) && !thanks.IsEnding(m.Words(), m.From.Name) || agentmail.HasFiles(h))
}

// leaver returns the participant who leaves a ticket by the mail at hand. A word needs
// more than a known number: see request.AnswersUs.
func leaver(h *incoming.Handling, t ticket.Ticket) (p ticket.Participant, leaves bool, err error) {
	if !asksToLeave(h) && (!wish.SaysLeave(h.Msg.Words()) || !request.AnswersUs(h)) {
		return p, false, nil
	}
	all, err := notices.Participants(h.Change, t.ID)
	if err != nil {
		return p, false, err
	}
	i := slices.IndexFunc(all, func(p ticket.Participant) bool { return settings.SameAddress(p.Address, h.Msg.From.Address) })
	if i < 0 {
		return p, false, nil
	}
	return all[i], true, nil
}

// letGo ends the part of somebody who leaves. Agents see it on the ticket; the one who
// leaves gets one last mail that says so, unless a program wrote for them.
func letGo(h *incoming.Handling, t ticket.Ticket, p ticket.Participant) error {
	if err := h.FileEntry(t.ID, ticket.EntryMessage); err != nil {
		return err
	}
	p, err := h.ProveReader(p)
	if err != nil {
		return err
	}
	if h.Msg.Silence == mailparse.Answerable {
		if err := notices.Send(h.Change, t, p, notify.Notice{Template: notify.TemplateLeft}); err != nil {
			return err
		}
	}
	if asksToLeave(h) && saysMore(h) && (h.Was == nil || h.Was.Told(notify.TemplateMessage)) {
		on, err := decision.WorkedOn(h.Tx, t)
		if err != nil {
			return err
		}
		if err := request.TellOfMessage(h, on, notify.TemplateMessage, false); err != nil {
			return err
		}
	}
	topic := ticket.LeftAsked
	if asksToLeave(h) {
		topic = ticket.LeftUnsubscribe
	}
	if err := incoming.Leave(h.Change, p, h.ActorName(), topic); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, "left", t.ID)
}
