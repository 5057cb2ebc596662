package memory

import (
	"slices"
	"testing"

	"maildesk/ticket"
)

// What plans rely on up to a number of changes is told as often as it changed, all else once.
func TestToldAsOftenAsItCounts(t *testing.T) {
	s := NewState()
	s.Share(nil)
	budget, storm, outbox := ticket.Key{Of: ticket.OfBudget, Text: "a@example.net"}, ticket.Key{Of: ticket.OfStorm, Text: "bounces"}, ticket.Key{Of: ticket.OfOutbox}
	for range 3 {
		for _, k := range []ticket.Key{budget, storm, outbox} {
			s.Note(k)
		}
	}
	other := NewState()
	seen := other.Seen()
	told := s.Told()
	if want := []ticket.Key{budget, storm, outbox, budget, storm, budget, storm}; !slices.Equal(told, want) {
		t.Errorf("told of %v, want %v", told, want)
	}
	other.See(told)
	for _, k := range []ticket.Key{budget, storm} {
		for slack, want := range map[int]bool{2: false, 3: true} {
			p := &ticket.Plan{Seen: seen}
			p.Rely(k, slack)
			if got := other.Holds(p); got != want {
				t.Errorf("a plan that three changes of %v overtook, of which %d may not matter, holds: %t", k, slack, got)
			}
		}
	}
}
