package web

import (
	"slices"
	"strings"
	"testing"

	"maildesk/report"
	"maildesk/report/distinct"
)

// TestFigureRows: each row has the figure that it is named after, of both periods in their order.
func TestFigureRows(t *testing.T) {
	now := distinct.Sheet()
	var got []string
	for _, r := range figureRows(&now.Figures, &report.Figures{Requests: 99}) {
		got = append(got, r.Name+": "+r.Cells[0])
		if r.Name == "Requests" && r.Cells[1] != "99" {
			t.Errorf("the requests before are %s", r.Cells[1])
		}
	}
	want := []string{
		"Requests: 101", "Solved: 10", "of these, by the first answer: 60 % (6 of 10)", "of these, without an agent: 30 % (3 of 10)", "Solved at level 1: 5", "Solved at level 2: 1", "Solved at level 3: 4",
		"First response, median: 5 h", "First response, nine in ten: 9 h", "Next update, median: 5 h", "Next update, nine in ten: 9 h", "Solution, median: 5 h", "Solution, nine in ten: 9 h",
		"Promises kept: first response: 68 % (32 of 47)", "Promises kept: next update: 67 % (33 of 49)", "Promises kept: resolution: 67 % (34 of 51)",
		"Reopened: 7", "Passed to a higher level: 29", "Time booked: 19 h", "Reminders sent: 8", "Undeliverable: 26", "Rated good: 70 % (31 of 44)",
		"Waiting at the end: 24", "Their age, median: 288 h", "Their age, nine in ten: 528 h", "Solved, requester not informed: 9",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the rows are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
