package report

import (
	"slices"
	"strconv"
	"time"

	"maildesk/ticket"
)

// builder reads one ticket's events after another.
type builder struct {
	life  Life
	terms Terms
	now   Standing

	answers   int       // to the requester, since the ticket was made
	heard     time.Time // when the requester last heard from an agent, or asked again
	escalated bool
	reopened  bool
	broke     bool // the promise of a next update was broken since heard
	begun     bool // by an agent, who wrote to the requester first
}

// begin returns a builder for a ticket as it was when it was made.
func begin(t ticket.Ticket, events []ticket.Event, terms Terms) *builder {
	b := &builder{terms: terms, now: Standing{Status: t.Status, Queue: t.Queue, Level: t.Level, Agent: t.Assignee}}
	b.life.Ticket = t
	b.life.Ignore = slices.Contains(t.Tags, "spam")
	first := func(kind ticket.EventKind) (ticket.Event, bool) {
		i := slices.IndexFunc(events, func(e ticket.Event) bool { return e.Kind == kind })
		if i < 0 {
			return ticket.Event{}, false
		}
		return events[i], true
	}
	if e, ok := first(ticket.EventCreated); ok {
		b.now.Queue, b.now.Level = e.To, e.Number
	}
	if e, ok := first(ticket.EventStatus); ok {
		b.now.Status = ticket.Status(e.From)
	}
	if e, ok := first(ticket.EventAssigned); ok {
		b.now.Agent = e.From
	}
	b.stand(t.CreatedAt)
	b.fact(Fact{What: Requested, At: t.CreatedAt}, "")
	return b
}

// stand records the ticket's standing from now on.
func (b *builder) stand(at time.Time) {
	b.life.stood = append(b.life.stood, stood{at, b.now})
}

// fact records what somebody did, with the ticket's current standing.
func (b *builder) fact(f Fact, agent string) {
	if b.now.Merged && f.What.isWork() {
		return // it is counted of the ticket in which it is worked on
	}
	f.Standing = b.now
	f.Agent = agent
	b.life.Facts = append(b.life.Facts, f)
}

// add processes the next event.
func (b *builder) add(e ticket.Event) {
	switch e.Kind {
	case ticket.EventNotAcknowledged:
		b.life.Ignore = b.life.Ignore || e.Reason == ticket.ReasonImport
	case ticket.EventDropped:
		b.life.Ignore = true
	case ticket.EventRequester:
		b.begun = b.begun || e.Topic == ticket.RequestAddressed
	case ticket.EventQueue:
		b.now.Queue = e.To
		b.stand(e.At)
	case ticket.EventLevel:
		b.now.Level, _ = strconv.Atoi(e.To)
		b.stand(e.At)
	case ticket.EventAssigned:
		b.now.Agent = e.To
		b.stand(e.At)
	case ticket.EventMerged:
		b.fact(Fact{What: Merged, At: e.At}, e.Actor)
		b.now.Merged = true
		b.stand(e.At)
	case ticket.EventUnmerged:
		b.now.Merged = false
		b.stand(e.At)
	case ticket.EventEscalated:
		b.escalated = true
		b.fact(Fact{What: Escalated, At: e.At, Reason: e.Reason}, e.Actor)
	case ticket.EventStatus:
		b.move(e)
	case ticket.EventAnswered:
		b.answered(e)
	case ticket.EventBreached, ticket.EventMet:
		b.promise(e)
	case ticket.EventInformed:
		b.life.informed = append(b.life.informed, e.At)
	case ticket.EventUndeliverable:
		b.fact(Fact{What: Bounced, At: e.At}, "")
	case ticket.EventReminded:
		b.fact(Fact{What: Chased, At: e.At}, b.now.Agent)
	case ticket.EventWorked:
		b.fact(Fact{What: Worked, At: e.At, Took: time.Duration(e.Number) * time.Minute}, e.Actor)
	case ticket.EventRated:
		what := RatedGood
		if e.To == ticket.RatingBad {
			what = RatedBad
		}
		b.rated(what, e.At)
	}
}

