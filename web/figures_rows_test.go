package web

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk/settings"
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
		"Requests: 101", "Merged into others: 2", "Solved: 10", "of these, by the first answer: 60 % (6 of 10)", "of these, without an agent: 30 % (3 of 10)", "Solved at level 1: 5", "Solved at level 2: 1", "Solved at level 3: 4",
		"First response, median: 5 h", "First response, nine in ten within: 9 h", "Next update, median: 5 h", "Next update, nine in ten within: 9 h", "Solution, median: 5 h", "Solution, nine in ten within: 9 h",
		"Promises kept: first response: 68 % (32 of 47)", "Promises kept: next update: 67 % (33 of 49)", "Promises kept: resolution: 67 % (34 of 51)",
		"Closed: 43", "Reopened: 7", "Passed to a higher level: 29", "Time booked: 19 h", "Reminders sent: 8", "Undeliverable: 26", "Rated good: 70 % (31 of 44)",
		"Waiting at the end: 24", "Their age, median: 12 days", "Their age, nine in ten within: 22 days", "Solved, requester not informed: 9",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the rows are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestOtherRows: what a list does not name is a row of it, so that its sum is that of all.
func TestOtherRows(t *testing.T) {
	now := &report.Sheet{Groups: map[string]*report.Figures{}, Figures: report.Figures{Reasons: map[string]int{}}}
	for i := range 30 {
		now.Groups[fmt.Sprint("category ", i)] = &report.Figures{Requests: 100 - i}
		now.Reasons[fmt.Sprint("reason ", i)] = 100 - i
	}
	rows := categoryRows(&report.Summary{Now: now, Before: &report.Sheet{}})
	if last := rows[len(rows)-1]; len(rows) != mostCategories+1 || last.Name != "others (10)" || last.Cells[0] != "755" {
		t.Errorf("%d categories, the last one %v", len(rows), last)
	}
	rows = reasonRows(&now.Figures, &settings.Settings{}, settings.Agent{})
	if last := rows[len(rows)-1]; len(rows) != mostReasons+1 || last.Name != "others (20)" || last.Cells[0] != number(1610) {
		t.Errorf("%d reasons, the last one %v", len(rows), last)
	}
	for i := mostReasons + 1; i < 30; i++ { // one other is left
		delete(now.Reasons, fmt.Sprint("reason ", i))
	}
	rows = reasonRows(&now.Figures, &settings.Settings{}, settings.Agent{})
	if last := rows[len(rows)-1]; len(rows) != mostReasons+1 || last.Name != "reason 10" || last.Cells[0] != "90" {
		t.Errorf("%d reasons, the last one %v; want it named", len(rows), last)
	}
}

// TestNamed: the head of a column says which period it is.
func TestNamed(t *testing.T) {
	for unit, want := range map[report.Unit]string{report.Day: "31 Dec", report.Week: "28 Dec–3 Jan", report.Month: "Dec 2026", report.Quarter: "Q4 2026", report.Year: "2026"} {
		from := unit.Begin(time.Date(2026, 12, 31, 12, 0, 0, 0, time.UTC))
		if got := named(unit, report.Period{From: from, To: unit.Next(from)}); got != want {
			t.Errorf("a %s is %q, want %q", unit, got, want)
		}
	}
	from := report.Week.Begin(time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC))
	if got := named(report.Week, report.Period{From: from, To: report.Week.Next(from)}); got != "23–29 Nov" {
		t.Errorf("the week is %q", got)
	}
}
