package draft

import (
	"fmt"

	"maildesk/ticket"
)

// Numbers are those that a decision was given. When it is made again it gets the
// same ones first, so that a decision that was overtaken leaves no gap. Events get
// new ones: on each ticket their numbers say in which order they happened.
type Numbers struct {
	given map[ticket.NumberKind][]int64
	used  map[ticket.NumberKind]int
	fault error
	free  int64 // the last of those that come from nowhere; 0: they are the store's
}

// Invented returns numbers for a decision that nobody commits: they come from nowhere, are
// above all that a store has given, and cost it none.
func Invented() Numbers { return Numbers{free: 1 << 48} }

// Fault returns why a number could not be had; nil: all were. What was decided with it is void.
func (n *Numbers) Fault() error { return n.fault }

// begin lets a decision be made from its beginning.
func (n *Numbers) begin() {
	n.used, n.fault = map[ticket.NumberKind]int{}, nil
	delete(n.given, ticket.EventNumber)
}

func (n *Numbers) next(snapshot ticket.Reader, kind ticket.NumberKind) int64 {
	if n.free != 0 {
		n.free++
		return n.free
	}
	if n.given == nil {
		n.given = map[ticket.NumberKind][]int64{}
	}
	if n.used[kind] == len(n.given[kind]) {
		number, err := snapshot.NextNumber(kind)
		if err != nil {
			n.fault = fmt.Errorf("take a number: %w", err)
			return 0
		}
		n.given[kind] = append(n.given[kind], number)
	}
	n.used[kind]++
	return n.given[kind][n.used[kind]-1]
}

// GiveBack returns to the store the numbers that the decision has no use for: all of
// them, or those that it did not need when it was made last.
func (n *Numbers) GiveBack(to ticket.Store, all bool) {
	for kind, given := range n.given {
		if kind == ticket.EventNumber {
			continue // who gets it may write on a ticket on which more has happened since
		}
		if !all {
			given = given[n.used[kind]:]
		}
		if len(given) > 0 {
			to.GiveBack(kind, given...)
		}
	}
}
