package report_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"maildesk/calendar"
	"maildesk/report"
	"maildesk/store"
	"maildesk/ticket"
)

// BenchmarkRead counts figures of a desk with 150,000 tickets of three years, which have
// 1.2 million events: of the last month beside the one before, and of all years by month,
// around the clock and in working hours with holidays.
// MAILDESK_TICKETS sets another number.
func BenchmarkRead(b *testing.B) {
	tickets := 150_000
	if n, err := strconv.Atoi(os.Getenv("MAILDESK_TICKETS")); err == nil {
		tickets = n
	}
	db, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "data"), store.Options{Exclusive: true})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	end := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	begin := end.AddDate(-3, 0, 0)
	const batch = 5000
	for first := 0; first < tickets; first += batch {
		err := db.Update(b.Context(), func(tx ticket.Tx) error {
			for n := first; n < min(first+batch, tickets); n++ {
				made := begin.Add(end.Sub(begin) / time.Duration(tickets) * time.Duration(n))
				t, events := quick(ticket.ID(n+1), made, n%20 == 0)
				if err := keep(tx, t, events); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	var months []report.Period
	for from := begin; from.Before(end); from = report.Month.Next(from) {
		months = append(months, report.Period{From: from, To: report.Month.Next(from)})
	}
	hours, mistakes := calendar.New(calendar.Calendar{Timezone: "Europe/Berlin", Hours: []string{"mon-fri 08:00-12:00", "mon-fri 13:00-17:00"}, Country: "DE-BY"})
	if len(mistakes) > 0 {
		b.Fatal(mistakes)
	}
	for _, test := range []struct {
		name    string
		periods []report.Period
		terms   report.Terms
	}{
		{"month", months[len(months)-2:], report.Terms{}}, {"month of working hours", months[len(months)-2:], report.Terms{Hours: hours}},
		{"three years", months, report.Terms{}}, {"three years of working hours", months, report.Terms{Hours: hours}},
	} {
		b.Run(test.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c := report.NewCounter(report.ByQueue, test.periods...)
				err := db.View(context.Background(), func(r ticket.Reader) error {
					return report.Read(r, func(ticket.Ticket) report.Terms { return test.terms }, c)
				})
				if err != nil || c.Sheets[len(test.periods)-1].Requests == 0 {
					b.Fatal("nothing was counted", err)
				}
			}
		})
	}
}

// quick returns a ticket that was answered, solved and closed, or still waits.
func quick(id ticket.ID, made time.Time, waits bool) (ticket.Ticket, []ticket.Event) {
	t := ticket.Ticket{ID: id, CreatedAt: made, UpdatedAt: made, Status: ticket.StatusNew, Queue: "first", Level: 1, Subject: "Printer " + strings.Repeat("x", int(id)%20), Requester: fmt.Sprintf("p%d@example.net", id%1000)}
	events := []ticket.Event{{Kind: ticket.EventCreated, To: "first", Number: 1}, {Kind: ticket.EventAssigned, To: "bob"}, {Kind: ticket.EventLanguage, To: "de"}}
	if !waits {
		t.Status, t.ResolvedAt, t.ClosedAt, t.UpdatedAt = ticket.StatusClosed, made.Add(3*time.Hour), made.Add(300*time.Hour), made.Add(300*time.Hour)
		events = append(events, ticket.Event{Kind: ticket.EventAnswered, Actor: "bob"}, ticket.Event{Kind: ticket.EventMet, Topic: string(ticket.TargetFirstResponse)},
			ticket.Event{Kind: ticket.EventStatus, Actor: "bob", From: "new", To: "resolved"}, ticket.Event{Kind: ticket.EventInformed}, ticket.Event{Kind: ticket.EventStatus, Actor: "desk", From: "resolved", To: "closed"})
	}
	for i := range events {
		events[i].Ticket, events[i].At = id, made.Add(time.Duration(i)*time.Hour)
	}
	if !waits {
		events[len(events)-1].At = t.ClosedAt
	}
	return t, events
}
