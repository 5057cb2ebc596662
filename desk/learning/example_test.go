package learning

import (
	"reflect"
	"testing"
	"time"

	"maildesk/learn"
	"maildesk/ticket"
)

// TestLabels: what each thing that happens to a ticket teaches.
func TestLabels(t *testing.T) {
	at := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	created := ticket.Event{Kind: ticket.EventCreated, Actor: "desk", To: "first-line"}
	did := func(kind ticket.EventKind, from, to string) ticket.Event {
		return ticket.Event{Kind: kind, Actor: "alice", From: from, To: to}
	}
	mail := func(e ticket.Event, id ticket.MailID) ticket.Event { e.Mail = id; return e }
	by := func(e ticket.Event, actor string) ticket.Event { e.Actor = actor; return e }
	solved := did(ticket.EventStatus, "open", "resolved")
	label := func(field, value string) learn.Label { return learn.Label{Field: field, Value: value} }
	of := ticket.Ticket{Category: "network", Priority: "high", Queue: "network"}

	for _, tt := range []struct {
		name   string
		ticket ticket.Ticket
		events []ticket.Event // a minute apart; those of one slice element with Number 1 at the moment of the one before
		want   []learn.Label  // of the last but `more`
		more   int
	}{
		{"a category", of, []ticket.Event{created, did(ticket.EventCategory, "", "network")}, []learn.Label{label(Category, "network")}, 0},
		{"a priority", of, []ticket.Event{created, did(ticket.EventPriority, "normal", "high")}, []learn.Label{label(Priority, "high")}, 0},
		{"a move", of, []ticket.Event{created, did(ticket.EventQueue, "first-line", "network")}, []learn.Label{label(Queue, "network")}, 0},
		{"an escalation is no move", of, []ticket.Event{created, did(ticket.EventQueue, "first-line", "network"), {Kind: ticket.EventEscalated, Actor: "alice", Number: 1}}, nil, 1},
		{"nor is a return", of, []ticket.Event{created, did(ticket.EventQueue, "network", "first-line"), {Kind: ticket.EventReturned, Actor: "alice", Number: 1}}, nil, 1},
		{"a move is one though an escalation follows later", of, []ticket.Event{created, did(ticket.EventQueue, "first-line", "sales"), {Kind: ticket.EventEscalated, Actor: "alice"}}, []learn.Label{label(Queue, "sales")}, 1},
		{"the clock moves it", of, []ticket.Event{created, by(did(ticket.EventQueue, "first-line", "network"), "desk")}, nil, 0},
		{"an import", of, []ticket.Event{created, by(solved, "import")}, nil, 0},
		{"the requester closes it", of, []ticket.Event{created, by(solved, "ana@example.net")}, nil, 0},
		{"the clock closes it", of, []ticket.Event{created, by(solved, "desk")}, nil, 0},
		{"waiting teaches nothing", of, []ticket.Event{created, did(ticket.EventStatus, "open", "pending")}, nil, 0},
		{"solved as it came", of, []ticket.Event{created, solved}, []learn.Label{label(Category, "network"), label(Priority, "high"), label(Queue, "first-line")}, 0},
		{"solved at level 2", of, []ticket.Event{created, did(ticket.EventQueue, "first-line", "network"), {Kind: ticket.EventEscalated, Actor: "alice", Number: 1}, solved},
			[]learn.Label{label(Category, "network"), label(Priority, "high"), label(Queue, "first-line")}, 0},
		{"what an agent changed was learnt then", of, []ticket.Event{created, did(ticket.EventCategory, "", "network"), did(ticket.EventQueue, "first-line", "network"), solved}, []learn.Label{label(Priority, "high")}, 0},
		{"a second solution confirms nothing", of, []ticket.Event{created, solved, did(ticket.EventStatus, "resolved", "open"), solved}, nil, 0},
		{"what was changed after the solution was not so then", of, []ticket.Event{created, solved, did(ticket.EventCategory, "sales", "network")},
			[]learn.Label{label(Category, "sales"), label(Priority, "high"), label(Queue, "first-line")}, 1},
		{"merged", of, []ticket.Event{created, did(ticket.EventMerged, "", ""), solved}, nil, 0},
		{"spam", ticket.Ticket{Category: "network", Tags: []string{"spam"}}, []ticket.Event{created, solved}, nil, 0},
		{"taken back", of, []ticket.Event{created, mail(did(ticket.EventCategory, "", "network"), 7), {Kind: ticket.EventTakenBack, Actor: "alice", Mail: 8, OtherMail: 7, Topic: ticket.TakenAll}}, nil, 1},
		{"a solution that was taken back", of, []ticket.Event{created, mail(solved, 7), {Kind: ticket.EventTakenBack, Actor: "alice", Mail: 8, OtherMail: 7, Topic: ticket.TakenChanges}}, nil, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for i := range tt.events {
				tt.events[i].ID, tt.events[i].At = int64(i+1), at.Add(time.Duration(i-tt.events[i].Number)*time.Minute)
			}
			got := labels(tt.ticket, tt.events, tt.events[len(tt.events)-1-tt.more])
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("labels = %v, want %v", got, tt.want)
			}
		})
	}
}
