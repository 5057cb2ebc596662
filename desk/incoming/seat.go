package incoming

import (
	"slices"

	"maildesk/desk/notices"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// SeatOf returns the ticket that is the writer's of the mail: the one that its evidence
// leads to or, where they take part only in one that is worked on there, that one.
func (h *Handling) SeatOf(t ticket.Ticket) (ticket.Ticket, error) {
	readers, err := h.Readers(t.ID)
	if err != nil || notices.IsAmong(readers, h.Msg.From.Address) {
		return t, err
	}
	seats, err := notices.Seats(h.Change, t.ID)
	if err != nil {
		return t, err
	}
	if i := slices.IndexFunc(seats, func(s notices.Seat) bool { return settings.SameAddress(s.Reader.Address, h.Msg.From.Address) }); i >= 0 {
		return seats[i].Ticket, nil
	}
	return t, nil
}
