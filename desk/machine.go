package desk

import (
	"fmt"
	"slices"

	"maildesk/mailparse"
)

// machine files mail that no person wrote where it belongs. It is never
// answered and reopens nothing; only a report about one of our mails makes
// work, for an agent.
func (h *handling) machine() error {
	about, err := h.reported()
	if err != nil {
		return err
	}
	id := TicketID(h.verdict.Match.Ticket)
	if about.Ticket != 0 {
		id = about.Ticket
	}
	if id == 0 {
		if h.msg.Class == mailparse.BounceClass {
			if err := h.foreignReport(); err != nil {
				return err
			}
		}
		return h.finish(DispositionMachine, h.msg.ClassReason, 0)
	}
	t, err := h.tx.Ticket(id)
	if err != nil {
		return fmt.Errorf("ticket of the report: %w", err)
	}
	if err := h.fileEntry(t.ID, EntryMachine); err != nil {
		return err
	}
	if about.ID != 0 {
		if err := h.cameBack(t, about); err != nil {
			return err
		}
	}
	return h.finish(DispositionMachine, h.msg.ClassReason, t.ID)
}

// answersByItself reports whether the mail is an automatic answer to one of
// ours. Though nothing but its subject may say so, it reaches nobody and
// reopens nothing. RFC 3834 section 4 sends it to the reverse-path.
func (h *handling) answersByItself() bool {
	if h.msg.Class != mailparse.AutoReply {
		return false
	}
	return h.verdict.Match.Ticket != 0 || slices.ContainsFunc(h.recipients(), func(path string) bool {
		_, ours := h.desk.keys.ParseBounceAddress(path)
		return ours
	})
}
