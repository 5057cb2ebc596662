package desk

import (
	"fmt"

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
