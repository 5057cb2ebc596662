package desk

import (
	"maildesk/calendar"
	"maildesk/target"
	"maildesk/ticket"
	"slices"
	"time"
)

// dueOf returns where a ticket has the time by which something is due.
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

// promised gives the time that a target promises for something; 0: none.
func promised(p *target.Promise, k ticket.TargetKind) time.Duration {
	switch k {
	case ticket.TargetFirstResponse:
		return p.FirstResponse
	case ticket.TargetUpdate:
		return p.NextUpdate
	default:
		return p.Resolution
	}
}

// run is a time in which the clock of a ticket ran; without an end it still does.
type run struct{ from, to time.Time }

// past is what the targets of a ticket count by. It is read from the ticket's
// events, so that nothing of it must be kept and a new target counts right.
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

func pastOf(t ticket.Ticket, events []ticket.Event) past {
	p := past{created: t.CreatedAt, begun: t.CreatedAt, runs: []run{{from: t.CreatedAt}}}
	for _, e := range events {
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

// move lets the clock stand while a ticket waits, and begin anew when it is
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

// counts tells from when something counts, and when it was done; zero: it does
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

// reach gives the moment at which the clock has run for d of working time
// since from; zero when it stands before that.
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

// asOf gives the past as it was when something was done, before that itself let
// the clock stand.
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

// wasTold reports whether an event of a promise was written since a time.
func (p *past) wasTold(what ticket.EventKind, k ticket.TargetKind, since time.Time) bool {
	return slices.ContainsFunc(p.told, func(e ticket.Event) bool {
		return e.Kind == what && e.Topic == string(k) && !e.At.Before(since.Truncate(time.Microsecond))
	})
}

// timing is one promise on one ticket, as it stands.
type timing struct {
	kind ticket.TargetKind
	due  time.Time        // zero: the clock stands
	done time.Time        // zero: not yet
	next time.Time        // when there is something to tell next; zero: never
	tell ticket.EventKind // what next is about: EventWarned or EventBreached
	kept bool             // it was written down whether it was met
}

// timingOf tells how a promise stands; false when it does not count now.
func (p *past) timingOf(promise *target.Promise, k ticket.TargetKind, now time.Time) (timing, bool) {
	d := promised(promise, k)
	from, done := p.counts(k)
	if d == 0 || from.IsZero() {
		return timing{}, false
	}
	breached := p.wasTold(ticket.EventBreached, k, from)
	x := timing{kind: k, due: p.asOf(done).reach(promise.Hours, from, d), done: done, kept: breached || p.wasTold(ticket.EventMet, k, from)}
	if !done.IsZero() || x.due.IsZero() || breached {
		return x, true
	}
	x.next, x.tell = x.due, ticket.EventBreached
	if after := promise.WarnAfter(d); after < d && x.due.After(now) && !p.wasTold(ticket.EventWarned, k, from) {
		x.next, x.tell = p.reach(promise.Hours, from, after), ticket.EventWarned
	}
	return x, true
}

// event returns an event of a promise on a ticket.
func (x timing) event(kind ticket.EventKind, t ticket.ID) ticket.Event {
	return ticket.Event{Ticket: t, Kind: kind, Actor: ticket.ActorDesk, Topic: string(x.kind), Until: x.due}
}

// timings gives what is promised for a ticket, and how each promise stands;
// nil when nothing is.
func (s *Settings) timings(r ticket.Reader, t ticket.Ticket, now time.Time) (*target.Promise, []timing, error) {
	if t.Status == ticket.StatusClosed || slices.Contains(t.Tags, "spam") {
		return nil, nil, nil
	}
	promise := s.Rules.Promise(t.Target, string(t.Priority), t.Category, t.Queue)
	if promise == nil {
		return nil, nil, nil
	}
	var events []ticket.Event
	if t.ID != 0 {
		i, err := r.IncidentOf(t.ID)
		if err = ignoreNotFound(err); err != nil || i.Lead != 0 && i.Lead != t.ID {
			return nil, nil, err // what is promised counts on the ticket that leads the incident
		}
		if events, err = r.Events(t.ID); err != nil {
			return nil, nil, err
		}
	}
	p := pastOf(t, events)
	if p.history {
		return nil, nil, nil
	}
	var all []timing
	for _, k := range ticket.TargetKinds {
		if x, ok := p.timingOf(promise, k, now); ok {
			all = append(all, x)
		}
	}
	return promise, all, nil
}

// count brings the times on a ticket up to date with what has happened, and
// writes down what was done just now, in time or not.
func (c *change) count(t *ticket.Ticket) error {
	promise, all, err := c.set.timings(c.tx, *t, c.now)
	if err != nil {
		return err
	}
	setDue(t, promise, all, c.now)
	for _, x := range all {
		if x.kept || x.kind == ticket.TargetUpdate || x.done.IsZero() || x.done.Before(c.now.Truncate(time.Microsecond)) {
			continue
		}
		what := ticket.EventMet
		if !x.due.IsZero() && x.due.Before(x.done) {
			what = ticket.EventBreached
		}
		if err := c.record(x.event(what, t.ID)); err != nil {
			return err
		}
	}
	return nil
}

// setDue puts the times on a ticket, and when the clock has to look at them
// next: in working hours, unless the target says otherwise.
func setDue(t *ticket.Ticket, promise *target.Promise, all []timing, now time.Time) {
	t.DueFirstResponse, t.DueUpdate, t.DueResolution, t.TargetAt = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	for _, x := range all {
		if !x.done.IsZero() || x.due.IsZero() {
			continue
		}
		*dueOf(t, x.kind) = x.due.UTC().Truncate(time.Microsecond)
		if !x.next.IsZero() {
			t.TargetAt = earliest(t.TargetAt, x.next.UTC().Truncate(time.Microsecond))
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

// earliest gives the earlier of two times, where zero is none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
