package recover

import (
	"testing"
	"time"

	"maildesk/ticket"
)

// TestTheClockStrikesWhenItDid: the clock of a rebuild strikes when that of the desk did
// something, at mails unless it is about to, and by the hour where nothing more is known.
func TestTheClockStrikesWhenItDid(t *testing.T) {
	at := func(clock string) time.Time {
		moment, err := time.Parse("15:04:05", clock)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	moments := func(clocks ...string) (all []time.Time) {
		for _, c := range clocks {
			all = append(all, at(c))
		}
		return all
	}
	for _, tt := range []struct {
		did            []time.Time
		last, from, to string
		want           []time.Time
	}{
		{nil, "07:00:00", "08:00:00", "10:30:00", moments("09:00:00", "10:00:00", "10:30:00")},
		{nil, "07:00:00", "08:00:00", "08:00:00", nil},
		{moments("12:00:00"), "07:00:00", "08:00:00", "10:30:00", moments("10:30:00")},
		{moments("09:10:00", "10:30:00", "12:00:00"), "07:00:00", "08:00:00", "10:30:00", moments("09:10:00", "10:30:00")},
		{moments("09:10:00", "10:30:00", "12:00:00"), "09:10:00", "09:10:00", "10:31:01", moments("10:30:00", "10:31:01")},
		{moments("09:10:00", "10:30:00", "12:00:00"), "09:10:00", "09:10:00", "10:31:00", moments("10:30:00")}, // and not again within a minute
		{moments("10:30:00", "12:00:00"), "10:30:00", "10:30:20", "10:30:40", nil},
		{moments("10:30:00", "12:00:00"), "10:30:00", "10:30:40", "10:31:20", moments("10:31:20")},
		{moments("10:30:05"), "07:00:00", "08:00:00", "10:30:00", nil}, // the clock of the desk had not struck yet
		{moments("09:00:00", "10:31:01"), "07:00:00", "08:00:00", "10:30:00", moments("09:00:00", "10:30:00")},
		{moments("09:10:00"), "07:00:00", "08:00:00", "10:30:00", moments("09:10:00", "10:10:00", "10:30:00")},
	} {
		got := strikes(tt.did).between(at(tt.last), at(tt.from), at(tt.to))
		same := len(got) == len(tt.want)
		for i := range got {
			same = same && got[i].Equal(tt.want[i])
		}
		if !same {
			t.Errorf("it did something at %v, and struck at %s: from %s to %s it strikes at %v, want %v", tt.did, tt.last, tt.from, tt.to, got, tt.want)
		}
	}
}

// TestWhatTheClockDid: which events say that the clock struck.
func TestWhatTheClockDid(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name   string
		events []ticket.Event
		want   bool
	}{
		{"a ticket woke up", []ticket.Event{{Kind: ticket.EventWoken, Actor: ticket.ActorDesk}}, true},
		{"a mail opened it", []ticket.Event{{Kind: ticket.EventStatus, Actor: ticket.ActorDesk, Mail: 7}}, false},
		{"it closed by itself", []ticket.Event{{Kind: ticket.EventStatus, Actor: ticket.ActorDesk}}, true},
		{"it closed when its requester was told", []ticket.Event{{Kind: ticket.EventInformed, Actor: ticket.ActorDesk}, {Kind: ticket.EventStatus, Actor: ticket.ActorDesk}}, false},
		{"it was closed at the console", []ticket.Event{{Kind: ticket.EventStatus, Actor: "root at the console"}}, false},
		{"a reminder of what a mail planned", []ticket.Event{{Kind: ticket.EventReminded, Actor: ticket.ActorDesk, Mail: 7}}, true},
		{"what was planned was taken back", []ticket.Event{{Kind: ticket.EventPlanEnded, Actor: "alice", Mail: 8}}, false},
		{"a report was solved with its incident", []ticket.Event{{Kind: ticket.EventSolved, Actor: "alice"}}, true},
		{"the deputy of somebody was asked whom an agent had asked", []ticket.Event{{Kind: ticket.EventApprovalAsked, Actor: "alice"}}, true},
		{"an agent asked somebody", []ticket.Event{{Kind: ticket.EventApprovalAsked, Actor: "alice", Mail: 7}}, false},
		{"a report was told what its lead was", []ticket.Event{{Kind: ticket.EventAnswered, Actor: "alice", Mail: 7, OtherTicket: 1}}, true},
		{"an agent answered", []ticket.Event{{Kind: ticket.EventAnswered, Actor: "alice", Mail: 7}}, false},
	} {
		for i := range tt.events {
			tt.events[i].At = at
		}
		if got := strikesOf(tt.events); (len(got) > 0) != tt.want {
			t.Errorf("%s: it struck at %v", tt.name, got)
		}
	}
}

// TestWhatTheClockSent: which outgoing mails say that the clock struck, as nothing else does.
func TestWhatTheClockSent(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name string
		mail ticket.OutboxMail
		want bool
	}{
		{"what waits", ticket.OutboxMail{Template: "digest", CauseEvent: 1}, true},
		{"an article whose day of review has come", ticket.OutboxMail{Template: "article", CauseEvent: 1, Ticket: 7}, true},
		{"the draft of an article", ticket.OutboxMail{Template: "article", Cause: 7, Ticket: 7}, false},
		{"what a mail to the desk says of a shift", ticket.OutboxMail{Template: "shift", CauseEvent: 1}, false},
		{"a ticket that woke up, of which an event tells", ticket.OutboxMail{Template: "woken", CauseEvent: 1, Ticket: 7}, false},
	} {
		tt.mail.CreatedAt = at
		got := strikesIn([]ticket.OutboxMail{tt.mail})
		if struck := len(got) == 1 && got[0].Equal(at); struck != tt.want || len(got) > 1 {
			t.Errorf("%s: it struck at %v", tt.name, got)
		}
	}
}