// rated keeps only the last rating: whoever rates again has changed their mind.
func (b *builder) rated(what What, at time.Time) {
	b.life.Facts = slices.DeleteFunc(b.life.Facts, func(f Fact) bool { return f.What == RatedGood || f.What == RatedBad })
	b.fact(Fact{What: what, At: at}, b.now.Agent)
}

// answered counts an answer to the requester: the first one, or another.
func (b *builder) answered(e ticket.Event) {
	if b.answers++; b.answers == 1 {
		if !b.begun {
			b.fact(Fact{What: FirstResponse, At: e.At, Took: b.worked(b.life.Ticket.CreatedAt, e.At)}, e.Actor)
		}
	} else if !b.heard.IsZero() {
		b.fact(Fact{What: NextUpdate, At: e.At, Took: b.worked(b.heard, e.At)}, e.Actor)
		if p := b.terms.Promise; p != nil && p.NextUpdate > 0 && !b.broke {
			b.fact(Fact{What: Kept, At: e.At, Promise: ticket.TargetUpdate}, e.Actor)
		}
	}
	b.heard, b.broke = e.At, false
	if b.now.Status == ticket.StatusResolved || b.now.Status == ticket.StatusClosed {
		b.heard = time.Time{} // it is solved: nobody waits for another answer
	}
}

// promise counts whether a promised time was kept. A kept next update has no event: it is
// counted with the answer.
func (b *builder) promise(e ticket.Event) {
	kind := ticket.TargetKind(e.Topic)
	what := Kept
	if e.Kind == ticket.EventBreached {
		what = Broken
		b.broke = b.broke || kind == ticket.TargetUpdate
		if e.Reason == ticket.ReasonNewTarget {
			return // it was not promised when it was due
		}
	}
	b.fact(Fact{What: what, At: e.At, Promise: kind}, "")
}

// move counts what a change of status means.
func (b *builder) move(e ticket.Event) {
	from, to := ticket.Status(e.From), ticket.Status(e.To)
	switch {
	case to == ticket.StatusResolved && from != ticket.StatusClosed && !b.now.Merged:
		agent := ""
		if byAgent(e.Actor) {
			agent = e.Actor
		}
		if agent != "" && b.answers == 0 { // solved without a word counts as one
			b.answered(e)
		}
		b.fact(Fact{What: Solved, At: e.At, Took: b.worked(b.life.Ticket.CreatedAt, e.At), AtOnce: agent != "" && b.answers <= 1 && !b.escalated && !b.reopened}, agent)
		b.heard = time.Time{}
	case from == ticket.StatusResolved && to == ticket.StatusOpen:
		b.fact(Fact{What: Reopened, At: e.At}, "")
		b.heard, b.broke = e.At, false
		b.notAtOnce()
	case to == ticket.StatusClosed && !b.now.Merged:
		b.fact(Fact{What: Closed, At: e.At}, "")
	}
	b.now.Status = to
	b.stand(e.At)
}

// notAtOnce revokes that the first answer solved the matter.
func (b *builder) notAtOnce() {
	b.reopened = true
	for i := range b.life.Facts {
		b.life.Facts[i].AtOnce = false
	}
}

// worked returns the working time between two moments in which the ticket waited for
// the desk.
func (b *builder) worked(from, to time.Time) (sum time.Duration) {
	for i, s := range b.life.stood {
		end := to
		if i+1 < len(b.life.stood) && b.life.stood[i+1].at.Before(end) {
			end = b.life.stood[i+1].at
		}
		start := s.at
		if start.Before(from) {
			start = from
		}
		if waits := s.Status == ticket.StatusNew || s.Status == ticket.StatusOpen; waits && start.Before(end) {
			sum += b.terms.between(start, end)
		}
	}
	return sum
}

func (b *builder) finish() Life {
	slices.SortStableFunc(b.life.Facts, func(x, y Fact) int { return x.At.Compare(y.At) })
	return b.life
}
