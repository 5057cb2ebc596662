package order

import (
	"slices"
	"strconv"
	"time"

	"maildesk/ticket"
)

// Restoring is what a ticket becomes when an agent takes back what a mail of theirs did.
type Restoring struct {
	After     ticket.Ticket
	Changes   []ticket.Event  // by which it becomes that; their actor is missing
	Says      []ticket.Phrase // what is as before
	Stays     []ticket.Phrase // what is not, and why
	Withdrawn time.Time       // when the notices of its solution were withdrawn, which is true again; zero: they were not
}

// restored are the kinds of changes that can be taken back.
var restored = []ticket.EventKind{
	ticket.EventStatus, ticket.EventAssigned, ticket.EventQueue, ticket.EventLevel, ticket.EventCategory, ticket.EventPriority,
	ticket.EventKindOf, ticket.EventSubject,
}

// bookings are those that add to what there is.
var bookings = []ticket.EventKind{ticket.EventTagged, ticket.EventUntagged, ticket.EventWorked}

// lasting are those that a command of their own takes back.
var lasting = []ticket.EventKind{
	ticket.EventRequester, ticket.EventJoined, ticket.EventAccepted, ticket.EventLeft, ticket.EventReports, ticket.EventLeads, ticket.EventSplit,
	ticket.EventMerged, ticket.EventMergedIn, ticket.EventUnmerged, ticket.EventLinked, ticket.EventSplitOff,
}

// Restorable reports whether an event says something that can be taken back.
func Restorable(e ticket.Event) bool {
	return slices.Contains(bookings, e.Kind) || e.Kind == ticket.EventAnswered || e.Kind == ticket.EventPlanned || e.Kind == ticket.EventAsked || e.Kind == ticket.EventApprovalAsked || slices.Contains(restored, e.Kind)
}

// Restore returns a ticket as it was before a mail, as far as it still is what the mail
// made of it. events are all of the ticket, in order; grace is the time from resolved to
// closed. Where somebody outside has the mail's answer, what follows from answering
// stays: that the ticket is open, and its writer's.
func Restore(t ticket.Ticket, events []ticket.Event, mail ticket.MailID, answered bool, grace time.Duration) Restoring {
	r := Restoring{After: t}
	changed := false
	for _, kind := range restored {
		first, last, found := spanOf(events, kind, mail)
		if answered && first.From == string(ticket.StatusNew) {
			first.From = string(ticket.StatusOpen)
		}
		switch {
		case kind == ticket.EventStatus && merges(events, mail): // which stays, and what became of the ticket by it
		case !found, first.From == last.To, answered && kind == ticket.EventAssigned && first.From == "" && last.To == last.Actor:
		case current(t, kind) != last.To:
			changed = true
		default:
			r.set(first, events, grace)
			r.Changes = append(r.Changes, ticket.Event{Ticket: t.ID, Kind: kind, From: last.To, To: first.From})
		}
	}
	r.untag(events, mail)
	if changed {
		r.Stays = append(r.Stays, ticket.Say("what was changed since stays as it is"))
	}
	if slices.ContainsFunc(events, func(e ticket.Event) bool { return e.Mail == mail && slices.Contains(lasting, e.Kind) }) {
		r.Stays = append(r.Stays, ticket.Say("incidents, merges, links, splits and who takes part stay as they are"))
	}
	return r
}

// merges reports whether a mail merged a ticket into another one, or set it apart again.
func merges(events []ticket.Event, mail ticket.MailID) bool {
	return slices.ContainsFunc(events, func(e ticket.Event) bool {
		return e.Mail == mail && (e.Kind == ticket.EventMerged || e.Kind == ticket.EventUnmerged)
	})
}

// untag takes back the tags and the time that a mail booked.
func (r *Restoring) untag(events []ticket.Event, mail ticket.MailID) {
	for _, e := range events {
		if e.Mail != mail {
			continue
		}
		switch e.Kind {
		case ticket.EventTagged:
			if r.After.Untag(e.To) {
				r.add(ticket.Event{Kind: ticket.EventUntagged, From: e.To}, ticket.Say("without the tag %s", e.To))
			}
		case ticket.EventUntagged:
			if r.After.Tag(e.From) {
				r.add(ticket.Event{Kind: ticket.EventTagged, To: e.From}, ticket.Say("with the tag %s again", e.From))
			}
		case ticket.EventWorked:
			r.add(ticket.Event{Kind: ticket.EventWorked, Number: -e.Number}, ticket.Say("no longer booked: %s", ticket.Minutes(e.Number)))
		}
	}
}

