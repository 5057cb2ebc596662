package recover

import (
	"fmt"
	"slices"
	"time"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// The clock of a rebuild strikes when that of the old desk did something: what it brings is
// counted from then, as the time that a deputy has to vote, and how long an owner lets a
// requester wait, and the notices are known by that. It strikes at mails as well, for what
// the old store lost, and hour by hour where it knows of nothing more that the clock did.

// clockStep is how far the clock of a rebuild may be off where the old store does not say.
const clockStep = time.Hour

// soon is within which time a clock that runs has done what is due. A mail that was handled
// before it did knew nothing of it: nor did one soon after the clock struck, of what became due
// meanwhile.
const soon = time.Minute

// strikes are when the clock of the old desk did something, in order.
type strikes []time.Time

// byClock are the kinds of events that the clock brings, where no mail did.
var byClock = []ticket.EventKind{
	ticket.EventStatus, ticket.EventWoken, ticket.EventAssigned, ticket.EventWarned, ticket.EventBreached, ticket.EventNotEscalated, ticket.EventSolved,
	ticket.EventVendorLate, ticket.EventApprovalAsked, ticket.EventApprovalLate,
}

// unheard are the templates of mails that the clock writes because of no mail, and that leave
// no event: what waits, and articles whose day of review has come.
var unheard = []string{string(notify.TemplateDigest), string(notify.TemplateArticle)}

// inNames are those of them that bear the name of an agent: of who asked, or solved it.
var inNames = []ticket.EventKind{ticket.EventApprovalAsked, ticket.EventSolved}

// strikesOf returns when the clock did something on a ticket, by its events. What it does of
// what an agent planned or announced has their mail as its cause.
func strikesOf(events []ticket.Event) (all strikes) {
	informed := map[int64]bool{} // when a notice was accepted, which may close the ticket
	for _, e := range events {
		if e.Kind == ticket.EventInformed {
			informed[e.At.UnixMicro()] = true
		}
	}
	for _, e := range events {
		switch {
		case e.Kind == ticket.EventStatus && informed[e.At.UnixMicro()]:
		case e.Mail == 0 && slices.Contains(byClock, e.Kind) && (e.Actor == ticket.ActorDesk || slices.Contains(inNames, e.Kind)),
			e.Actor == ticket.ActorDesk && (e.Kind == ticket.EventReminded || e.Kind == ticket.EventPlanEnded),
			e.Kind == ticket.EventAnswered && e.OtherTicket != 0:
			all = append(all, e.At)
		}
	}
	return all
}

// strikesIn returns when the clock did something of which only an outgoing mail tells.
func strikesIn(mails []ticket.OutboxMail) (all strikes) {
	for _, m := range mails {
		if m.Cause == 0 && slices.Contains(unheard, m.Template) {
			all = append(all, m.CreatedAt)
		}
	}
	return all
}

// inTurn returns them in order, each once.
func (s strikes) inTurn() strikes {
	slices.SortFunc(s, time.Time.Compare)
	return slices.CompactFunc(s, time.Time.Equal)
}

// next returns the first one after a time, zero: there is none.
func (s strikes) next(after time.Time) time.Time {
	i, found := slices.BinarySearchFunc(s, after, time.Time.Compare)
	if found {
		i++
	}
	if i == len(s) {
		return time.Time{}
	}
	return s[i]
}

// between returns when the clock strikes after one time and until another one. It struck
// last at a time that is not after the first.
func (s strikes) between(last, from, to time.Time) (all []time.Time) {
	for at := from; at.Before(to); last, all = at, append(all, at) {
		next := s.next(at)
		switch known := !next.IsZero(); {
		case !known:
			next = at.Add(clockStep)
		case next.After(to) && (next.Sub(to) <= soon || to.Sub(last) <= soon):
			return all
		}
		at = next
		if at.After(to) {
			at = to
		}
	}
	return all
}

// advance lets the clock run to a time.
func (r *rebuilding) advance(to time.Time) error {
	if !r.clock.IsZero() {
		for _, at := range r.past.strikes.between(r.struck, r.clock, to) {
			r.struck = at
			if _, err := r.Due(r.ctx, at); err != nil {
				return fmt.Errorf("clock at %s: %w", at.Format(time.RFC3339), err)
			}
		}
	}
	r.clock = to
	return nil
}
