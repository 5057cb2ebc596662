package web

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"maildesk/ticket"
)

// busy gives the desk of a site two weeks of work.
func busy(t testing.TB, s *site) {
	t.Helper()
	first := s.take(t, "support@example.org", withFile("Printer on the second floor jams", "Hello,\n\nthe printer beside room 214 jams at every second page. I have taken the paper out and put it in again.\n\nThe log is attached.\n\nAna Berg",
		"<p>Hello,</p><p>the printer beside room 214 <b>jams</b> at every second page.</p><table><tr><th>Page</th><th>Jam</th></tr><tr><td>1</td><td>no</td></tr><tr><td>2</td><td>yes</td></tr></table><blockquote>It worked on Monday.</blockquote>",
		"text/plain", "printer.log", "jam on page 2"))
	err := s.db.Update(t.Context(), func(tx ticket.Tx) error {
		if err := story(tx, first.Ticket); err != nil {
			return err
		}
		return fortnight(tx)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// story adds to the first ticket what people wrote and did.
func story(tx ticket.Tx, id ticket.ID) error {
	t, err := tx.Ticket(id)
	if err != nil {
		return err
	}
	now := time.Now()
	t.Status, t.Assignee, t.Priority, t.Category = ticket.StatusOpen, "alice", ticket.PriorityHigh, "printing"
	t.DueResolution, t.TargetAt, t.Tags = now.Add(3*time.Hour), now.Add(3*time.Hour), []string{"second-floor", "hardware"}
	if err := tx.UpdateTicket(t); err != nil {
		return err
	}
	for _, e := range []ticket.Event{
		{Kind: ticket.EventAssigned, Actor: "alice", To: "alice", At: now},
		{Kind: ticket.EventPriority, Actor: "alice", From: "normal", To: "high", At: now.Add(time.Second)},
		{Kind: ticket.EventTagged, Actor: "alice", To: "hardware", At: now.Add(2 * time.Second)},
	} {
		e.Ticket = id
		if _, err := tx.AddEvent(e); err != nil {
			return err
		}
	}
	for _, e := range []ticket.Entry{
		{Kind: ticket.EntryNote, Author: "alice@example.org", Text: "The fuser was replaced in March. I ask the vendor whether it is under warranty.", At: now.Add(3 * time.Second)},
		{Kind: ticket.EntryReply, Author: "alice@example.org", Text: "Hello Ana,\n\nplease print on the third floor until noon: somebody comes by with a new roller.\n\n> the printer beside room 214 jams at every second page.\n\nAlice", At: now.Add(4 * time.Second)},
		{Kind: ticket.EntryMessage, Author: "ana@example.net", Name: "Ana Berg", Text: "Thank you, that works for us.", Full: "Thank you, that works for us.\n\n> Hello Ana,\n> please print on the third floor until noon", At: now.Add(5 * time.Second)},
	} {
		e.Ticket = id
		if _, err := tx.AddEntry(e); err != nil {
			return err
		}
	}
	return nil
}

// fortnight adds the tickets of two weeks.
func fortnight(tx ticket.Tx) error {
	r := rand.New(rand.NewPCG(7, 7))
	subjects := []string{"VPN drops every hour", "New laptop for Ms Martin", "Password has expired", "Invoice 4711 is missing", "Printer prints in green", "Meeting room display stays dark", "Access to the shared folder of the sales team, please"}
	people := []string{"Ana Berg", "Kim Olsen", "Piet Maas", "Zoë Łukasz", "محمد علي"}
	for i := range 120 {
		at := time.Now().Add(-time.Duration(r.IntN(14*24*60)) * time.Minute)
		who := r.IntN(len(people))
		t := ticket.Ticket{Subject: subjects[r.IntN(len(subjects))], Name: people[who], Requester: fmt.Sprintf("p%d@example.net", who), Status: ticket.StatusOpen, Queue: "first-line", Level: 1,
			Category: []string{"network", "printing", "account", ""}[r.IntN(4)], Priority: ticket.PriorityNormal, Language: "en", CreatedAt: at, UpdatedAt: at}
		if r.IntN(5) == 0 {
			t.Queue, t.Level, t.Priority = "network", 2, ticket.PriorityHigh
		}
		events := []ticket.Event{{Kind: ticket.EventCreated, To: t.Queue, Number: t.Level, At: at}}
		if r.IntN(4) > 0 {
			t.Assignee, t.Status = "alice", ticket.StatusResolved
			t.ResolvedAt = at.Add(time.Duration(20+r.IntN(900)) * time.Minute)
			t.InformedAt, t.UpdatedAt = t.ResolvedAt, t.ResolvedAt
			events = append(events, ticket.Event{Kind: ticket.EventAnswered, Actor: "alice", At: t.ResolvedAt},
				ticket.Event{Kind: []ticket.EventKind{ticket.EventMet, ticket.EventMet, ticket.EventBreached}[r.IntN(3)], Topic: string(ticket.TargetFirstResponse), At: t.ResolvedAt},
				ticket.Event{Kind: ticket.EventStatus, Actor: "alice", From: "open", To: "resolved", At: t.ResolvedAt})
		} else if i%3 == 0 {
			t.DueFirstResponse = time.Now().Add(time.Duration(r.IntN(600)-200) * time.Minute)
			t.TargetAt = t.DueFirstResponse
		}
		id, err := tx.InsertTicket(t)
		if err != nil {
			return err
		}
		for _, e := range events {
			e.Ticket = id
			if _, err := tx.AddEvent(e); err != nil {
				return err
			}
		}
	}
	return nil
}
