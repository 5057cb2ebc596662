package report

import (
	"testing"
	"time"

	"maildesk/calendar"
	"maildesk/target"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// office works from Monday to Friday, nine to five; 2026-11-02 is a Monday.
func office(t testing.TB) *calendar.Hours {
	t.Helper()
	h, wrong := calendar.New(calendar.Calendar{Timezone: "UTC", Hours: []string{"mon-fri 09:00-17:00"}})
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	return h
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	when, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

// happening is an event of a story, at a time.
type happening struct {
	at    string
	event ticket.Event
}

func status(actor string, from, to ticket.Status) ticket.Event {
	return ticket.Event{Kind: ticket.EventStatus, Actor: actor, From: string(from), To: string(to)}
}

func answer(actor string) ticket.Event {
	return ticket.Event{Kind: ticket.EventAnswered, Actor: actor}
}

const (
	isNew, isOpen, isPending = ticket.StatusNew, ticket.StatusOpen, ticket.StatusPending
	isResolved, isClosed     = ticket.StatusResolved, ticket.StatusClosed
)

// TestCountedByHand counts stories whose figures were counted by hand. Each ticket is made
// on Monday, 2026-11-02 10:00, and the period is that November.
func TestCountedByHand(t *testing.T) {
	created := happening{"2026-11-02 10:00", ticket.Event{Kind: ticket.EventCreated, To: "first", Number: 1}}
	promise := &target.Promise{NextUpdate: 8 * time.Hour, Hours: office(t)}
	for _, tt := range []struct {
		name    string
		ticket  ticket.Ticket
		promise *target.Promise
		story   []happening
		want    func(f *Figures) bool
	}{
		{"a request waits", ticket.Ticket{}, nil, nil, func(f *Figures) bool {
			return f.Requests == 1 && f.Backlog == 1 && f.Solved == 0 && f.FirstResponse.Count() == 0
		}},
		{"answered over night and solved by it", ticket.Ticket{}, nil, []happening{
			{"2026-11-03 09:30", answer("bob")},
			{"2026-11-03 09:30", status("bob", isNew, isResolved)},
		}, func(f *Figures) bool { // 7 h on Monday, half an hour on Tuesday
			return f.FirstResponse.Median() == 7*time.Hour+30*time.Minute && f.Resolution.Median() == 7*time.Hour+30*time.Minute &&
				f.Solved == 1 && f.AtOnce == 1 && f.SolvedAt[1] == 1 && f.Backlog == 0 && f.Uninformed == 1
		}},
		{"solved, and the requester knows", ticket.Ticket{}, nil, []happening{
			{"2026-11-02 11:00", status("bob", isNew, isResolved)},
			{"2026-11-02 11:01", ticket.Event{Kind: ticket.EventInformed}},
			{"2026-11-12 11:01", status(ticket.ActorDesk, isResolved, isClosed)},
		}, func(f *Figures) bool {
			return f.Uninformed == 0 && f.Closed == 1 && f.FirstResponse.Median() == time.Hour && f.AtOnce == 1
		}},
		{"solved by the requester", ticket.Ticket{}, nil, []happening{{"2026-11-02 11:00", status("ana@example.net", isNew, isResolved)}}, func(f *Figures) bool {
			return f.Solved == 1 && f.ByThem == 1 && f.AtOnce == 0 && f.FirstResponse.Count() == 0
		}},
		{"what waits for the requester costs nobody time", ticket.Ticket{}, nil, []happening{
			{"2026-11-02 11:00", answer("bob")},
			{"2026-11-02 11:00", status("bob", isNew, isPending)},
			{"2026-11-05 11:00", status("ana@example.net", isPending, isOpen)},
			{"2026-11-05 13:00", answer("bob")},
			{"2026-11-05 13:00", status("bob", isOpen, isResolved)},
		}, func(f *Figures) bool {
			return f.Resolution.Median() == 3*time.Hour && f.NextUpdate.Median() == 2*time.Hour && f.AtOnce == 0
		}},
		{"reopened: the first answer did not solve it", ticket.Ticket{}, nil, []happening{
			{"2026-11-02 11:00", answer("bob")},
			{"2026-11-02 11:00", status("bob", isNew, isResolved)},
			{"2026-11-03 10:00", status("ana@example.net", isResolved, isOpen)},
		}, func(f *Figures) bool { return f.Reopened == 1 && f.Solved == 1 && f.AtOnce == 0 && f.Backlog == 1 }},
		{"reopened and solved without a word: the first answer did not solve it either", ticket.Ticket{}, nil, []happening{
			{"2026-11-02 11:00", answer("bob")},
			{"2026-11-02 11:00", status("bob", isNew, isResolved)},
			{"2026-11-03 10:00", status("ana@example.net", isResolved, isOpen)},
			{"2026-11-03 11:00", status("bob", isOpen, isResolved)},
		}, func(f *Figures) bool { return f.Solved == 2 && f.AtOnce == 0 && f.FirstResponse.Count() == 1 }},
		{"solved at the very end: it belongs to the next month, as the solution does", ticket.Ticket{}, nil, []happening{
			{"2026-12-01 00:00", status("bob", isNew, isResolved)},
		}, func(f *Figures) bool { return f.Solved == 0 && f.Backlog == 1 && f.Uninformed == 0 }},
		{"a question, then solved with words: the desk writes the status before the answer", ticket.Ticket{}, promise, []happening{
			{"2026-11-02 11:00", answer("bob")},
			{"2026-11-02 13:00", ticket.Event{Kind: ticket.EventStatus, Actor: "bob", Mail: 3, From: string(isOpen), To: string(isResolved)}},
			{"2026-11-02 13:00", ticket.Event{Kind: ticket.EventAssigned, To: "bob"}},
			{"2026-11-02 13:00", ticket.Event{Kind: ticket.EventAnswered, Actor: "bob", Mail: 3}},
		}, func(f *Figures) bool {
			return f.Solved == 1 && f.AtOnce == 0 && f.FirstResponse.Median() == time.Hour && f.NextUpdate.Count() == 1 && f.NextUpdate.Median() == 2*time.Hour && f.Kept[ticket.TargetUpdate] == 1
		}},
		{"the first answer, and solved by it, in the order of the desk", ticket.Ticket{}, promise, []happening{
			{"2026-11-02 13:00", ticket.Event{Kind: ticket.EventStatus, Actor: "bob", Mail: 2, From: string(isNew), To: string(isResolved)}},
			{"2026-11-02 13:00", ticket.Event{Kind: ticket.EventAnswered, Actor: "bob", Mail: 2}},
		}, func(f *Figures) bool {
			return f.Solved == 1 && f.AtOnce == 1 && f.FirstResponse.Median() == 3*time.Hour && f.NextUpdate.Count() == 0
		}},
		{"answers after the solution are no next updates", ticket.Ticket{}, promise, []happening{
			{"2026-11-02 11:00", ticket.Event{Kind: ticket.EventStatus, Actor: "bob", Mail: 2, From: string(isNew), To: string(isResolved)}},
			{"2026-11-02 11:00", ticket.Event{Kind: ticket.EventAnswered, Actor: "bob", Mail: 2}},
			{"2026-11-02 13:00", answer("bob")},
			{"2026-11-02 14:00", answer("bob")},
		}, func(f *Figures) bool {
			return f.Solved == 1 && f.AtOnce == 1 && f.FirstResponse.Count() == 1 && f.NextUpdate.Count() == 0 && f.Kept[ticket.TargetUpdate] == 0
		}},
		{"escalated and solved above", ticket.Ticket{}, nil, []happening{
			{"2026-11-02 11:00", ticket.Event{Kind: ticket.EventQueue, From: "first", To: "second"}},
			{"2026-11-02 11:00", ticket.Event{Kind: ticket.EventEscalated, Actor: "bob", Reason: "needs the router"}},
			{"2026-11-02 11:00", ticket.Event{Kind: ticket.EventLevel, From: "1", To: "2"}},
			{"2026-11-02 12:00", answer("eve")},
			{"2026-11-02 12:00", status("eve", isNew, isResolved)},
		}, func(f *Figures) bool {
			return f.Escalated == 1 && f.Reasons["needs the router"] == 1 && f.SolvedAt[2] == 1 && f.AtOnce == 0
		}},
		{"a clock that starts with old targets breaks no promise", ticket.Ticket{}, nil, []happening{
			{"2026-11-03 10:00", ticket.Event{Kind: ticket.EventBreached, Topic: string(ticket.TargetFirstResponse), Reason: ticket.ReasonNewTarget}},
			{"2026-11-04 10:00", ticket.Event{Kind: ticket.EventMet, Topic: string(ticket.TargetResolution)}},
		}, func(f *Figures) bool {
			return f.Broken[ticket.TargetFirstResponse] == 0 && f.Kept[ticket.TargetResolution] == 1
		}},
		{"a next update in time, and one too late", ticket.Ticket{}, promise, []happening{
			{"2026-11-02 11:00", answer("bob")},
			{"2026-11-02 12:00", answer("bob")},
			{"2026-11-03 12:00", ticket.Event{Kind: ticket.EventBreached, Topic: string(ticket.TargetUpdate)}},
			{"2026-11-03 13:00", answer("bob")},
		}, func(f *Figures) bool {
			return f.Kept[ticket.TargetUpdate] == 1 && f.Broken[ticket.TargetUpdate] == 1 && f.NextUpdate.Count() == 2 && f.NextUpdate.Longest() == 9*time.Hour
		}},
		{"imported", ticket.Ticket{Status: isClosed}, nil, []happening{
			{"2026-11-02 10:00", ticket.Event{Kind: ticket.EventNotAcknowledged, Reason: ticket.ReasonImport}},
		}, func(f *Figures) bool { return f.Requests == 0 && f.Backlog == 0 }},
		{"spam", ticket.Ticket{Tags: []string{"spam"}}, nil, []happening{
			{"2026-11-02 10:30", status("bob", isNew, isResolved)},
		}, func(f *Figures) bool { return f.Requests == 0 && f.Solved == 0 }},
		{"merged into another", ticket.Ticket{}, nil, []happening{
			{"2026-11-02 10:30", ticket.Event{Kind: ticket.EventMerged, Actor: "bob", OtherTicket: 7}},
			{"2026-11-02 12:00", status("bob", isNew, isResolved)},
		}, func(f *Figures) bool {
			return f.Requests == 1 && f.Merged == 1 && f.Solved == 0 && f.Backlog == 0 && f.Uninformed == 0
		}},
		{"merged, then rated by its requester, to whom a mail came back", ticket.Ticket{}, nil, []happening{
			{"2026-11-02 10:30", ticket.Event{Kind: ticket.EventMerged, Actor: "bob", OtherTicket: 7}},
			{"2026-11-02 11:00", answer("bob")},
			{"2026-11-02 11:10", ticket.Event{Kind: ticket.EventEscalated, Actor: "bob", Reason: "stuck"}},
			{"2026-11-02 11:20", ticket.Event{Kind: ticket.EventBreached, Topic: string(ticket.TargetResolution)}},
			{"2026-11-02 11:30", ticket.Event{Kind: ticket.EventMet, Topic: string(ticket.TargetFirstResponse)}},
			{"2026-11-02 11:40", ticket.Event{Kind: ticket.EventReminded, Number: 1}},
			{"2026-11-02 11:50", ticket.Event{Kind: ticket.EventWorked, Actor: "bob", Number: 15}},
			{"2026-11-02 12:00", status("bob", isNew, isResolved)},
			{"2026-11-02 12:01", ticket.Event{Kind: ticket.EventUndeliverable}},
			{"2026-11-02 13:00", ticket.Event{Kind: ticket.EventRated, To: ticket.RatingBad}},
		}, func(f *Figures) bool {
			return f.Merged == 1 && f.Bounced == 1 && f.Bad == 1 && f.FirstResponse.Count() == 0 && f.Escalated == 0 && f.Chased == 0 && f.Worked == 0 && len(f.Kept)+len(f.Broken) == 0
		}},
		{"merged and taken apart again", ticket.Ticket{}, nil, []happening{
			{"2026-11-02 10:30", ticket.Event{Kind: ticket.EventMerged, Actor: "bob", OtherTicket: 7}},
			{"2026-11-02 10:40", ticket.Event{Kind: ticket.EventUnmerged, Actor: "bob", OtherTicket: 7}},
		}, func(f *Figures) bool { return f.Backlog == 1 }},
		{"an agent wrote first: no one waited for an answer", ticket.Ticket{}, nil, []happening{
			{"2026-11-02 10:00", ticket.Event{Kind: ticket.EventRequester, Topic: ticket.RequestAddressed}},
			{"2026-11-02 15:00", answer("bob")},
		}, func(f *Figures) bool { return f.FirstResponse.Count() == 0 && f.Requests == 1 }},
		{"an answer that was taken back is none", ticket.Ticket{}, nil, []happening{
			{"2026-11-02 11:00", ticket.Event{Kind: ticket.EventAnswered, Actor: "bob", Mail: 2}},
			{"2026-11-02 11:00", ticket.Event{Kind: ticket.EventStatus, Actor: "bob", Mail: 2, From: string(isNew), To: string(isResolved)}},
			{"2026-11-02 11:00", ticket.Event{Kind: ticket.EventTakenBack, Actor: "bob", Mail: 3, OtherMail: 2, Topic: ticket.TakenAll}},
		}, func(f *Figures) bool { return f.FirstResponse.Count() == 0 && f.Solved == 0 && f.Backlog == 1 }},
		{"reminders, and booked time", ticket.Ticket{}, nil, []happening{
			{"2026-11-05 10:00", ticket.Event{Kind: ticket.EventReminded, Number: 1}},
			{"2026-11-07 10:00", ticket.Event{Kind: ticket.EventReminded, Number: 2}},
			{"2026-11-07 11:00", ticket.Event{Kind: ticket.EventWorked, Actor: "bob", Number: 15}},
			{"2026-11-07 12:00", ticket.Event{Kind: ticket.EventWorked, Actor: "eve", Number: 60}},
		}, func(f *Figures) bool { return f.Chased == 2 && f.Worked == 75*time.Minute }},
		{"the last rating counts", ticket.Ticket{}, nil, []happening{
			{"2026-11-05 10:00", ticket.Event{Kind: ticket.EventRated, To: ticket.RatingBad}},
			{"2026-11-05 11:00", ticket.Event{Kind: ticket.EventRated, To: ticket.RatingGood}},
		}, func(f *Figures) bool { return f.Good == 1 && f.Bad == 0 }},
		{"a notice came back: closed, then solved again is no second solution", ticket.Ticket{}, nil, []happening{
			{"2026-11-02 11:00", status("bob", isNew, isResolved)},
			{"2026-11-12 11:00", status(ticket.ActorDesk, isResolved, isClosed)},
			{"2026-11-13 11:00", status(ticket.ActorDesk, isClosed, isResolved)},
			{"2026-11-13 11:00", ticket.Event{Kind: ticket.EventUndeliverable}},
		}, func(f *Figures) bool { return f.Solved == 1 && f.Bounced == 1 && f.Uninformed == 1 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			made := tt.ticket
			made.ID, made.CreatedAt = 1, at(t, created.at)
			var events []ticket.Event
			for _, h := range append([]happening{created}, tt.story...) {
				e := h.event
				e.Ticket, e.At = 1, at(t, h.at)
				events = append(events, e)
			}
			if made.Status == "" {
				made.Status = isNew
				for _, e := range history.Counting(events) {
					if e.Kind == ticket.EventStatus {
						made.Status = ticket.Status(e.To)
					}
				}
			}
			c := NewCounter(ByNothing, Period{at(t, "2026-11-01 00:00"), at(t, "2026-12-01 00:00")})
			c.Add(LifeOf(made, events, Terms{Promise: tt.promise, Hours: office(t)}))
			if f := &c.Sheets[0].Figures; !tt.want(f) {
				t.Errorf("not as counted by hand: %+v", f)
			}
		})
	}
}

// TestGroups counts what happened where the ticket was then, by whom it was done.
func TestGroups(t *testing.T) {
	made := ticket.Ticket{ID: 1, CreatedAt: at(t, "2026-11-02 10:00"), Status: isResolved, Queue: "second", Level: 2, Category: "network", Language: "fr", Requester: "Ana@Example.NET"}
	events := []ticket.Event{
		{Kind: ticket.EventCreated, To: "first", Number: 1, At: at(t, "2026-11-02 10:00")},
		{Kind: ticket.EventAnswered, Actor: "bob", At: at(t, "2026-11-02 10:30")},
		{Kind: ticket.EventQueue, From: "first", To: "second", At: at(t, "2026-11-02 11:00")},
		{Kind: ticket.EventLevel, From: "1", To: "2", At: at(t, "2026-11-02 11:00")},
		{Kind: ticket.EventAssigned, From: "", To: "eve", At: at(t, "2026-11-02 11:00")},
		{Kind: ticket.EventStatus, Actor: "eve", From: "new", To: "resolved", At: at(t, "2026-11-03 11:00")},
	}
	for by, want := range map[By]map[string][3]int{ // requests, first responses, solved
		ByQueue:    {"first": {1, 1, 0}, "second": {0, 0, 1}},
		ByLevel:    {"1": {1, 1, 0}, "2": {0, 0, 1}},
		ByAgent:    {"": {1, 0, 0}, "bob": {0, 1, 0}, "eve": {0, 0, 1}},
		ByCategory: {"network": {1, 1, 1}},
		ByLanguage: {"fr": {1, 1, 1}},
		ByDomain:   {"example.net": {1, 1, 1}},
	} {
		c := NewCounter(by, Period{at(t, "2026-11-02 00:00"), at(t, "2026-11-03 00:00")}, Period{at(t, "2026-11-03 00:00"), at(t, "2026-11-04 00:00")})
		c.Add(LifeOf(made, events, Terms{}))
		got := map[string][3]int{}
		for _, s := range c.Sheets {
			for name, f := range s.Groups {
				sum := got[name]
				got[name] = [3]int{sum[0] + f.Requests, sum[1] + f.FirstResponse.Count(), sum[2] + f.Solved}
			}
		}
		if by == ByAgent {
			delete(got, "eve")
			delete(want, "eve")
			if s := c.Sheets[1].Groups["eve"]; s == nil || s.Solved != 1 || c.Sheets[0].Groups["eve"].Backlog != 1 {
				t.Errorf("eve had the ticket on the first evening, and solved it on the second day")
			}
		}
		for name, n := range want {
			if got[name] != n {
				t.Errorf("by %s: %s has %v, want %v", by, name, got[name], n)
			}
		}
		if len(got) != len(want) {
			t.Errorf("by %s: groups %v, want %v", by, got, want)
		}
	}
}

func TestSpread(t *testing.T) {
	var s Spread
	if s.Median() != 0 || s.Late() != 0 || s.Longest() != 0 {
		t.Error("nothing has a median")
	}
	for _, n := range []time.Duration{7, 3, 10, 1, 2, 9, 5, 8, 4, 6} {
		s.add(n)
	}
	if s.Median() != 5 || s.Late() != 9 || s.Longest() != 10 || s.Count() != 10 {
		t.Errorf("of 1 to 10: median %d, late %d, longest %d", s.Median(), s.Late(), s.Longest())
	}
}

func TestUnits(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, time.October, 25, 13, 0, 0, 0, berlin) // a Sunday of 25 hours
	for unit, want := range map[Unit][2]string{
		Day: {"2026-10-25", "2026-10-26"}, Week: {"2026-10-19", "2026-10-26"}, Month: {"2026-10-01", "2026-11-01"},
		Quarter: {"2026-10-01", "2027-01-01"}, Year: {"2026-01-01", "2027-01-01"},
	} {
		begin := unit.Begin(now)
		next := unit.Next(begin)
		if got := [2]string{begin.Format(time.DateOnly), next.Format(time.DateOnly)}; got != want || begin.Hour() != 0 || next.Hour() != 0 {
			t.Errorf("%s of %s: %v, want %v", unit, now, got, want)
		}
		if !unit.Before(next).Equal(begin) {
			t.Errorf("%s: the one before the next is another", unit)
		}
	}
}

// TestUnitsHaveAnEnd: one follows the other, each day is in one, and the steps of its chart have an end, also
// where the clock is put forward over a midnight, or back.
func TestUnitsHaveAnEnd(t *testing.T) {
	for _, name := range []string{"UTC", "Europe/Berlin", "Atlantic/Azores", "America/Havana", "America/Santiago", "Asia/Beirut", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Apia"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, unit := range Units {
			for d := range 2 * 366 {
				noon := time.Date(2026, 1, 1+d, 12, 0, 0, 0, zone)
				begin := unit.Begin(noon)
				next := unit.Next(begin)
				if noon.Before(begin) || !noon.Before(next) || !unit.Begin(begin).Equal(begin) || !unit.Begin(next).Equal(next) || !unit.Before(next).Equal(begin) {
					t.Fatalf("%s: the %s of %s is from %s to %s", name, unit, noon, begin, next)
				}
				if _, _, day := begin.Add(-1).Date(); day == begin.Day() {
					t.Fatalf("%s: the %s of %s begins at %s", name, unit, noon, begin)
				}
				if begin.Equal(unit.Begin(noon.AddDate(0, 0, -1))) {
					continue // looked at already
				}
				from := begin
				for i, step := range stepsOf(unit, begin, next) {
					if !step.From.Equal(from) || !step.From.Before(step.To) {
						t.Fatalf("%s: step %d of the %s from %s is from %s to %s", name, i, unit, begin, step.From, step.To)
					}
					from = step.To
				}
			}
		}
	}
}
