package ticket_test

import (
	"errors"
	"fmt"

	"maildesk/ticket"
)

// A ticket makes the moves of one table and no others.
func ExampleCanMove() {
	fmt.Println(ticket.CanMove(ticket.StatusNew, ticket.StatusPending))
	fmt.Println(ticket.CanMove(ticket.StatusClosed, ticket.StatusOpen)) // an answer opens a follow-up instead

	err := error(&ticket.MoveError{From: ticket.StatusClosed, To: ticket.StatusOpen})
	fmt.Println(err, errors.Is(err, ticket.ErrRejected))
	// Output:
	// true
	// false
	// a ticket that is closed cannot become open true
}

// What happened is a typed event; the sentence is made when somebody reads it
// (package ticket/wording). A phrase is a sentence of the desk's own, which each
// reader gets in their language.
func ExampleSay() {
	fmt.Println(ticket.Say("there is no queue named %q", "printers"))
	// Output: there is no queue named "printers"
}

// A plan says what a decision changes and what it relied on. A store commits all of it,
// or nothing once somebody else has changed what it relied on.
func ExamplePlan() {
	var p ticket.Plan
	p.Rely(ticket.Key{Of: ticket.OfTicket, ID: 1042}, 0)
	p.Changes = append(p.Changes, ticket.MakeNote{Ticket: 1042, Mail: 7})
	for key := range p.Relied {
		fmt.Println("relies on", key.Of, key.ID)
	}
	fmt.Println(len(p.Changes), "change")
	// Output:
	// relies on ticket 1042
	// 1 change
}
