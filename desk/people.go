package desk

import (
	"fmt"
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
// that name would read along.
func (h *handling) addPeople(t ticket.Ticket, opens bool) error {
	if h.silent || h.msg.Silence != mailparse.Answerable || !sameAddress(t.Requester, h.msg.From.Address) || !opens && h.proof() < ProofAddress {
		return nil
	}
	if _, agent := h.set.agentAt(t.Requester); agent {
		return nil
	}
	known, err := h.readers(t.ID)
	if err != nil {
		return err
	}
	for _, a := range h.set.peopleIn(slices.Concat(h.msg.To, h.msg.Cc)) {
		if slices.ContainsFunc(known, func(p ticket.Participant) bool { return sameAddress(p.Address, a.Address) }) {
			continue
		}
		if len(known) > h.set.Limits.Participants { // the requester is one of them
			return nil
		}
		p, err := h.participant(t.ID, ticket.RoleParticipant, a.Address, a.Name)
		if err != nil {
			return err
		}
		known = append(known, p)
	}
	return nil
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
		if _, agent := s.agentAt(one.Address); !agent {
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

// stepCc adds participants: "ana@example.net, ben@example.net".
func stepCc(s *Settings, o *order, arg string, _ time.Time) (string, error) {
	fields := strings.FieldsFunc(arg, func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
	if len(fields) == 0 {
		return "", fmt.Errorf("an address is needed, as in #cc ana@example.net")
	}
	for _, f := range fields {
		a, err := mailparse.ParseIdentity([]string{strings.TrimPrefix(f, "mailto:")})
		if err != nil {
			return "", fmt.Errorf("%q is no mail address; write the bare address, as in #cc ana@example.net", f)
		}
		if len(s.peopleIn([]mailparse.Address{a})) == 0 {
			return "", fmt.Errorf("%s is the desk's, an agent's or a machine's address, and reads no answers to requesters", a.Address)
		}
		o.cc = append(o.cc, a.Address)
	}
	return "gets what is answered from now on: " + strings.Join(fields, ", "), nil
}

// addCc adds the participants whom an agent names.
func (h *handling) addCc(t ticket.Ticket, o order) error {
	for _, address := range o.cc {
		if sameAddress(address, t.Requester) {
			continue
		}
		if _, err := h.participant(t.ID, ticket.RoleParticipant, address, ""); err != nil {
			return err
		}
	}
	return nil
}
