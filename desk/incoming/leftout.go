package incoming

import (
	"cmp"
	"slices"
	"strings"

	"maildesk/desk/author"
	"maildesk/desk/notices"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// Whom a mail names and the desk does not write to: agents are told of them.

// hears reports whether somebody reads a ticket, or one that is worked on in it.
func (h *Handling) hears(t ticket.ID, address string) (bool, error) {
	readers, err := h.Readers(t)
	if err != nil || notices.IsAmong(readers, address) {
		return true, err
	}
	seats, err := notices.Seats(h.Change, t)
	return slices.ContainsFunc(seats, func(s notices.Seat) bool { return settings.SameAddress(s.Reader.Address, address) }), err
}

// maxInFields bounds the people in the fields of a mail at whom the desk looks, unless more may
// take part.
const maxInFields = 200

// named returns the people in fields of the mail, up to the bound.
func (h *Handling) named(fields ...[]mailparse.Address) []mailparse.Address {
	people := h.Set.PeopleIn(slices.Concat(fields...))
	return people[:min(len(people), max(maxInFields, h.Set.Limits.Participants))]
}

// maxAddressees bounds those whom one phrase names.
const maxAddressees = 30

// SaysBeside returns what agents are told of those in To and Cc of the mail who get
// nothing of the ticket.
func (h *Handling) SaysBeside() ticket.Phrase {
	names := addressees(h.Beside)
	if names == "" {
		return ticket.Phrase{}
	}
	return ticket.Say("The email went to others as well, who get nothing of this request: %s. With #cc and an address they read along.", names)
}

// findElsewhere finds at which other addresses a person asks for answers (Reply-To), where
// answers do not go there.
func (h *Handling) findElsewhere(t ticket.Ticket) error {
	if h.Msg.Class != mailparse.Person || h.Author != author.InFrom || h.Behalf.How != "" || author.HasListFields(h.Msg.Header) {
		return nil
	}
	for _, a := range h.named(h.Msg.ReplyTo) {
		if settings.SameAddress(a.Address, h.Msg.From.Address) {
			continue
		}
		if hears, err := h.hears(cmp.Or(h.Verdict.WorkedOn, t.ID), a.Address); err != nil {
			return err
		} else if !hears {
			h.Elsewhere = append(h.Elsewhere, a)
		}
	}
	return nil
}

// SaysElsewhere returns what agents are told of these addresses.
func (h *Handling) SaysElsewhere() ticket.Phrase {
	names := addressees(h.Elsewhere)
	if names == "" {
		return ticket.Phrase{}
	}
	return ticket.Say("The email asks for answers at %s (Reply-To), but they go to %s. With #cc and an address they go there as well.", names, h.Msg.From.Address)
}

// SaysSentBy returns what agents are told where a person's mail says that somebody else sent it
// for its author, as an assistant does (Sender, RFC 5322 section 3.6.2).
func (h *Handling) SaysSentBy() ticket.Phrase {
	if h.Msg.Class != mailparse.Person || h.Author != author.InFrom || h.Behalf.How != "" || author.HasListFields(h.Msg.Header) {
		return ticket.Phrase{}
	}
	sender, err := mailparse.ParseIdentity(h.Msg.Header.All("Sender"))
	if err != nil || settings.SameAddress(sender.Address, h.Msg.From.Address) || mailparse.IsRobot(sender.Address) {
		return ticket.Phrase{}
	}
	names := addressees(h.named([]mailparse.Address{sender}))
	if names == "" {
		return ticket.Phrase{}
	}
	return ticket.Say("%s sent the email for %s (Sender).", names, h.Msg.From.Address)
}

// addressees names people, each once.
func addressees(people []mailparse.Address) string {
	var names []string
	for _, a := range people {
		name := a.Address
		if a.Name != "" {
			name = mailparse.Listed(a.Name) + " <" + a.Address + ">"
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > maxAddressees {
		names = append(names[:maxAddressees], "…")
	}
	return strings.Join(names, ", ")
}
