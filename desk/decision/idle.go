package decision

import (
	"slices"
	"strings"
	"time"

	"maildesk/ticket"
	"maildesk/ticket/history"
)

// IdleAt returns when the owner of a ticket loses it, unless they do something by then;
// zero: nobody waits for them, or the queue lets them take their time. A rebuild goes by
// when it happened: its clock may not strike when that of the desk did, which may have stood.
func (c *Change) IdleAt(t ticket.Ticket) (time.Time, error) {
	due, err := c.IdleDue(t)
	if err != nil || c.Maker.Past.Idle == nil || !mayBeIdle(t) {
		return due, err
	}
	events, err := c.Tx.Events(t.ID, ticket.EventAssigned)
	if err != nil {
		return due, err
	}
	before := 0
	for _, e := range events {
		if e.Reason == ticket.ReasonIdle {
			before++
		}
	}
	if at, known := c.Maker.Past.Idle(t.ID, before, due); known {
		return at, nil
	}
	return due, nil
}

// IdleDue returns when the time is over that the owner of a ticket has; zero as in [Change.IdleAt].
func (c *Change) IdleDue(t ticket.Ticket) (time.Time, error) {
	if !mayBeIdle(t) || c.Set.Rules.IdleAt(t.Queue, c.Now).IsZero() {
		return time.Time{}, nil
	}
	i, err := c.Tx.IncidentOf(t.ID)
	if err = IgnoreNotFound(err); err != nil || i.Lead != 0 && i.Lead != t.ID {
		return time.Time{}, err // it is worked on with the ticket that leads the incident
	}
	events, err := c.Tx.Events(t.ID)
	if err != nil {
		return time.Time{}, err
	}
	entries, err := c.Tx.LatestEntries(t.ID, recentEntries)
	if err != nil {
		return time.Time{}, err
	}
	owner, _ := c.Set.AgentNamed(t.Assignee)
	since := WaitsSince(t, events, entries, func(e ticket.Entry) bool {
		a, is := c.Set.AgentAt(e.Author)
		return is && a.Name == owner.Name
	})
	if since.IsZero() {
		return time.Time{}, nil
	}
	return c.Set.Rules.IdleAt(t.Queue, since), nil
}

// recentEntries are those in which it is looked up who has to do something.
const recentEntries = 100

// mayBeIdle reports whether a ticket is one on which its owner is expected to do something.
func mayBeIdle(t ticket.Ticket) bool {
	return t.Assignee != "" && t.Merged == 0 && t.PlanAt.IsZero() && (t.Status == ticket.StatusNew || t.Status == ticket.StatusOpen)
}

// WaitsSince returns since when it is for the owner of a ticket to do something, and they
// did nothing; zero: it is for somebody else. It is for them from the requester's mail, or
// the end of a time of waiting, until the next answer of anybody to the requester.
func WaitsSince(t ticket.Ticket, events []ticket.Event, entries []ticket.Entry, byOwner func(ticket.Entry) bool) time.Time {
	needed, answered, acted := t.CreatedAt, time.Time{}, time.Time{}
	var thanks []ticket.MailID
	for _, e := range history.Counting(events) {
		switch e.Kind {
		case ticket.EventAnswered:
			answered = latest(answered, e.At)
		case ticket.EventWoken, ticket.EventVendorAnswered, ticket.EventVendorLate, ticket.EventApproval, ticket.EventApprovalLate:
			needed = latest(needed, e.At)
		case ticket.EventThanked:
			thanks = append(thanks, e.Mail)
		}
		if strings.EqualFold(e.Actor, t.Assignee) || e.Kind == ticket.EventAssigned && strings.EqualFold(e.To, t.Assignee) {
			acted = latest(acted, e.At)
		}
	}
	for _, e := range entries {
		switch {
		case e.Kind == ticket.EntryMessage && !slices.Contains(thanks, e.Mail):
			needed = latest(needed, e.At)
		case byOwner(e):
			acted = latest(acted, e.At)
		}
	}
	if !answered.Before(needed) {
		return time.Time{}
	}
	return latest(needed, acted)
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
