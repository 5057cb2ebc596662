package desk_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"maildesk/desk/settings"
	"maildesk/ticket"
)

// BenchmarkLargeIncident tells 5,000 people who report one incident an answer, and then
// its solution. It reports how long another change waited at most meanwhile.
func BenchmarkLargeIncident(b *testing.B) {
	const people = 5000
	for b.Loop() {
		b.StopTimer()
		db, start := benchDesk(b, func(*settings.Settings) {})
		d := start()
		now := time.Now()
		lead := ticket.ID(0)
		err := db.Update(b.Context(), func(tx ticket.Tx) error {
			for i := range people {
				id, err := reportOf(tx, i, lead, now)
				if err != nil {
					return err
				}
				if lead == 0 {
					lead = id
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		longest := longestWait(b, db.UpdateSoon)
		b.StartTimer()
		for _, change := range []func(*ticket.Incident){
			func(i *ticket.Incident) {
				i.Announcements = []ticket.Announcement{{On: lead, Mail: 0, Agent: "alice", Last: ticket.ID(people) + lead}}
			},
			func(i *ticket.Incident) { i.SolvedAt, i.Solver, i.Solution = now, "alice", "It works again." },
		} {
			err := db.Update(b.Context(), func(tx ticket.Tx) error {
				i, err := tx.IncidentOf(lead)
				if err != nil {
					return err
				}
				change(&i)
				return tx.SaveIncident(i)
			})
			if err != nil {
				b.Fatal(err)
			}
			if n, err := d.Due(b.Context(), now); err != nil || n < people-1 {
				b.Fatalf("Due = %d, %v, want %d tickets", n, err, people-1)
			}
		}
		b.ReportMetric(float64(longest().Milliseconds()), "longest-wait-ms")
	}
}

// reportOf makes the ticket of a person who reports an incident; lead 0: it leads it.
func reportOf(tx ticket.Tx, i int, lead ticket.ID, now time.Time) (ticket.ID, error) {
	from := fmt.Sprintf("person%d@example.net", i)
	id, err := tx.InsertTicket(ticket.Ticket{Subject: "gateway", Requester: from, Address: support, Status: ticket.StatusOpen, Queue: "first-line", Level: 1, CreatedAt: now, UpdatedAt: now})
	if err != nil {
		return 0, err
	}
	if _, err := tx.AddParticipant(ticket.Participant{Ticket: id, Address: from, Role: ticket.RoleRequester}); err != nil {
		return 0, err
	}
	if lead == 0 {
		lead = id
		if err := tx.SaveIncident(ticket.Incident{Lead: id, OpenedAt: now}); err != nil {
			return 0, err
		}
		if _, err := tx.AddEntry(ticket.Entry{Ticket: id, Kind: ticket.EntryReply, Author: "alice@example.org", Text: "We are on it.", At: now}); err != nil {
			return 0, err
		}
	}
	return id, tx.SetReport(id, lead, false)
}

// longestWait makes small changes, one after the other, until the function that it returns
// is called, which returns how long the slowest took.
func longestWait(b *testing.B, update func(context.Context, func(ticket.Tx) error) error) func() time.Duration {
	ctx, stop := context.WithCancel(b.Context())
	longest := make(chan time.Duration)
	go func() {
		slowest := time.Duration(0)
		for ctx.Err() == nil {
			begun := time.Now()
			if err := update(context.WithoutCancel(ctx), func(tx ticket.Tx) error { return tx.SetRotation("first-line", "alice") }); err != nil {
				b.Error(err)
			}
			slowest = max(slowest, time.Since(begun))
		}
		longest <- slowest
	}()
	return func() time.Duration { stop(); return <-longest }
}
