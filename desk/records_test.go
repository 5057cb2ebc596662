package desk

import (
	"testing"
	"time"

	"maildesk/ticket"
)

// A decision of a rebuild that is made again finds what it found the first time; the
// next one finds what is left.
func TestRecordsOfADecisionThatIsMadeAgain(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	r := newRecords(NumbersOut{})
	r.assigned[1] = []assignment{{at, "alice"}, {at.Add(time.Minute), "bob"}}
	draw := func(want string) {
		t.Helper()
		if got, known := r.assignee(1, at); got != want || !known {
			t.Errorf("assignee = %q, %t; want %q, true", got, known, want)
		}
	}
	r.begin()
	draw("alice")
	draw("bob")
	r.again()
	draw("alice")
	r.begin()
	r.again()
	draw("bob")
	draw("")
	if _, known := r.assignee(ticket.ID(2), at); known {
		t.Error("a ticket that was given to nobody is known")
	}
}
