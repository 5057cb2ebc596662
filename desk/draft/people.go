package draft

import (
	"slices"

	"maildesk/ticket"
)

// people are the participants of tickets.
type people struct {
	of     map[ticket.ID][]ticket.Participant // read and added
	ticket map[ticket.ParticipantID]ticket.ID // of those that were read or added
	at     map[ticket.ParticipantID]int       // where in the plan one is added
}

func newPeople() people {
	return people{
		of:     map[ticket.ID][]ticket.Participant{},
		ticket: map[ticket.ParticipantID]ticket.ID{},
		at:     map[ticket.ParticipantID]int{},
	}
}

// Participants is described at [ticket.Reader].
func (d *Draft) Participants(t ticket.ID) ([]ticket.Participant, error) {
	all, known := d.people.of[t]
	if !known && !d.tickets.made[t] {
		d.rely(ticket.OfPeople, int64(t), "")
		var err error
		if all, err = d.Reader.Participants(t); err != nil {
			return nil, err
		}
		d.people.of[t] = all
		for _, p := range all {
			d.people.ticket[p.ID] = t
		}
	}
	return slices.Clone(all), nil
}

// TakesPart is described at [ticket.Reader].
func (d *Draft) TakesPart(address string) (bool, error) {
	for _, all := range d.people.of {
		if slices.ContainsFunc(all, func(p ticket.Participant) bool { return p.Role != ticket.RoleAgent && key(p.Address) == key(address) }) {
			return true, nil
		}
	}
	d.rely(ticket.OfPeople, 0, key(address))
	return d.Reader.TakesPart(address)
}

// Participant is described at [ticket.Reader].
func (d *Draft) Participant(id ticket.ParticipantID) (ticket.Participant, error) {
	t, known := d.people.ticket[id]
	if !known {
		p, err := d.Reader.Participant(id)
		if err != nil {
			return p, err
		}
		t = p.Ticket
	}
	all, err := d.Participants(t)
	if err != nil {
		return ticket.Participant{}, err
	}
	i := slices.IndexFunc(all, func(p ticket.Participant) bool { return p.ID == id })
	if i < 0 {
		return ticket.Participant{}, ticket.ErrOvertaken // it was there a moment ago
	}
	return all[i], nil
}

// AddParticipant is described at [ticket.Draft].
func (d *Draft) AddParticipant(p ticket.Participant) (ticket.Participant, error) {
	all, err := d.Participants(p.Ticket)
	if err != nil {
		return p, err
	}
	i := slices.IndexFunc(all, func(o ticket.Participant) bool { return o.Role == p.Role && key(o.Address) == key(p.Address) })
	if i >= 0 {
		return all[i], nil
	}
	if p.ID == 0 {
		p.ID = ticket.ParticipantID(d.next(ticket.ParticipantNumber))
	}
	d.people.of[p.Ticket] = append(all, p)
	d.people.ticket[p.ID] = p.Ticket
	d.people.at[p.ID] = d.change(ticket.AddParticipant{Participant: p})
	return p, nil
}

// SetProven is described at [ticket.Draft].
func (d *Draft) SetProven(id ticket.ParticipantID) error {
	return d.changePerson(id, func(p *ticket.Participant) { p.Proven = true }, ticket.SetProven{Participant: id})
}

// SetLeft is described at [ticket.Draft].
func (d *Draft) SetLeft(id ticket.ParticipantID, left bool) error {
	return d.changePerson(id, func(p *ticket.Participant) { p.Left = left }, ticket.SetLeft{Participant: id, Left: left})
}

// changePerson changes a participant: one that the plan adds is added so, else the
// plan has the change.
func (d *Draft) changePerson(id ticket.ParticipantID, set func(*ticket.Participant), change ticket.Change) error {
	p, err := d.Participant(id)
	if err != nil {
		return err
	}
	set(&p)
	all := d.people.of[p.Ticket]
	all[slices.IndexFunc(all, func(o ticket.Participant) bool { return o.ID == id })] = p
	if at, added := d.people.at[id]; added {
		d.plan.Changes[at] = ticket.AddParticipant{Participant: p}
	} else {
		d.change(change)
	}
	return nil
}
