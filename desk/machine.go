package desk

import (
	"fmt"
	"slices"

	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/ticket"
)

// machine files mail that no person wrote. Only what is known to need nobody ends
// here without one: delivery reports, absence notes, receipts, answers of machines
// to our mails. Whatever else calls itself automatic is work like any other, which
// is never answered by itself: a ticket, or news on its ticket, and an agent reads
// it. It reopens nothing.
func (h *handling) machine() error {
	about, proven, err := h.reported()
	if err != nil {
		return err
	}
	id := ticket.ID(h.verdict.Match.Ticket)
	if about.Ticket != 0 {
		id = about.Ticket
	}
	needsNobody := about.ID != 0 || h.needsNobody()
	if id == 0 {
		return h.machineAlone(needsNobody)
	}
	t, err := h.tx.Ticket(id)
	if err != nil {
		return fmt.Errorf("ticket of the report: %w", err)
	}
	if !needsNobody && t.Status == ticket.StatusClosed && !h.silent {
		return h.newTicket()
	}
	if !needsNobody {
		if err := h.readLater(t.ID); err != nil {
			return err
		}
	}
	if err := h.fileEntry(t.ID, ticket.EntryMachine); err != nil {
		return err
	}
	switch {
	case about.ID == 0 && !needsNobody:
		err = h.tellOfMessage(t, notify.TemplateMessage, false)
	case about.ID == 0:
	case proven:
		err = h.cameBack(t, about)
	default:
		err = h.noteReport(t, about)
	}
	if err != nil {
		return err
	}
	return h.finish(ticket.DispositionMachine, h.msg.ClassReason, t.ID)
}

// machineAlone does what follows from a machine's mail that belongs to no ticket.
// A rule may say that one that needs nobody is a ticket all the same.
func (h *handling) machineAlone(needsNobody bool) error {
	if !needsNobody {
		return h.newTicket()
	}
	if err := h.look(); err != nil {
		return err
	}
	if h.set.Rules.Route(h.facts()).Ticket == routing.TicketYes {
		return h.newTicket()
	}
	if h.msg.Class == mailparse.BounceClass {
		if err := h.foreignReport(); err != nil {
			return err
		}
	}
	return h.finish(ticket.DispositionMachine, h.msg.ClassReason, 0)
}

// needsNobody reports whether a machine's mail is of a kind of which nobody has to
// read: a delivery report, a receipt, a note of absence, or an answer at the
// signed reverse-path of a mail of ours.
func (h *handling) needsNobody() bool {
	switch h.msg.Class {
	case mailparse.BounceClass, mailparse.Report, mailparse.AutoReply:
		return true
	}
	return h.answersByItself()
}

// answersByItself reports whether the mail is an automatic answer to one of
// ours. Though it bears no mark that is sure, it reaches nobody and reopens
// nothing. To the reverse-path write machines only (RFC 3834 section 4, RFC
// 5321 section 4.5.5).
func (h *handling) answersByItself() bool {
	if h.msg.Class == mailparse.AutoReply && (h.verdict.Match.Ticket != 0 || h.verdict.Match.Lost != 0) {
		return true
	}
	return h.msg.Class != mailparse.Person && slices.ContainsFunc(h.recipients(), func(path string) bool {
		_, ours := h.maker.keys.ParseBounceAddress(path)
		return ours
	})
}

// noteFromReversePath keeps a mail that came to the signed reverse-path of one
// of ours and names no ticket otherwise: a report that nobody knows, or a person
// whose program answers there. It gets no automatic answer; an agent looks at it.
func (h *handling) noteFromReversePath(m ticket.OutboxMail, err error) error {
	if err != nil {
		return err
	}
	t, err := h.tx.Ticket(m.Ticket)
	if err != nil {
		return fmt.Errorf("ticket of the reverse-path: %w", err)
	}
	return h.keepAsNote(t, "reverse-path", about(m, ticket.Event{Kind: ticket.EventToBounces}))
}
