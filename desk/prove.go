package desk

import "maildesk/ticket"

// proveReader keeps with a part in a ticket that its address wrote the mail at
// hand, where that is known: its From field is authenticated, or it answers at
// the signed address that was sent there.
func (h *handling) proveReader(p ticket.Participant) (ticket.Participant, error) {
	if p.Proven || p.ID == 0 || !sameAddress(p.Address, h.msg.From.Address) || h.proof() < ProofAddress {
		return p, nil
	}
	p.Proven = true
	return p, h.tx.SetProven(p.ID)
}

// proveWriter is proveReader for whoever of a ticket's readers wrote.
func (h *handling) proveWriter(t ticket.Ticket) error {
	readers, err := h.readers(t.ID)
	if err != nil {
		return err
	}
	for _, p := range readers {
		if _, err := h.proveReader(p); err != nil {
			return err
		}
	}
	return nil
}
