// Package laws has those laws of a play that show in the records of the desk alone, when
// nothing is left to be done. It is for tests only.
//
// Begin with [Book.Hold].
package laws

import (
	"slices"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/simulation/rare"
	"maildesk/ticket"
)

// Book is the laws.
type Book struct {
	Settings *settings.Settings
	Seen     rare.Sightings
	// Breaks notes that one is broken: by a mail and on a ticket, where those are known.
	Breaks func(law string, by ticket.MailID, on ticket.ID, format string, args ...any)
}

// file is a ticket with all that is kept of it.
type file struct {
	ticket.Ticket
	events  []ticket.Event
	entries []ticket.Entry
	people  []ticket.Participant
	out     []ticket.OutboxMail // without Bytes
}

// Hold checks all laws on all tickets.
func (b Book) Hold(r ticket.Reader) error {
	tickets, err := r.Tickets(ticket.Filter{})
	if err != nil {
		return err
	}
	for _, t := range tickets {
		f := file{Ticket: t}
		if f.events, err = r.Events(t.ID); err != nil {
			return err
		}
		b.assignees(f)
		if f.has(func(e ticket.Event) bool { return e.Kind == ticket.EventErased }) {
			continue // what is left of it shows nothing
		}
		if f.entries, err = r.Correspondence(t.ID); err != nil {
			return err
		}
		if f.people, err = r.Participants(t.ID); err != nil {
			return err
		}
		if f.out, err = r.OutboxOf(t.ID); err != nil {
			return err
		}
		b.outcomes(f)
		b.readers(f)
		b.muted(f)
		if err := b.learnt(r, f); err != nil {
			return err
		}
	}
	return nil
}

// has reports whether an event of a ticket is one of those.
func (f file) has(those func(ticket.Event) bool) bool { return slices.ContainsFunc(f.events, those) }

// assignees checks that the events of a ticket say who has it.
func (b Book) assignees(f file) {
	last := ""
	for _, e := range f.events {
		if e.Kind == ticket.EventAssigned {
			last = e.To
		}
	}
	if last != f.Assignee {
		b.Breaks("the events of a ticket say who has it", 0, f.ID, "%q has it, by its events %q", f.Assignee, last)
	}
}

// outcomes checks that each outgoing mail came to its end, and that the ticket says which
// could not be delivered.
func (b Book) outcomes(f file) {
	for _, o := range f.out {
		switch o.State {
		case ticket.OutboxReady, ticket.OutboxClaimed:
			b.Breaks("each outgoing mail comes to its end", o.Cause, f.ID, "outgoing mail %d (%s) to %s is %s", o.ID, o.Template, o.Recipient, o.State)
		case ticket.OutboxFailed:
			said := func(e ticket.Event) bool { return e.Kind == ticket.EventUndeliverable && e.Outgoing == o.ID }
			if !f.has(said) {
				b.Breaks("what could not be delivered is said on its ticket", o.Cause, f.ID, "outgoing mail %d (%s) to %s", o.ID, o.Template, o.Recipient)
			}
		}
	}
}

// readers checks that an answer that went to one who reads a ticket went to all who read it
// then, or an event says to whom it did not go.
func (b Book) readers(f file) {
	for _, e := range f.entries {
		if e.Kind != ticket.EntryReply || e.Mail == 0 {
			continue
		}
		got := slices.DeleteFunc(slices.Clone(f.out), func(o ticket.OutboxMail) bool {
			return o.Cause != e.Mail || notify.Template(o.Template).Audience() != notify.AudienceRequester
		})
		for _, p := range f.people {
			is := func(address string) bool { return settings.SameAddress(address, p.Address) }
			reached := slices.ContainsFunc(got, func(o ticket.OutboxMail) bool { return is(o.Recipient) })
			said := func(x ticket.Event) bool { return x.Mail == e.Mail && is(x.To) }
			if len(got) > 0 && f.readAt(p, e) && !reached && !f.has(said) {
				b.Breaks("who reads along gets each answer", e.Mail, f.ID, "what %s answered did not go to %s", e.Author, p.Address)
			}
		}
	}
}

// readAt reports whether somebody surely read a ticket when an entry was made: they came
// before, and have not left.
func (f file) readAt(p ticket.Participant, e ticket.Entry) bool {
	if !p.Role.Reads() || p.Left || p.Address == "" {
		return false
	}
	return !f.has(func(x ticket.Event) bool {
		came := x.Kind == ticket.EventJoined || x.Kind == ticket.EventAccepted || x.Kind == ticket.EventRequester
		return came && !x.At.Before(e.At) && settings.SameAddress(x.To, p.Address)
	})
}
