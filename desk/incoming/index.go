package incoming

import (
	"context"
	"slices"

	"maildesk/desk/decision"
	"maildesk/desk/settings"
	"maildesk/threading"
	"maildesk/ticket"
)

// index is what the resolver may ask of the store.
type index struct {
	reader ticket.Reader
	set    *settings.Settings
	// follows says whether a Message-ID leads to a ticket for which others have named it; no mail with it has come.
	follows func(id string, of ticket.ID) (bool, error)
}

var _ threading.Index = index{}

// MessageID returns the bindings of a Message-ID, newest first.
func (x index) MessageID(_ context.Context, id string) ([]threading.Ref, error) {
	stored, err := x.reader.FindMessageID(id)
	if err != nil {
		return nil, err
	}
	var refs []threading.Ref
	for _, r := range slices.Backward(stored) {
		named := r.Mail == 0 && !r.Own
		if named {
			if follows, err := x.follows(id, r.Ticket); err != nil {
				return nil, err
			} else if !follows {
				continue
			}
		}
		refs = append(refs, threading.Ref{Ticket: int64(r.Ticket), Participant: int64(r.Participant), Own: r.Own, Named: named})
	}
	return refs, nil
}

// MayWrite reports whether an address belongs to a ticket: its requester, a
// participant who has not left, also of a ticket that is worked on in it, or an agent of
// the desk.
func (x index) MayWrite(_ context.Context, id int64, address string) (bool, error) {
	if _, err := x.reader.Ticket(ticket.ID(id)); err != nil {
		return false, decision.IgnoreNotFound(err)
	}
	if _, ok := x.set.AgentAt(address); ok {
		return true, nil
	}
	participants, err := x.reader.Participants(ticket.ID(id))
	if err != nil {
		return false, err
	}
	if takesPart(participants, address) {
		return true, nil
	}
	merged, err := decision.MergedInto(x.reader, ticket.ID(id))
	for _, m := range merged {
		participants, err := x.reader.Participants(m.ID)
		if err != nil || takesPart(participants, address) {
			return err == nil, err
		}
	}
	return false, err
}

// takesPart reports whether an address is one of those who read a ticket.
func takesPart(participants []ticket.Participant, address string) bool {
	return slices.ContainsFunc(participants, func(p ticket.Participant) bool {
		return p.Role != ticket.RoleAgent && !p.Left && settings.SameAddress(p.Address, address)
	})
}

// AddressOf returns the address, ticket and role of a participant. An agent whose
// first address is another one today has that; one who left the config is nobody
// any more.
func (x index) AddressOf(_ context.Context, participant int64) (address string, of int64, role string, err error) {
	p, err := x.reader.Participant(ticket.ParticipantID(participant))
	if err != nil {
		return "", 0, "", decision.IgnoreNotFound(err)
	}
	if p.Role == ticket.RoleAgent {
		if _, ok := x.set.AgentAt(p.Address); !ok {
			return "", 0, "", nil
		}
		p.Address = x.set.FirstAddress(p.Address)
	}
	return p.Address, int64(p.Ticket), string(p.Role), nil
}
