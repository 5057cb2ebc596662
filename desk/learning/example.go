package learning

import (
	"slices"
	"strings"

	"maildesk/learn"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// The fields that are learnt.
const (
	Category = "category"
	Queue    = "queue"
	Priority = "priority"
)

// Fields lists them.
var Fields = []string{Category, Queue, Priority}

// teaching are the kinds of events after which something may be learnt of a ticket.
var teaching = []ticket.EventKind{ticket.EventCategory, ticket.EventQueue, ticket.EventPriority, ticket.EventStatus}

// telling are those that say what.
var telling = append([]ticket.EventKind{ticket.EventCreated, ticket.EventEscalated, ticket.EventReturned, ticket.EventMerged, ticket.EventTakenBack}, teaching...)

// labels returns what an event of a ticket teaches. events are all of the kinds in telling,
// in their order, up to that one and beyond.
//
// An agent's change teaches at once. When an agent solves the ticket for the first time,
// what no agent changed is right: so is the queue in which it was before it was handed on
// to another level.
func labels(t ticket.Ticket, events []ticket.Event, at ticket.Event) []learn.Label {
	counting := history.Counting(events)
	here := slices.IndexFunc(counting, func(e ticket.Event) bool { return e.ID == at.ID })
	if here < 0 || !byAgent(at) || slices.Contains(t.Tags, "spam") {
		return nil // it was taken back
	}
	before := counting[:here]
	switch at.Kind {
	case ticket.EventCategory, ticket.EventPriority:
		return []learn.Label{{Field: string(at.Kind), Value: at.To}}
	case ticket.EventQueue:
		if handedOn(counting[here:]) {
			return nil
		}
		return []learn.Label{{Field: Queue, Value: at.To}}
	}
	isSolved := func(e ticket.Event) bool {
		return e.Kind == ticket.EventStatus && e.To == string(ticket.StatusResolved) && byAgent(e)
	}
	if !isSolved(at) || slices.ContainsFunc(before, isSolved) || slices.ContainsFunc(before, func(e ticket.Event) bool { return e.Kind == ticket.EventMerged }) {
		return nil
	}
	return confirmed(t, before, counting[here:])
}

// confirmed returns what stands unchanged when a ticket is solved: what the desk set when
// it came. after is what happened from then on.
func confirmed(t ticket.Ticket, before, after []ticket.Event) (all []learn.Label) {
	changed := func(kind ticket.EventKind) bool {
		return slices.ContainsFunc(before, func(e ticket.Event) bool { return e.Kind == kind && byAgent(e) })
	}
	if !changed(ticket.EventCategory) {
		all = append(all, learn.Label{Field: Category, Value: was(ticket.EventCategory, t.Category, after)})
	}
	if !changed(ticket.EventPriority) {
		all = append(all, learn.Label{Field: Priority, Value: was(ticket.EventPriority, string(t.Priority), after)})
	}
	for i, e := range before {
		if e.Kind == ticket.EventQueue && byAgent(e) && !handedOn(before[i:]) {
			return all // an agent moved it, which was learnt then
		}
	}
	for _, e := range before {
		if e.Kind == ticket.EventCreated {
			all = append(all, learn.Label{Field: Queue, Value: e.To})
		}
	}
	return all
}

// was returns what stood in a field before some events, of which the first change says
// what it changed; else it is what the ticket has now.
func was(kind ticket.EventKind, now string, after []ticket.Event) string {
	for _, e := range after {
		if e.Kind == kind {
			return e.From
		}
	}
	return now
}

// handedOn reports whether a change of queue, the first of some events, hands the ticket on
// to another level, or back: an event that says so follows at the same moment.
func handedOn(events []ticket.Event) bool {
	for _, e := range events[1:] {
		if !e.At.Equal(events[0].At) {
			return false
		}
		if e.Kind == ticket.EventEscalated || e.Kind == ticket.EventReturned {
			return true
		}
	}
	return false
}

// byAgent reports whether a person did something, and not the desk by itself.
func byAgent(e ticket.Event) bool {
	return e.Actor != "" && e.Actor != ticket.ActorDesk && e.Actor != ticket.ActorImport && !strings.Contains(e.Actor, "@")
}

// textOf returns what a model sees of a request: a ticket and the text that opened it, as far as
// they were not erased.
func textOf(t ticket.Ticket, text string) learn.Text {
	_, domain, _ := strings.Cut(t.Requester, "@")
	if ticket.IsErasedAddress(t.Requester) {
		domain = ""
	}
	return learn.Text{Subject: ticket.Left(t.Subject), Body: ticket.Left(text), Domain: strings.ToLower(domain), Language: t.Language}
}

// isErased reports whether nothing is left of a request.
func isErased(t ticket.Ticket, text learn.Text) bool {
	return text.Subject == "" && text.Body == "" && (ticket.IsErasedAddress(t.Requester) || t.Subject == ticket.Gone)
}

// opening returns the text of the entry that opened a ticket.
func opening(entries []ticket.Entry) string {
	for _, e := range entries {
		if e.Kind != ticket.EntrySystem && strings.TrimSpace(e.Text) != "" {
			return e.Text
		}
	}
	return ""
}
