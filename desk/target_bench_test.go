package desk_test

import (
	"fmt"
	"testing"
	"time"

	"maildesk/ticket"
)

// BenchmarkDue beats the clock of a desk with 100,000 open tickets on which
// nothing is due, and measures what the first beat after a start takes, which
// counts all of them anew.
func BenchmarkDue(b *testing.B) {
	const tickets = 100_000
	db, start := benchDesk(b, promises)
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for made := 0; made < tickets; made += 5000 {
		err := db.Update(b.Context(), func(tx ticket.Tx) error {
			for i := range 5000 {
				id, err := tx.InsertTicket(ticket.Ticket{Subject: fmt.Sprintf("Request %d", made+i), Requester: ana, Status: ticket.StatusOpen,
					Priority: "high", Queue: "first-line", Level: 1, CreatedAt: now.Add(-time.Minute), UpdatedAt: now})
				if err != nil {
					return err
				}
				for _, e := range []ticket.Event{{Kind: ticket.EventCreated}, {Kind: ticket.EventStatus, From: "new", To: "open"}, {Kind: ticket.EventAssigned}} {
					e.Ticket, e.At = id, now
					if _, err := tx.AddEvent(e); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	for _, first := range []string{"first-beat-ms", "restart-ms"} {
		d := start()
		begun := time.Now()
		if _, err := d.Due(b.Context(), now); err != nil {
			b.Fatal(err)
		}
		took := time.Since(begun)
		defer func() { b.ReportMetric(float64(took.Milliseconds()), first) }()
		if first == "restart-ms" {
			for b.Loop() {
				if n, err := d.Due(b.Context(), now); n != 0 || err != nil {
					b.Fatalf("Due = %d, %v", n, err)
				}
			}
		}
	}
}
