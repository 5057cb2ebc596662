package recover

import (
	"errors"

	"maildesk/ticket"
)

// recalling is a draft in which new rows get the numbers that they had in an old
// store, so that decisions need not know that they are made again.
type recalling struct {
	ticket.Draft
	old    *past
	number ticket.ID // of the ticket that is made first, if it is free; 0: the next one
}

// draft returns the draft on which a decision is made again.
func (p *past) draft(d ticket.Draft) ticket.Draft {
	return &recalling{Draft: d, old: p, number: p.number}
}

// InsertTicket makes a ticket. The agents whom the old desk wrote to about it are part
// of it: their answers come to the addresses that they were given.
func (d *recalling) InsertTicket(t ticket.Ticket) (ticket.ID, error) {
	if number := d.number; number != 0 {
		d.number = 0
		switch _, err := d.Ticket(number); {
		case errors.Is(err, ticket.ErrNotFound):
			t.ID = number
		case err != nil:
			return 0, err
		}
	}
	id, err := d.Draft.InsertTicket(t)
	if err != nil {
		return 0, err
	}
	for _, who := range d.old.agents[id] {
		if _, err := d.AddParticipant(ticket.Participant{Ticket: id, Role: ticket.RoleAgent, Address: who.Address, Name: who.Name}); err != nil {
			return 0, err
		}
	}
	return id, nil
}

// AddParticipant lets people have the numbers that are signed into their addresses.
func (d *recalling) AddParticipant(p ticket.Participant) (ticket.Participant, error) {
	p.ID = d.old.numberOf(p)
	return d.Draft.AddParticipant(p)
}

// AddOutbox lets a mail have the number that is signed into its reverse-path, and one that
// the old desk did not make a new one.
func (d *recalling) AddOutbox(m ticket.OutboxMail) (ticket.OutboxID, error) {
	if m.Participant == 0 {
		return 0, nil // a mail to the admin
	}
	if m.ID = d.old.sent(m).ID; m.ID == 0 {
		d.old.lastMail++
		m.ID = d.old.lastMail
	}
	return d.Draft.AddOutbox(m)
}

// Troubles returns none: those of the past are over.
func (d *recalling) Troubles(...ticket.TroubleKind) ([]ticket.TroubleState, error) { return nil, nil }

// SaveTrouble keeps none.
func (d *recalling) SaveTrouble(ticket.TroubleState) error { return nil }
