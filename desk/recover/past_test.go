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
	p.assigned[1] = []assignment{{at, 7, "alice"}, {at, 0, "alice"}, {at.Add(time.Minute), 0, "bob"}, {at.Add(time.Minute), 8, "carol"}, {at.Add(48 * time.Hour), 0, "carol"}}
	desk := func(n int) (all soFar) {
		for range n {
			all = append(all, ticket.Event{Kind: ticket.EventAssigned, Actor: ticket.ActorDesk, At: at})
		}
		return append(all, ticket.Event{Kind: ticket.EventAssigned, Actor: "alice", At: at})
	}
	for _, tt := range []struct {
		now   soFar
		cause ticket.MailID
		at    time.Time
		agent string
	}{
		{desk(0), 0, at, "alice"}, {desk(0), 0, at, "alice"}, {desk(1), 0, at.Add(time.Minute), "bob"}, {desk(2), 0, at.Add(time.Minute), ""},
		{desk(2), 0, at.Add(48*time.Hour + 30*time.Minute), "carol"}, {desk(0), 0, at.Add(24 * time.Hour), ""},
		{desk(0), 7, at.Add(time.Minute), "alice"}, {desk(0), 8, at, "carol"}, {desk(0), 9, at, ""},
	} {
		if got, known, err := p.assignee(tt.now, 1, tt.cause, tt.at); got != tt.agent || !known || err != nil {
			t.Errorf("after %d events, at %s: assignee = %q, %t, %v; want %q, true", len(tt.now), tt.at, got, known, err, tt.agent)
		}
	}
	if _, known, _ := p.assignee(soFar{}, 2, 0, at); known {
		t.Error("a ticket that the old store does not have is known")
	}
	p.number = 1
	if got, _, _ := p.assignee(soFar{}, 0, 7, at); got != "alice" {
		t.Errorf("the ticket that is about to be made goes to %q, want alice", got)
	}
}
