package desk

import (
	"fmt"
	"maildesk/ticket"
	"slices"

	"maildesk/mailparse"
)

// machine files mail that no person wrote where it belongs. It is never
// answered and reopens nothing; only a report about one of our mails makes
// work, for an agent.
func (h *handling) machine() error {
	about, proven, err := h.reported()
	if err != nil {
		return err
	}
	id := ticket.ID(h.verdict.Match.Ticket)
	if about.Ticket != 0 {
		id = about.Ticket
	}
	if id == 0 {
		if h.msg.Class == mailparse.BounceClass {
			if err := h.foreignReport(); err != nil {
				return err
			}
		}
		return h.finish(ticket.DispositionMachine, h.msg.ClassReason, 0)
	}
	t, err := h.tx.Ticket(id)
	if err != nil {
		return fmt.Errorf("ticket of the report: %w", err)
	}
	if err := h.fileEntry(t.ID, ticket.EntryMachine); err != nil {
		return err
	}
	switch {
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

// answersByItself reports whether the mail is an automatic answer to one of
// ours. Though it bears no mark that is sure, it reaches nobody and reopens
// nothing. To the reverse-path write machines only (RFC 3834 section 4, RFC
// 5321 section 4.5.5).
func (h *handling) answersByItself() bool {
	if h.msg.Class == mailparse.AutoReply && (h.verdict.Match.Ticket != 0 || h.verdict.Match.Lost != 0) {
		return true
	}
	return h.msg.Class != mailparse.Person && slices.ContainsFunc(h.recipients(), func(path string) bool {
		_, ours := h.desk.keys.ParseBounceAddress(path)
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
