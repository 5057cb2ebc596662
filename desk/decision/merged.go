package decision

import (
	"fmt"
	"slices"

	"maildesk/ticket"
)

// maxMerges bounds how far merged tickets are followed.
const maxMerges = 50

// WorkedOn returns the ticket in which one is worked on: itself, or the one into which
// it was merged, and so on.
func WorkedOn(r ticket.TicketReader, t ticket.Ticket) (ticket.Ticket, error) {
	for range maxMerges {
		if t.Merged == 0 {
			break
		}
		next, err := r.Ticket(t.Merged)
		if err != nil {
			return t, fmt.Errorf("ticket #%d, in which #%d is worked on: %w", t.Merged, t.ID, err)
		}
		t = next
	}
	return t, nil
}

// EventsOf returns the events of some kinds of a ticket, then those of the one in which it is worked on; none
// where there is no such ticket.
func EventsOf(r ticket.Reader, id ticket.ID, kinds ...ticket.EventKind) ([]ticket.Event, error) {
	seat, err := r.Ticket(id)
	if err != nil {
		return nil, IgnoreNotFound(err)
	}
	t, err := WorkedOn(r, seat)
	if err != nil {
		return nil, err
	}
	events, err := r.Events(seat.ID, kinds...)
	if err != nil || t.ID == seat.ID {
		return events, err
	}
	more, err := r.Events(t.ID, kinds...)
	return slices.Concat(events, more), err
}

// MergedInto returns the tickets that are worked on in one, in the order in which they
// were merged, with those that had been merged into them.
func MergedInto(r ticket.Reader, id ticket.ID) ([]ticket.Ticket, error) {
	var all []ticket.Ticket
	for from, at := id, 0; ; at++ {
		events, err := r.Events(from, ticket.EventMergedIn)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			t, err := r.Ticket(e.OtherTicket)
			if err != nil {
				return nil, err
			}
			known := slices.ContainsFunc(all, func(a ticket.Ticket) bool { return a.ID == t.ID })
			if t.Merged == from && !known && len(all) < maxMerges {
				all = append(all, t)
			}
		}
		if at >= len(all) {
			return all, nil
		}
		from = all[at].ID
	}
}

// Story returns the correspondence of a ticket with that of those that are worked on in
// it, oldest first. What was filed on several of them stands once.
func Story(r ticket.Reader, id ticket.ID) ([]ticket.Entry, error) {
	all, err := r.Correspondence(id)
	if err == nil {
		err = MarkMoved(r, id, all)
	}
	if err == nil {
		err = MarkNotes(r, id, all)
	}
	if err != nil {
		return nil, err
	}
	merged, err := MergedInto(r, id)
	if err != nil || len(merged) == 0 {
		return all, err
	}
	for _, m := range merged {
		entries, err := r.Correspondence(m.ID)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.Mail == 0 || !slices.ContainsFunc(all, func(a ticket.Entry) bool { return a.Mail == e.Mail }) {
				all = append(all, e)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b ticket.Entry) int { return a.At.Compare(b.At) })
	return all, nil
}

// MarkMoved puts the number of a ticket in place of the texts, among entries of the one
// from which it was split off, that belong to it now: they stand there, whole.
func MarkMoved(r ticket.Reader, id ticket.ID, entries []ticket.Entry) error {
	splits, err := r.Events(id, ticket.EventSplitOff)
	if err != nil {
		return err
	}
	for _, split := range splits {
		moved, err := r.Correspondence(split.OtherTicket)
		if err != nil {
			return err
		}
		for i, e := range entries {
			if e.Mail != 0 && slices.ContainsFunc(moved, func(m ticket.Entry) bool {
				return m.Mail == e.Mail && m.Text == e.Text && (m.Kind == e.Kind || e.Mail == split.OtherMail)
			}) {
				entries[i].Text, entries[i].Full = fmt.Sprintf("→ #%d", split.OtherTicket), ""
			}
		}
	}
	return nil
}
