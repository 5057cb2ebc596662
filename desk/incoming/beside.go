package incoming

import (
	"slices"

	"maildesk/desk/settings"
	"maildesk/ticket"
)

// AskedBeside finds the participant of a ticket with a role beside the correspondence,
// vendor or approver, who wrote the mail and is no reader of the ticket.
func (h *Handling) AskedBeside(t ticket.ID, role ticket.Role) (ticket.Participant, bool, error) {
	if h.FromAgent() || h.Msg.From.Address == "" {
		return ticket.Participant{}, false, nil
	}
	all, err := h.Tx.Participants(t)
	if err != nil {
		return ticket.Participant{}, false, err
	}
	own := func(p ticket.Participant) bool { return settings.SameAddress(p.Address, h.Msg.From.Address) }
	if slices.ContainsFunc(all, func(p ticket.Participant) bool { return own(p) && p.Role.Reads() && !p.Left }) {
		return ticket.Participant{}, false, nil
	}
	i := slices.IndexFunc(all, func(p ticket.Participant) bool { return own(p) && p.Role == role })
	if i < 0 {
		return ticket.Participant{}, false, nil
	}
	return all[i], true, nil
}
