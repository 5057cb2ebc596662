package request

import (
	"maildesk/desk/incoming"
	"maildesk/routing"
)

// Look asks what the desk knows of the requester, for the facts.
func Look(h *incoming.Handling) error {
	address, _ := h.Requester()
	if address == "" {
		return nil
	}
	var err error
	h.History, err = h.Tx.History(address)
	return err
}

// Facts returns what the admin's rules may see of the mail.
func Facts(h *incoming.Handling) routing.Facts { return h.Set.Facts(h.Mail, h.Msg, h.History) }
