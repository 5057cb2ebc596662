package ticket

import (
	"fmt"
	"slices"
)

// moves lists every move a ticket can make. What is not here cannot happen.
// A closed ticket never opens again: an answer to it opens a follow-up. Only a
// report that its last notice did not arrive takes it back.
var moves = map[Status][]Status{
	StatusNew:      {StatusOpen, StatusPending, StatusOnHold, StatusResolved},
	StatusOpen:     {StatusPending, StatusOnHold, StatusResolved},
	StatusPending:  {StatusOpen, StatusOnHold, StatusResolved},
	StatusOnHold:   {StatusOpen, StatusPending, StatusResolved},
	StatusResolved: {StatusOpen, StatusClosed},
	StatusClosed:   {StatusResolved},
}

// MoveError says that a ticket cannot make a move.
type MoveError struct{ From, To Status }

func (e *MoveError) Error() string {
	return fmt.Sprintf("a ticket that is %s cannot become %s", e.From, e.To)
}

// Unwrap tells that trying again does not help.
func (e *MoveError) Unwrap() error { return ErrRejected }

// CanMove reports whether a ticket may go from one status to another. Staying
// where it is, is no move and always allowed.
func CanMove(from, to Status) bool {
	return from == to || slices.Contains(moves[from], to)
}
