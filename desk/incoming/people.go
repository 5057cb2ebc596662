package incoming

import (
	"cmp"
	"slices"
	"strings"

	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// People whom the requester put into To or Cc are participants: agents see who they
// are, and they read what is answered to all. Nobody else gets in by mail alone,
// and nobody adds themselves.

// AddPeople makes those in To and Cc of the requester's mail participants of a
// ticket, up to the limit. The mail that opens a ticket may name anybody: nothing was
// said yet. A later one must be proven to be the requester's, or a stranger who uses
// that name would read along, and so would those whom a service names that sends what a person wrote.
// Whoever left stays away: clients repeat old recipients. Whoever
// else does not get in stands in Beside, so that agents are told of them.
func (h *Handling) AddPeople(t ticket.Ticket, opens bool) error {
	if h.Silent {
		return nil
	}
	answerable := h.Msg.Silence == mailparse.Answerable
	if err := h.findElsewhere(t); err != nil || !answerable && h.Msg.Class != mailparse.Person {
		return err
	}
	may := answerable && h.mayAddPeople(t, opens)
	known, err := h.Tx.Participants(t.ID)
	if err != nil {
		return err
	}
	known = slices.DeleteFunc(known, func(p ticket.Participant) bool { return p.Role == ticket.RoleAgent })
	for _, a := range h.named(h.Msg.To, h.Msg.Cc) {
		isThem := func(p ticket.Participant) bool { return settings.SameAddress(p.Address, a.Address) }
		if slices.ContainsFunc(known, isThem) || settings.SameAddress(a.Address, h.Msg.From.Address) {
			continue
		}
		if !may || len(known) > h.Set.Limits.Participants { // the requester is one of them
			if hears, err := h.hears(cmp.Or(h.Verdict.WorkedOn, t.ID), a.Address); err != nil {
				return err
			} else if !hears {
				h.Beside = append(h.Beside, a)
			}
			continue
		}
		p, err := TakeIn(h.Change, t.ID, a)
		if err != nil {
			return err
		}
		known = append(known, p)
		if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventJoined, Actor: h.ActorName(), To: p.Address, Topic: ticket.JoinedCopied}); err != nil {
			return err
		}
	}
	return nil
}

// mayAddPeople reports whether those in To and Cc of the mail may take part in a
// ticket: see AddPeople. An agent who writes to somebody outside, with the desk among
// the recipients, says who reads along.
func (h *Handling) mayAddPeople(t ticket.Ticket, opens bool) bool {
	if opens && h.Behalf.How == ticket.RequestAddressed {
		return !h.Doubtful()
	}
	_, agent := h.Set.AgentAt(t.Requester)
	if opens { // also where the From field is too odd to prove anything
		return !agent && !h.AuthFailed() && settings.SameAddress(t.Requester, h.Msg.Writer.Address)
	}
	return !agent && settings.SameAddress(t.Requester, h.Msg.From.Address) && h.Proof() >= ProofAddress
}

// TakeIn makes somebody a participant of a ticket, also where they left it.
func TakeIn(c *decision.Change, t ticket.ID, a mailparse.Address) (ticket.Participant, error) {
	p, err := c.Participant(t, ticket.RoleParticipant, a.Address, a.Name)
	if err != nil || !p.Left {
		return p, err
	}
	p.Left = false
	return p, c.Tx.SetLeft(p.ID, false)
}

// Leave ends the part of a participant in a ticket; topic is how they left.
func Leave(c *decision.Change, p ticket.Participant, actor, topic string) error {
	if err := c.Tx.SetLeft(p.ID, true); err != nil {
		return err
	}
	return c.Record(ticket.Event{Ticket: p.Ticket, Kind: ticket.EventLeft, Actor: actor, To: p.Address, Topic: topic})
}

// FindLeaving finds the participants whom an #uncc means, and marks the command where
// one of them takes no part.
func (h *Handling) FindLeaving(t ticket.Ticket, o *order.Order) error {
	if len(o.Uncc) == 0 {
		return nil
	}
	all, err := notices.Participants(h.Change, t.ID)
	if err != nil {
		return err
	}
	for _, address := range o.Uncc {
		i := slices.IndexFunc(all, func(p ticket.Participant) bool { return settings.SameAddress(p.Address, address) })
		switch {
		case i >= 0:
			o.Leaving = append(o.Leaving, all[i])
		case settings.SameAddress(address, t.Requester):
			o.Mistake("uncc", ticket.Say("%s is the requester, to whom answers always go", address))
		default:
			var names []string
			for _, p := range all {
				names = append(names, p.Address)
			}
			o.Mistake("uncc", ticket.Say("%s takes no part in this request; those in copy are: %s", address, settings.FirstOf(strings.Join(names, ", "), "–")))
		}
	}
	return nil
}

// ChangePeople adds the participants whom an agent names, and takes others out.
func (h *Handling) ChangePeople(t ticket.Ticket, o order.Order) error {
	known, err := h.Readers(t.ID)
	if err != nil {
		return err
	}
	for _, address := range o.Cc {
		if settings.SameAddress(address, t.Requester) || slices.ContainsFunc(known, func(p ticket.Participant) bool { return settings.SameAddress(p.Address, address) }) {
			continue
		}
		p, err := TakeIn(h.Change, t.ID, mailparse.Address{Address: address})
		if err != nil {
			return err
		}
		known = append(known, p)
		if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventJoined, Actor: o.Agent.Name, To: p.Address, Topic: ticket.JoinedNamed}); err != nil {
			return err
		}
	}
	for _, p := range o.Leaving {
		if err := Leave(h.Change, p, o.Agent.Name, ticket.LeftRemoved); err != nil {
			return err
		}
	}
	return nil
}
