package target

import (
	"slices"
	"time"

	"maildesk/calendar"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// run is a period in which a ticket's clock ran; without an end it still does.
type run struct{ from, to time.Time }

// past is the history that the targets of a ticket are measured by. It is read from the ticket's
// events, so that none of it needs to be stored and a new target is measured correctly.
type past struct {
	created  time.Time
	answered time.Time // first answer or resolution
	heard    time.Time // the last answer or reopening
	begun    time.Time // creation, or the last reopening
	resolved time.Time
	runs     []run
	told     []ticket.Event // warned, breached, met
	history  bool           // imported: nothing was promised
}

// Counted are the kinds of events that times are measured by.
var Counted = []ticket.EventKind{
	ticket.EventAnswered, ticket.EventWarned, ticket.EventBreached, ticket.EventMet, ticket.EventNotAcknowledged, ticket.EventStatus, ticket.EventTakenBack,
}

func pastOf(t ticket.Ticket, events []ticket.Event) past {
	p := past{created: t.CreatedAt, begun: t.CreatedAt, runs: []run{{from: t.CreatedAt}}}
	for _, e := range history.Counting(events) {
		switch e.Kind {
		case ticket.EventAnswered:
			p.answered = earliest(p.answered, e.At)
			p.heard = e.At
		case ticket.EventWarned, ticket.EventBreached, ticket.EventMet:
			p.told = append(p.told, e)
		case ticket.EventNotAcknowledged:
			p.history = p.history || e.Reason == ticket.ReasonImport
		case ticket.EventStatus:
			p.move(ticket.Status(e.From), ticket.Status(e.To), e.At)
		}
	}
	return p
}

// move stops the clock while a ticket waits, and restarts it when the ticket is
// reopened.
func (p *past) move(from, to ticket.Status, at time.Time) {
	last := &p.runs[len(p.runs)-1]
	if to != ticket.StatusOpen {
		if last.to.IsZero() {
			last.to = at
		}
		if to == ticket.StatusResolved {
			p.resolved = at
			p.answered = earliest(p.answered, at)
		}
		return
	}
	if !last.to.IsZero() {
		p.runs = append(p.runs, run{from: at})
	}
	if from == ticket.StatusResolved {
		p.begun, p.heard, p.resolved = at, at, time.Time{}
	}
}

// counts returns since when a promise counts, and when it was done; zero if it does
// not count (yet), or is not done.
func (p *past) counts(k ticket.TargetKind) (from, done time.Time) {
	switch k {
	case ticket.TargetFirstResponse:
		return p.created, p.answered
	case ticket.TargetUpdate:
		return p.heard, p.resolved
	default:
		return p.begun, p.resolved
	}
}

// reach returns the moment at which the clock has run for d of working time
// since from; zero if it stops before that.
func (p *past) reach(hours *calendar.Hours, from time.Time, d time.Duration) time.Time {
	for _, r := range p.runs {
		begin := r.from
		if from.After(begin) {
			begin = from
		}
		if !r.to.IsZero() {
			worked := hours.Between(begin, r.to)
			if worked < d {
				d -= worked
				continue
			}
		}
		return hours.Add(begin, d)
	}
	return time.Time{}
}

// asOf returns the past as it was when something was done, before that itself stopped
// the clock.
func (p *past) asOf(done time.Time) *past {
	i := slices.IndexFunc(p.runs, func(r run) bool { return !done.IsZero() && r.to.Equal(done) })
	if i < 0 {
		return p
	}
	then := *p
	then.runs = slices.Clone(p.runs[:i+1])
	then.runs[i].to = time.Time{}
	return &then
}

// wasTold reports whether an event about a promise was recorded since a time.
func (p *past) wasTold(what ticket.EventKind, k ticket.TargetKind, since time.Time) bool {
	return slices.ContainsFunc(p.told, func(e ticket.Event) bool {
		return e.Kind == what && e.Topic == string(k) && !e.At.Before(since.Truncate(time.Microsecond))
	})
}

// earliest returns the earlier of two times, where zero is none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
