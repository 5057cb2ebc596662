package desk

import (
	"slices"
	"strings"
	"time"

	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// People whom the requester put into To or Cc are participants: agents see who they
// are, and they read what is answered to all. Nobody else gets in by mail alone,
// and nobody adds themselves.

// addPeople makes those in To and Cc of the requester's mail participants of a
// ticket, up to the limit. The mail that opens a ticket may name anybody: nothing was
// said yet. A later one must be proven to be the requester's, or a stranger who uses
// that name would read along. Who left stays away: clients repeat old recipients.
func (h *handling) addPeople(t ticket.Ticket, opens bool) error {
	if h.silent || h.msg.Silence != mailparse.Answerable || !h.mayAddPeople(t, opens) {
		return nil
	}
	known, err := h.tx.Participants(t.ID)
	if err != nil {
		return err
	}
	known = slices.DeleteFunc(known, func(p ticket.Participant) bool { return p.Role == ticket.RoleAgent })
	for _, a := range h.set.peopleIn(slices.Concat(h.msg.To, h.msg.Cc)) {
		if slices.ContainsFunc(known, func(p ticket.Participant) bool { return sameAddress(p.Address, a.Address) }) {
			continue
		}
		if len(known) > h.set.Limits.Participants { // the requester is one of them
			return nil
		}
		p, err := h.takeIn(t.ID, a)
		if err != nil {
			return err
		}
		known = append(known, p)
		if err := h.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventJoined, Actor: h.actorName(), To: p.Address, Topic: ticket.JoinedCopied}); err != nil {
			return err
		}
	}
	return nil
}

// mayAddPeople reports whether those in To and Cc of the mail may take part in a
// ticket: see addPeople. An agent who writes to somebody outside, with the desk among
// the recipients, says who reads along.
func (h *handling) mayAddPeople(t ticket.Ticket, opens bool) bool {
	if opens && h.behalf.how == ticket.RequestAddressed {
		return true
	}
	_, agent := h.set.AgentAt(t.Requester)
	return !agent && sameAddress(t.Requester, h.msg.From.Address) && (opens || h.proof() >= ProofAddress)
}

// takeIn makes somebody a participant of a ticket, also where they left it.
func (c *change) takeIn(t ticket.ID, a mailparse.Address) (ticket.Participant, error) {
	p, err := c.participant(t, ticket.RoleParticipant, a.Address, a.Name)
	if err != nil || !p.Left {
		return p, err
	}
	p.Left = false
	return p, c.tx.SetLeft(p.ID, false)
}

// leave ends the part of a participant in a ticket; topic is how they left.
func (c *change) leave(p ticket.Participant, actor, topic string) error {
	if err := c.tx.SetLeft(p.ID, true); err != nil {
		return err
	}
	return c.record(ticket.Event{Ticket: p.Ticket, Kind: ticket.EventLeft, Actor: actor, To: p.Address, Topic: topic})
}

// peopleIn returns those of the addresses of a mail that are people outside: not the
// desk, its groups and agents, no lists and no robots.
func (s *Settings) peopleIn(addresses []mailparse.Address) []mailparse.Address {
	var people []mailparse.Address
	for _, a := range addresses {
		one, err := mailparse.ParseIdentity([]string{a.Address})
		if err != nil || s.isOurs(one.Address) || s.isGroup(one.Address) || mailparse.IsRobot(one.Address) || s.Guard.Forbids(one.Address) {
			continue
		}
		if _, agent := s.AgentAt(one.Address); !agent {
			people = append(people, mailparse.Address{Name: a.Name, Address: one.Address})
		}
	}
	return people
}

// mayReadAlong reports whether a notice may go to a reader. A participant who never
// wrote did not ask for anything: they get what an agent wrote, and no mail that the
// desk writes by itself.
func mayReadAlong(p ticket.Participant, n notify.Notice) bool {
	return p.Role != ticket.RoleParticipant || p.Proven || !n.Unwritten(p.Role)
}

