package main

import (
	"slices"
	"time"

	"maildesk/desk"
)

// dueFirst gives those tickets on which something is due, the soonest first.
func dueFirst(tickets []desk.Ticket) []desk.Ticket {
	tickets = slices.DeleteFunc(tickets, func(t desk.Ticket) bool {
		at, _ := t.NextDue()
		return at.IsZero()
	})
	slices.SortStableFunc(tickets, func(a, b desk.Ticket) int {
		dueA, _ := a.NextDue()
		dueB, _ := b.NextDue()
		return dueA.Compare(dueB)
	})
	return tickets
}

// anyDue reports whether something is due on one of the tickets.
func anyDue(tickets []desk.Ticket) bool {
	return slices.ContainsFunc(tickets, func(t desk.Ticket) bool {
		at, _ := t.NextDue()
		return !at.IsZero()
	})
}

// dueWords says what is due next on a ticket.
func dueWords(t desk.Ticket) string {
	at, kind := t.NextDue()
	if at.IsZero() {
		return "–"
	}
	return dueTime(at) + " " + string(kind)
}

// dueTime is a time by which something is due, with a mark when it is over.
func dueTime(at time.Time) string {
	text := at.Local().Format("2006-01-02 15:04 MST")
	if at.Before(time.Now()) {
		text += " late"
	}
	return text
}
