package target

import (
	"time"

	"maildesk/ticket"
)

// Timing is the current state of one promise on one ticket.
type Timing struct {
	Kind ticket.TargetKind
	Due  time.Time        // zero: the clock stands
	Done time.Time        // zero: not yet
	Next time.Time        // when there is something to tell next; zero: never
	Tell ticket.EventKind // what next is about: EventWarned or EventBreached
	Kept bool             // it was written down whether it was met
}

// timingOf returns the state of a promise; false if it does not count now.
func (p *past) timingOf(promise *Promise, k ticket.TargetKind, now time.Time) (Timing, bool) {
	d := promise.Time(k)
	from, done := p.counts(k)
	if d == 0 || from.IsZero() {
		return Timing{}, false
	}
	breached := p.wasTold(ticket.EventBreached, k, from)
	x := Timing{Kind: k, Due: p.asOf(done).reach(promise.Hours, from, d), Done: done, Kept: breached || p.wasTold(ticket.EventMet, k, from)}
	if !done.IsZero() || x.Due.IsZero() || breached {
		return x, true
	}
	x.Next, x.Tell = x.Due, ticket.EventBreached
	if after := promise.WarnAfter(d); after < d && x.Due.After(now) && !p.wasTold(ticket.EventWarned, k, from) {
		x.Next, x.Tell = p.reach(promise.Hours, from, after), ticket.EventWarned
	}
	return x, true
}

// Event returns an event of a promise on a ticket.
func (x Timing) Event(kind ticket.EventKind, t ticket.ID) ticket.Event {
	return ticket.Event{Ticket: t, Kind: kind, Actor: ticket.ActorDesk, Topic: string(x.Kind), Until: x.Due}
}

// News returns the event to record about a promise: that it was just met, or
// that it was not.
func (x Timing) News(now time.Time) (kind ticket.EventKind, news bool) {
	if x.Kept || x.Kind == ticket.TargetUpdate || x.Done.IsZero() || x.Done.Before(now.Truncate(time.Microsecond)) {
		return "", false
	}
	if !x.Due.IsZero() && x.Due.Before(x.Done) {
		return ticket.EventBreached, true
	}
	return ticket.EventMet, true
}

// Timings returns the state of each promise on a ticket that counts now, by the ticket's
// events. It reports false for an imported ticket: for it nothing was
// promised.
func Timings(promise *Promise, t ticket.Ticket, events []ticket.Event, now time.Time) (all []Timing, counts bool) {
	p := pastOf(t, events)
	if p.history {
		return nil, false
	}
	for _, k := range ticket.TargetKinds {
		if x, ok := p.timingOf(promise, k, now); ok {
			all = append(all, x)
		}
	}
	return all, true
}

// dueOf returns the field of a ticket that has the time by which something is due.
func dueOf(t *ticket.Ticket, k ticket.TargetKind) *time.Time {
	switch k {
	case ticket.TargetFirstResponse:
		return &t.DueFirstResponse
	case ticket.TargetUpdate:
		return &t.DueUpdate
	default:
		return &t.DueResolution
	}
}

// SetDue sets the due times of a ticket, and when the clock has to look at them
// next: in working hours, unless the target says otherwise.
func SetDue(t *ticket.Ticket, promise *Promise, all []Timing, now time.Time) {
	t.DueFirstResponse, t.DueUpdate, t.DueResolution, t.TargetAt = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	for _, x := range all {
		if !x.Done.IsZero() || x.Due.IsZero() {
			continue
		}
		*dueOf(t, x.Kind) = x.Due.UTC().Truncate(time.Microsecond)
		if !x.Next.IsZero() {
			t.TargetAt = earliest(t.TargetAt, x.Next.UTC().Truncate(time.Microsecond))
		}
	}
	if t.TargetAt.IsZero() || promise.Mailing == nil {
		return
	}
	if t.TargetAt.Before(now) {
		t.TargetAt = now // when nobody was written to: the next chance counts
	}
	t.TargetAt = promise.Mailing.Next(t.TargetAt).UTC().Truncate(time.Microsecond)
}