func (r *Restoring) add(e ticket.Event, says ticket.Phrase) {
	e.Ticket = r.After.ID
	r.Changes, r.Says = append(r.Changes, e), append(r.Says, says)
}

// spanOf returns the first and the last event of a kind that a mail caused.
func spanOf(events []ticket.Event, kind ticket.EventKind, mail ticket.MailID) (first, last ticket.Event, found bool) {
	for _, e := range events {
		if e.Mail != mail || e.Kind != kind {
			continue
		}
		if !found {
			first = e
		}
		last, found = e, true
	}
	return first, last, found
}

// current returns what an event of a kind would name as the present value.
func current(t ticket.Ticket, kind ticket.EventKind) string {
	switch kind {
	case ticket.EventStatus:
		return string(t.Status)
	case ticket.EventAssigned:
		return t.Assignee
	case ticket.EventQueue:
		return t.Queue
	case ticket.EventLevel:
		return strconv.Itoa(t.Level)
	case ticket.EventCategory:
		return t.Category
	case ticket.EventKindOf:
		return string(t.Kind)
	case ticket.EventSubject:
		return t.Subject
	}
	return string(t.Priority)
}

// set brings back what was before an event.
func (r *Restoring) set(e ticket.Event, events []ticket.Event, grace time.Duration) {
	t := &r.After
	say := ticket.Say("priority %s", ticket.Priority(e.From))
	switch e.Kind {
	case ticket.EventStatus:
		say = ticket.Say("the status is “%s” again", ticket.Status(e.From))
		r.setStatus(e, events, grace)
	case ticket.EventAssigned:
		say = ticket.Say("%s has the ticket again", e.From)
		if t.Assignee = e.From; e.From == "" {
			say = ticket.Say("nobody has the ticket")
		}
	case ticket.EventQueue:
		t.Queue, say = e.From, ticket.Say("back in queue %s", e.From)
	case ticket.EventLevel:
		t.Level, _ = strconv.Atoi(e.From)
		return // it goes with the queue
	case ticket.EventCategory:
		t.Category, say = e.From, ticket.Say("category %s", orNone(e.From))
	case ticket.EventKindOf:
		t.Kind, say = ticket.Kind(e.From), ticket.Say("kind: %s", ticket.Kind(e.From))
	case ticket.EventSubject:
		t.Subject, say = e.From, ticket.Say("the subject is “%s”", e.From)
	case ticket.EventPriority:
		t.Priority = ticket.Priority(e.From)
	}
	r.Says = append(r.Says, say)
}

func orNone(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// setStatus brings back a status, with the times that belong to it. It is no move of
// the table of moves, but one that was none: the ticket does not begin a new round.
func (r *Restoring) setStatus(e ticket.Event, events []ticket.Event, grace time.Duration) {
	t := &r.After
	if t.Status == ticket.StatusClosed { // as spam: nothing else that a mail does closes
		t.Tags = slices.DeleteFunc(slices.Clone(t.Tags), func(tag string) bool { return tag == "spam" })
	}
	if e.From != string(ticket.StatusResolved) {
		t.Status, t.WakeAt = ticket.Status(e.From), e.Until
		t.ResolvedAt, t.InformedAt, t.ClosedAt = time.Time{}, time.Time{}, time.Time{}
		return
	}
	// It was reopened, or filed as spam, when it was resolved.
	if t.Status == ticket.StatusOpen {
		t.Round--
		r.Withdrawn = e.At
	}
	t.Status, t.ClosedAt, t.InformedAt = ticket.StatusResolved, time.Time{}, time.Time{}
	for _, before := range events {
		if before.Mail == e.Mail {
			break
		}
		switch {
		case before.Kind == ticket.EventStatus && before.To == e.From:
			t.ResolvedAt, t.InformedAt = before.At, time.Time{}
		case before.Kind == ticket.EventInformed:
			t.InformedAt = before.At
		}
	}
	t.WakeAt = t.ResolvedAt.Add(grace)
}
