package desk

import (
	"fmt"
	"slices"
	"strings"

	"maildesk/desk/answer"
	"maildesk/desk/decision"
	"maildesk/desk/delivery"
	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/request"
	"maildesk/desk/vendor"
	"maildesk/desk/wish"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/ticket"
)

// machine files mail that no person wrote. Only what is known to need nobody ends
// here without one: delivery reports, absence notes, receipts, answers of machines
// to our mails. Whatever else calls itself automatic is work like any other, which
// is never answered by itself: a ticket, or news on its ticket, and an agent reads
// it. It reopens nothing.
func machine(h *incoming.Handling) error {
	about, proven, err := delivery.Reported(h)
	if err != nil {
		return err
	}
	id := ticket.ID(h.Verdict.Match.Ticket)
	if about.Ticket != 0 {
		id = about.Ticket
	}
	needsNobody := about.ID != 0 || needsNobody(h)
	if id == 0 {
		return machineAlone(h, needsNobody)
	}
	t, err := h.Tx.Ticket(id)
	if err != nil {
		return fmt.Errorf("ticket of the report: %w", err)
	}
	// Whoever would is told that somebody outside says by the answer of a calendar alone that they do not come.
	if about.ID == 0 && h.Msg.Declines && !h.FromAgent() && t.Status != ticket.StatusResolved && t.Status != ticket.StatusClosed {
		needsNobody = false
	}
	if !needsNobody && t.Status == ticket.StatusClosed && !h.Silent {
		return request.NewTicket(h)
	}
	if !needsNobody {
		if err := h.ReadLater(t.ID); err != nil {
			return err
		}
	}
	if err := h.FileEntry(t.ID, ticket.EntryMachine); err != nil {
		return err
	}
	switch {
	case about.ID == 0 && !needsNobody:
		err = request.TellOfMessage(h, t, notify.TemplateMessage, false)
	case about.ID == 0:
	case proven:
		if err = vendor.Reported(h, about); err == nil {
			err = delivery.CameBack(h, t, about)
		}
	default:
		err = delivery.NoteReport(h, t, about)
	}
	if err != nil {
		return err
	}
	return h.Finish(ticket.DispositionMachine, h.Msg.ClassReason, t.ID)
}

// machineAlone does what follows from a machine's mail that belongs to no ticket.
// A rule may say that one that needs nobody is a ticket all the same.
func machineAlone(h *incoming.Handling, needsNobody bool) error {
	if !needsNobody {
		return request.NewTicket(h)
	}
	if err := request.Look(h); err != nil {
		return err
	}
	if h.Set.Rules.Route(request.Facts(h)).Ticket == routing.TicketYes {
		return request.NewTicket(h)
	}
	if h.Msg.Class == mailparse.BounceClass {
		if err := foreignReport(h); err != nil {
			return err
		}
	}
	return h.Finish(ticket.DispositionMachine, h.Msg.ClassReason, 0)
}

// needsNobody reports whether a machine's mail is of a kind of which nobody has to
// read: a delivery report, a receipt, a note of absence, an answer at the
// signed reverse-path of a mail of ours, or a mail to an address at which people act.
func needsNobody(h *incoming.Handling) bool {
	switch h.Msg.Class {
	case mailparse.BounceClass, mailparse.Report, mailparse.AutoReply:
		return true
	}
	return answersByItself(h) || wish.FollowsLinks(h)
}

// answersByItself reports whether the mail is an automatic answer to one of
// ours. Though it bears no mark that is sure, it reaches nobody and reopens
// nothing. To the reverse-path write machines only (RFC 3834 section 4, RFC
// 5321 section 4.5.5).
func answersByItself(h *incoming.Handling) bool {
	if h.Msg.Class == mailparse.AutoReply && (h.Verdict.Match.Ticket != 0 || h.Verdict.Match.Lost != 0) {
		return !pastes(h)
	}
	return h.Msg.Class != mailparse.Person && slices.ContainsFunc(h.Recipients(), func(path string) bool {
		_, ours := h.Keys().ParseBounceAddress(path)
		return ours
	})
}

// pastes reports whether only the words of an agent's answer are those of a machine: they may
// have pasted them, and are asked.
func pastes(h *incoming.Handling) bool {
	return h.FromAgent() && h.Msg.Silence == mailparse.Soft && strings.HasPrefix(h.Msg.ClassReason, "body-") && h.Proof() >= incoming.ProofMessageID
}

// noteFromReversePath keeps a mail that came to the signed reverse-path of one
// of ours and names no ticket otherwise: a report that nobody knows, or a person
// whose program answers there. It gets no automatic answer; an agent looks at it.
func noteFromReversePath(h *incoming.Handling, m ticket.OutboxMail, err error) error {
	if err != nil {
		return err
	}
	t, err := h.Tx.Ticket(m.Ticket)
	if err != nil {
		return fmt.Errorf("ticket of the reverse-path: %w", err)
	}
	return answer.KeepAsNote(h, t, "reverse-path", decision.About(m, ticket.Event{Kind: ticket.EventToBounces}))
}
