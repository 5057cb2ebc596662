package report_test

import (
	"fmt"
	"time"

	"maildesk/report"
	"maildesk/ticket"
)

// The events of each ticket are read into facts, which are added up by period and group.
func Example() {
	monday := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	week := report.Period{From: report.Week.Begin(monday), To: report.Week.Next(report.Week.Begin(monday))}
	counter := report.NewCounter(report.ByQueue, week)

	opened := ticket.Ticket{ID: 1, CreatedAt: monday, Queue: "network", Requester: "ana@example.net"}
	counter.Add(report.LifeOf(opened, []ticket.Event{
		{Kind: ticket.EventCreated, At: monday, To: "network", Number: 1},
		{Kind: ticket.EventAnswered, At: monday.Add(time.Hour), Actor: "alice"},
		{Kind: ticket.EventStatus, At: monday.Add(5 * time.Hour), Actor: "alice", From: string(ticket.StatusOpen), To: string(ticket.StatusResolved)},
	}, report.Terms{}))

	sheet := counter.Sheets[0]
	for _, queue := range sheet.Names() {
		f := sheet.Groups[queue]
		fmt.Printf("%s: %d request, %d solved; first answer after %v, solution after %v\n",
			queue, f.Requests, f.Solved, f.FirstResponse.Median(), f.Resolution.Median())
	}
	// Output: network: 1 request, 1 solved; first answer after 1h0m0s, solution after 5h0m0s
}
