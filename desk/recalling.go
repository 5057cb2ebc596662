package desk

import (
	"errors"
	"time"

	"maildesk/ticket"
)

// past is how an old desk handled a mail that a rebuild handles again; nil: it is
// handled for the first time.
type past struct {
	at     time.Time
	reason string // of its disposition
}

// now returns the time at which a mail is handled.
func (p *past) now() time.Time {
	if p == nil {
		return time.Now()
	}
	return p.at
}

// recalling is a draft in which new rows get the numbers that they had in an old
// store, so that decisions need not know that they are made again.
type recalling struct {
	ticket.Draft
	old    *records
	number ticket.ID // of the ticket that is made first, if it is free; 0: the next one
}

// recalling returns the draft on which a decision is made: the one it is given, but
// for a rebuild.
func (r *records) recalling(d ticket.Draft) ticket.Draft {
	if r == nil {
		return d
	}
	return &recalling{Draft: d, old: r, number: r.number}
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
	if m.ID = d.old.sent(outgoingOf(m)).ID; m.ID == 0 {
		d.old.lastMail++
		m.ID = d.old.lastMail
	}
	return d.Draft.AddOutbox(m)
}
