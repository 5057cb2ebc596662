package draft

import (
	"cmp"
	"maps"
	"slices"

	"maildesk/ticket"
)

// staff is what changed about agents.
type staff struct {
	turn   map[string]string    // by queue: whose it was
	away   map[string]string    // by agent: the last day; empty: back
	duties []ticket.Duty        // added
	asked  []ticket.Invitation  // invitations that changed
	thanks map[ticket.ID]thanks // added or, with no agent, taken
}

type thanks struct {
	agent string
	mail  ticket.MailID
}

func newStaff() staff {
	return staff{
		turn:   map[string]string{},
		away:   map[string]string{},
		thanks: map[ticket.ID]thanks{},
	}
}

// Rotation is described at [ticket.Reader].
func (d *Draft) Rotation(queue string) (string, error) {
	if agent, ok := d.staff.turn[queue]; ok {
		return agent, nil
	}
	d.rely(ticket.OfRotation, 0, queue)
	return d.Reader.Rotation(queue)
}

// SetRotation is described at [ticket.Draft].
func (d *Draft) SetRotation(queue, agent string) error {
	d.staff.turn[queue] = agent
	d.change(ticket.SetRotation{Queue: queue, Agent: agent})
	return nil
}

// Away is described at [ticket.Reader].
func (d *Draft) Away() ([]ticket.Absence, error) {
	d.rely(ticket.OfAway, 0, "")
	all, err := d.Reader.Away()
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(a ticket.Absence) bool { _, changed := d.staff.away[a.Agent]; return changed })
	for agent, last := range d.staff.away {
		if last != "" {
			all = append(all, ticket.Absence{Agent: agent, Last: last})
		}
	}
	slices.SortFunc(all, func(a, b ticket.Absence) int { return cmp.Compare(a.Agent, b.Agent) })
	return all, nil
}

// SetAway is described at [ticket.Draft].
func (d *Draft) SetAway(a ticket.Absence) error {
	d.staff.away[a.Agent] = a.Last
	d.change(ticket.SetAway{Absence: a})
	return nil
}

// Duties is described at [ticket.Reader].
func (d *Draft) Duties() ([]ticket.Duty, error) {
	d.rely(ticket.OfDuty, 0, "")
	all, err := d.Reader.Duties()
	return slices.Concat(all, d.staff.duties), err
}

// AddDuty is described at [ticket.Draft].
func (d *Draft) AddDuty(x ticket.Duty) error {
	d.staff.duties = append(d.staff.duties, x)
	d.change(ticket.AddDuty{Duty: x})
	return nil
}

// Invitations is described at [ticket.Reader].
func (d *Draft) Invitations() ([]ticket.Invitation, error) {
	d.rely(ticket.OfInvitation, 0, "")
	all, err := d.Reader.Invitations()
	if err != nil {
		return nil, err
	}
	for _, x := range d.staff.asked {
		all = slices.DeleteFunc(all, func(i ticket.Invitation) bool { return compareInvitations(i, x) == 0 })
		all = append(all, x)
	}
	slices.SortFunc(all, compareInvitations)
	return all, nil
}

func compareInvitations(a, b ticket.Invitation) int {
	return cmp.Or(cmp.Compare(a.Rota, b.Rota), a.From.Compare(b.From), cmp.Compare(a.Agent, b.Agent))
}

// SetInvitation is described at [ticket.Draft].
func (d *Draft) SetInvitation(x ticket.Invitation) error {
	d.staff.asked = append(d.staff.asked, x)
	d.change(ticket.SetInvitation{Invitation: x})
	return nil
}

// AddThanks is described at [ticket.Draft].
func (d *Draft) AddThanks(t ticket.ID, agent string, mail ticket.MailID) error {
	d.staff.thanks[t] = thanks{agent, mail}
	d.change(ticket.AddThanks{Ticket: t, Agent: agent, Mail: mail})
	return nil
}

// ThanksFor is described at [ticket.Reader].
func (d *Draft) ThanksFor(agent string, most int) (map[ticket.ID]ticket.MailID, error) {
	d.rely(ticket.OfThanks, 0, agent)
	all, err := d.Reader.ThanksFor(agent, most+len(d.staff.thanks))
	if err != nil {
		return nil, err
	}
	for t, x := range d.staff.thanks {
		delete(all, t)
		if x.agent == agent {
			all[t] = x.mail
		}
	}
	for _, t := range slices.Sorted(maps.Keys(all))[min(most, len(all)):] {
		delete(all, t)
	}
	return all, nil
}

// TakeThanks is described at [ticket.Draft].
func (d *Draft) TakeThanks(agent string, most int) (map[ticket.ID]ticket.MailID, error) {
	all, err := d.ThanksFor(agent, most)
	if err != nil || len(all) == 0 {
		return all, err
	}
	for t := range all {
		d.staff.thanks[t] = thanks{}
	}
	d.change(ticket.TakeThanks{Agent: agent, Most: most})
	return all, nil
}
