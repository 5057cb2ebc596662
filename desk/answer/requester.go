package answer

import (
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// findOpener finds whose request a ticket is by #mine, and marks the command where
// nobody passed it on.
func findOpener(h *incoming.Handling, t ticket.Ticket, o *order.Order) error {
	if !o.Mine {
		return nil
	}
	e, err := notices.OpenedBy(h.Change, t.ID)
	if err != nil {
		return err
	}
	if e.From == "" {
		o.Mistake("mine", ticket.Say("no agent's mail opened this request for somebody else; #for ADDRESS says whose it is"))
		return nil
	}
	o.Requester = mailparse.Address{Address: e.From}
	return nil
}

// changeRequester makes a ticket somebody else's request, as an agent says. Whoever asked
// until now hears no more of it.
func changeRequester(h *incoming.Handling, t *ticket.Ticket, o order.Order) error {
	to := o.Requester
	if to.Address == "" || settings.SameAddress(to.Address, t.Requester) {
		return nil
	}
	people, err := h.Tx.Participants(t.ID)
	if err != nil {
		return err
	}
	for _, p := range people { // a participant who asks now has one part, not two
		if p.Role == ticket.RoleRequester && !settings.SameAddress(p.Address, to.Address) || p.Role == ticket.RoleParticipant && settings.SameAddress(p.Address, to.Address) {
			if err := h.Tx.SetLeft(p.ID, true); err != nil {
				return err
			}
		}
	}
	p, err := h.Participant(t.ID, ticket.RoleRequester, to.Address, to.Name)
	if err == nil && p.Left {
		err = h.Tx.SetLeft(p.ID, false)
	}
	if err != nil {
		return err
	}
	e := ticket.Event{Ticket: t.ID, Kind: ticket.EventRequester, Actor: o.Agent.Name, From: t.Requester, To: to.Address, Topic: ticket.RequestNamed}
	if o.Mine {
		e.Topic = ticket.RequestOwn
	}
	t.Requester, t.Name = to.Address, to.Name
	return h.Record(e)
}