// participants returns the participants among the readers of a ticket.
func (c *change) participants(t ticket.ID) ([]ticket.Participant, error) {
	readers, err := c.readers(t)
	return slices.DeleteFunc(readers, func(p ticket.Participant) bool { return p.Role != ticket.RoleParticipant }), err
}

// addresses parses what follows #cc or #uncc: "ana@example.net, ben@example.net".
func addresses(command, arg string) ([]mailparse.Address, error) {
	fields := strings.FieldsFunc(arg, func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
	if len(fields) == 0 {
		return nil, ticket.Say("an address is needed, as in #%s ana@example.net", command)
	}
	var all []mailparse.Address
	for _, f := range fields {
		a, err := mailparse.ParseIdentity([]string{strings.TrimPrefix(f, "mailto:")})
		if err != nil {
			return nil, ticket.Say("%q is no mail address; write the bare address, as in #%s ana@example.net", f, command)
		}
		all = append(all, a)
	}
	return all, nil
}

// stepCc adds participants.
func stepCc(s *Settings, o *order, arg string, _ time.Time) (ticket.Phrase, error) {
	all, err := addresses("cc", arg)
	if err != nil {
		return ticket.Phrase{}, err
	}
	for _, a := range all {
		if len(s.peopleIn([]mailparse.Address{a})) == 0 {
			return ticket.Phrase{}, ticket.Say("%s is the desk's, an agent's or a machine's address, and reads no answers to requesters", a.Address)
		}
		o.cc = append(o.cc, a.Address)
	}
	return ticket.Say("gets what is answered from now on: %s", strings.Join(o.cc, ", ")), nil
}

// stepUncc takes participants out.
func stepUncc(_ *Settings, o *order, arg string, _ time.Time) (ticket.Phrase, error) {
	all, err := addresses("uncc", arg)
	if err != nil {
		return ticket.Phrase{}, err
	}
	for _, a := range all {
		o.uncc = append(o.uncc, a.Address)
	}
	return ticket.Say("gets nothing from now on: %s", strings.Join(o.uncc, ", ")), nil
}

// findLeaving finds the participants whom an #uncc means, and marks the command where
// one of them takes no part.
func (h *handling) findLeaving(t ticket.Ticket, o *order) error {
	if len(o.uncc) == 0 {
		return nil
	}
	all, err := h.participants(t.ID)
	if err != nil {
		return err
	}
	for _, address := range o.uncc {
		i := slices.IndexFunc(all, func(p ticket.Participant) bool { return sameAddress(p.Address, address) })
		switch {
		case i >= 0:
			o.leaving = append(o.leaving, all[i])
		case sameAddress(address, t.Requester):
			o.mistake("uncc", ticket.Say("%s is the requester, to whom answers always go", address))
		default:
			var names []string
			for _, p := range all {
				names = append(names, p.Address)
			}
			o.mistake("uncc", ticket.Say("%s takes no part in this request; those in copy are: %s", address, firstOf(strings.Join(names, ", "), "–")))
		}
	}
	return nil
}

// changePeople adds the participants whom an agent names, and takes others out.
func (h *handling) changePeople(t ticket.Ticket, o order) error {
	known, err := h.readers(t.ID)
	if err != nil {
		return err
	}
	for _, address := range o.cc {
		if sameAddress(address, t.Requester) || slices.ContainsFunc(known, func(p ticket.Participant) bool { return sameAddress(p.Address, address) }) {
			continue
		}
		p, err := h.takeIn(t.ID, mailparse.Address{Address: address})
		if err != nil {
			return err
		}
		known = append(known, p)
		if err := h.record(ticket.Event{Ticket: t.ID, Kind: ticket.EventJoined, Actor: o.agent.Name, To: p.Address, Topic: ticket.JoinedNamed}); err != nil {
			return err
		}
	}
	for _, p := range o.leaving {
		if err := h.leave(p, o.agent.Name, ticket.LeftRemoved); err != nil {
			return err
		}
	}
	return nil
}
