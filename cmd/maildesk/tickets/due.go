package tickets

import (
	"slices"

	"maildesk/cmd/maildesk/console"
	"maildesk/ticket"
)

// dueFirst returns the tickets on which something is due, the soonest first.
func dueFirst(tickets []ticket.Ticket) []ticket.Ticket {
	tickets = slices.DeleteFunc(tickets, func(t ticket.Ticket) bool {
		at, _ := t.NextDue()
		return at.IsZero()
	})
	slices.SortStableFunc(tickets, func(a, b ticket.Ticket) int {
		dueA, _ := a.NextDue()
		dueB, _ := b.NextDue()
		return dueA.Compare(dueB)
	})
	return tickets
}

// anyDue reports whether something is due on one of the tickets.
func anyDue(tickets []ticket.Ticket) bool {
	return slices.ContainsFunc(tickets, func(t ticket.Ticket) bool {
		at, _ := t.NextDue()
		return !at.IsZero()
	})
}

// dueWords returns what is due next on a ticket, and when.
func dueWords(t ticket.Ticket) string {
	at, kind := t.NextDue()
	if at.IsZero() {
		return "–"
	}
	return console.DueTime(at) + " " + string(kind)
}
