package recover

import (
	"testing"
	"time"

	"maildesk/ticket"
)

// soFar is the events of all tickets.
type soFar []ticket.Event

func (s soFar) Events(ticket.ID, ...ticket.EventKind) ([]ticket.Event, error) { return s, nil }

// What the desk assigned is assigned again once, in its order, and a decision that is made
// again finds what it found the first time.
func TestAssignmentsAreRepeated(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	p := newPast(NumbersOut{})
	p.assigned[1] = []assignment{{at, "alice"}, {at.Add(time.Minute), "bob"}, {at.Add(48 * time.Hour), "carol"}}
	desk := func(n int) (all soFar) {
		for range n {
			all = append(all, ticket.Event{Kind: ticket.EventAssigned, Actor: ticket.ActorDesk, At: at})
		}
		return append(all, ticket.Event{Kind: ticket.EventAssigned, Actor: "alice", At: at})
	}
	for _, tt := range []struct {
		now   soFar
		at    time.Time
		agent string
	}{
		{desk(0), at, "alice"}, {desk(0), at, "alice"}, {desk(1), at.Add(time.Minute), "bob"}, {desk(2), at.Add(time.Minute), ""},
		{desk(2), at.Add(48*time.Hour + 30*time.Minute), "carol"}, {desk(0), at.Add(24 * time.Hour), ""},
	} {
		if got, known, err := p.assignee(tt.now, 1, tt.at); got != tt.agent || !known || err != nil {
			t.Errorf("after %d events, at %s: assignee = %q, %t, %v; want %q, true", len(tt.now), tt.at, got, known, err, tt.agent)
		}
	}
	if _, known, _ := p.assignee(soFar{}, 2, at); known {
		t.Error("a ticket that the old store does not have is known")
	}
	p.number = 1
	if got, _, _ := p.assignee(soFar{}, 0, at); got != "alice" {
		t.Errorf("the ticket that is about to be made goes to %q, want alice", got)
	}
}
