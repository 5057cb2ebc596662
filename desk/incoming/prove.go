package incoming

import (
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// ProveReader keeps with a part in a ticket that its address wrote the mail at
// hand, where that is known: its From field is authenticated, or it answers at
// the signed address that was sent there.
func (h *Handling) ProveReader(p ticket.Participant) (ticket.Participant, error) {
	if p.Proven || p.ID == 0 || !settings.SameAddress(p.Address, h.Msg.From.Address) || h.Proof() < ProofAddress {
		return p, nil
	}
	p.Proven = true
	return p, h.Tx.SetProven(p.ID)
}

// ProveWriter is ProveReader for whoever of a ticket's readers wrote.
func (h *Handling) ProveWriter(t ticket.Ticket) error {
	readers, err := h.Readers(t.ID)
	if err != nil {
		return err
	}
	for _, p := range readers {
		if _, err := h.ProveReader(p); err != nil {
			return err
		}
	}
	return nil
}
