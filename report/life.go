package report

import (
	"slices"
	"strings"
	"time"

	"maildesk/calendar"
	"maildesk/target"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// Kinds are the kinds of events that figures are counted from.
var Kinds = []ticket.EventKind{
	ticket.EventCreated, ticket.EventNotAcknowledged, ticket.EventDropped, ticket.EventRequester,
	ticket.EventStatus, ticket.EventAssigned, ticket.EventQueue, ticket.EventLevel, ticket.EventEscalated,
	ticket.EventAnswered, ticket.EventMerged, ticket.EventUnmerged, ticket.EventBreached, ticket.EventMet,
	ticket.EventInformed, ticket.EventUndeliverable, ticket.EventRated, ticket.EventReminded, ticket.EventWorked, ticket.EventTakenBack,
}

// What is something that figures count.
type What int

// What happens on a ticket.
const (
	Requested     What = iota // the ticket was made
	FirstResponse             // an agent answered or solved it for the first time; Took
	NextUpdate                // the requester heard from an agent again; Took since the last time
	Solved                    // Took since it was requested; AtOnce: by the first answer, for good
	Reopened
	Closed
	Merged // worked on in another ticket from now on
	Escalated
	Kept   // a promise: Promise
	Broken // likewise
	Bounced
	RatedGood
	RatedBad
	Chased // somebody who does not answer was reminded
	Worked // an agent booked time: Took
)

// isWork reports whether it is about the work on a request, which for a merged one is done elsewhere. A
// requester's rating and a bounced mail to them count for each ticket separately.
func (w What) isWork() bool {
	switch w {
	case FirstResponse, NextUpdate, Solved, Reopened, Escalated, Kept, Broken, Chased, Worked:
		return true
	}
	return false
}

// Fact is one thing that happened on a ticket.
type Fact struct {
	What    What
	At      time.Time
	Took    time.Duration     // working time; without what the ticket waited for others, unless it is booked
	AtOnce  bool              // of Solved
	Promise ticket.TargetKind // of Kept and Broken
	Reason  string            // of Escalated
	Standing
}

// Standing is the state of a ticket at one time.
type Standing struct {
	Status ticket.Status
	Queue  string
	Level  int
	Agent  string // who did it; between facts: the assignee; empty: nobody
	Merged bool   // it is worked on in another ticket
}

// Life is a ticket as figures see it.
type Life struct {
	Ticket ticket.Ticket
	Facts  []Fact // in the order of time
	Ignore bool   // imported, spam, or dropped from quarantine: in no figure

	stood    []stood
	informed []time.Time // when the requester knew that it was solved
}

// stood is a standing that begins at a time.
type stood struct {
	at time.Time
	Standing
}

// Terms say how times are measured.
type Terms struct {
	Promise *target.Promise // nil: nothing is promised
	Hours   *calendar.Hours // where nothing is promised; nil: around the clock
}

func (t Terms) between(from, to time.Time) time.Duration {
	hours := t.Hours
	if t.Promise != nil && t.Promise.Hours != nil {
		hours = t.Promise.Hours
	}
	if hours == nil {
		return to.Sub(from)
	}
	return hours.Between(from, to)
}

// LifeOf reads the events of a ticket, which must be in order and include all [Kinds].
func LifeOf(t ticket.Ticket, events []ticket.Event, terms Terms) Life {
	events = answersFirst(history.Counting(events))
	b := begin(t, events, terms)
	for _, e := range events {
		b.add(e)
	}
	return b.finish()
}

// answersFirst moves an answer before the change of status that it brings: the
// desk records the status first, but it is the answer that solves the matter.
func answersFirst(events []ticket.Event) []ticket.Event {
	events = slices.Clone(events)
	for i, e := range events {
		if e.Kind != ticket.EventAnswered || e.Mail == 0 {
			continue
		}
		of := func(x ticket.Event) bool {
			return x.Kind == ticket.EventStatus && x.Mail == e.Mail && x.To == string(ticket.StatusResolved)
		}
		same := i // the first event of that moment
		for same > 0 && events[same-1].At.Equal(e.At) {
			same--
		}
		if at := slices.IndexFunc(events[same:i], of); at >= 0 {
			copy(events[same+at+1:i+1], events[same+at:i])
			events[same+at] = e
		}
	}
	return events
}

// StandingAt returns a ticket's standing at a time; false if it did not exist yet.
func (l *Life) StandingAt(at time.Time) (Standing, bool) {
	n, _ := slices.BinarySearchFunc(l.stood, at, func(s stood, at time.Time) int {
		if s.at.After(at) {
			return 1
		}
		return -1
	})
	if n == 0 {
		return Standing{}, false
	}
	return l.stood[n-1].Standing, true
}

// WaitsAt reports whether a ticket belonged to the backlog at a time: it waited for the
// desk, its requester or somebody else, and was not merged into another ticket.
func (l *Life) WaitsAt(at time.Time) (Standing, bool) {
	s, there := l.StandingAt(at)
	return s, there && !s.Merged && s.Status != ticket.StatusResolved && s.Status != ticket.StatusClosed
}

// UntoldAt reports whether a ticket was solved at a time and its requester had not been told.
func (l *Life) UntoldAt(at time.Time) bool {
	s, there := l.StandingAt(at)
	if !there || s.Merged || s.Status != ticket.StatusResolved {
		return false
	}
	var since time.Time
	for _, x := range l.stood {
		if !x.at.After(at) && x.Status != ticket.StatusResolved {
			since = x.at
		}
	}
	return !slices.ContainsFunc(l.informed, func(told time.Time) bool { return !told.Before(since) && !told.After(at) })
}

// over reports whether a ticket was closed for good before a time.
func (l *Life) over(at time.Time) bool {
	last := l.stood[len(l.stood)-1]
	return last.Status == ticket.StatusClosed && last.at.Before(at)
}

// byAgent reports whether an actor answers for the desk: neither a machine nor an address, which
// stands for a requester.
func byAgent(actor string) bool {
	return actor != "" && actor != ticket.ActorDesk && actor != ticket.ActorImport && !strings.Contains(actor, "@")
}
