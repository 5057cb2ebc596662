package draft

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"

	"maildesk/ticket"
)

// tickets are those that were read or changed.
type tickets struct {
	now  map[ticket.ID]ticket.Ticket // as they are
	was  map[ticket.ID]ticket.Ticket // of those that changed, as the snapshot has them
	made map[ticket.ID]bool          // those that are new
	at   map[ticket.ID]int           // where in the plan one is made or changed
}

func newTickets() tickets {
	return tickets{
		now:  map[ticket.ID]ticket.Ticket{},
		was:  map[ticket.ID]ticket.Ticket{},
		made: map[ticket.ID]bool{},
		at:   map[ticket.ID]int{},
	}
}

// changed returns the tickets that are new or changed.
func (x *tickets) changed() []ticket.Ticket {
	all := make([]ticket.Ticket, 0, len(x.at))
	for id := range x.at {
		all = append(all, x.now[id])
	}
	return all
}

// Ticket is described at [ticket.Reader].
func (d *Draft) Ticket(id ticket.ID) (ticket.Ticket, error) {
	if t, ok := d.tickets.now[id]; ok {
		return t, nil
	}
	d.rely(ticket.OfTicket, int64(id), "")
	t, err := d.Reader.Ticket(id)
	if err == nil {
		d.tickets.now[id] = t
	}
	return t, err
}

// saw keeps a ticket as the snapshot has it, and returns it as it is now.
func (d *Draft) saw(t ticket.Ticket) ticket.Ticket {
	if now, ok := d.tickets.now[t.ID]; ok {
		return now
	}
	d.rely(ticket.OfTicket, int64(t.ID), "")
	d.tickets.now[t.ID] = t
	return t
}

// InsertTicket is described at [ticket.Draft].
func (d *Draft) InsertTicket(t ticket.Ticket) (ticket.ID, error) {
	if t.ID == 0 {
		t.ID = ticket.ID(d.next(ticket.TicketNumber))
	}
	d.rely(ticket.OfTicket, int64(t.ID), "") // see Overtake
	d.tickets.now[t.ID], d.tickets.made[t.ID] = t, true
	d.tickets.at[t.ID] = d.change(ticket.InsertTicket{Ticket: t})
	return t.ID, nil
}

// Overtake is described at [ticket.Draft].
func (d *Draft) Overtake(id ticket.ID) error {
	d.change(ticket.Overtake{Ticket: id})
	return nil
}

// UpdateTicket is described at [ticket.Draft]. However often a ticket changes, it is
// written once, unless it comes to refer to one that is made later.
func (d *Draft) UpdateTicket(t ticket.Ticket) error {
	was, err := d.Ticket(t.ID)
	if err != nil {
		return err
	}
	d.tickets.now[t.ID] = t
	at, changed := d.tickets.at[t.ID]
	if changed && d.tickets.at[t.Follows] <= at { // what it follows is there by then
		if _, inserts := d.plan.Changes[at].(ticket.InsertTicket); inserts {
			d.plan.Changes[at] = ticket.InsertTicket{Ticket: t}
		} else {
			d.plan.Changes[at] = ticket.UpdateTicket{Ticket: t}
		}
		return nil
	}
	if !changed {
		d.tickets.was[t.ID] = was
	}
	d.tickets.at[t.ID] = d.change(ticket.UpdateTicket{Ticket: t})
	return nil
}

// Tickets is described at [ticket.Reader].
func (d *Draft) Tickets(f ticket.Filter) ([]ticket.Ticket, error) {
	wide := f
	if wide.Limit > 0 {
		wide.Limit += len(d.tickets.at)
	}
	if f.Requester != "" {
		d.rely(ticket.OfRequester, 0, key(f.Requester))
	}
	found, err := d.Reader.Tickets(wide)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(t ticket.Ticket) bool { _, changed := d.tickets.at[t.ID]; return changed })
	for i := range found {
		found[i] = d.saw(found[i])
	}
	for _, t := range d.tickets.changed() {
		fits := chosen(f, t)
		if fits && f.Incident {
			if fits, err = d.reports(t.ID); err != nil {
				return nil, err
			}
		}
		if fits {
			found = append(found, t)
		}
	}
	slices.SortFunc(found, inOrder(f))
	if f.Limit > 0 && len(found) > f.Limit {
		found = found[:f.Limit]
	}
	return found, nil
}

// chosen reports whether a filter chooses a ticket.
func chosen(f ticket.Filter, t ticket.Ticket) bool {
	switch {
	case len(f.Status) > 0 && !slices.Contains(f.Status, t.Status),
		f.Queue != "" && f.Queue != t.Queue,
		f.Assignee != "" && f.Assignee != t.Assignee,
		f.Requester != "" && key(f.Requester) != key(t.Requester),
		f.Category != "" && f.Category != t.Category,
		len(f.Categories) > 0 && !slices.Contains(f.Categories, t.Category),
		slices.ContainsFunc(f.Tags, func(tag string) bool {
			return !slices.ContainsFunc(t.Tags, func(has string) bool { return strings.EqualFold(has, tag) })
		}),
		len(f.Priorities) > 0 && !slices.Contains(f.Priorities, cmp.Or(t.Priority, ticket.PriorityNormal)),
		f.Level != 0 && f.Level != t.Level,
		f.Language != "" && f.Language != t.Language,
		f.Unassigned && t.Assignee != "",
		!f.LateAt.IsZero() && !t.LateAt(f.LateAt),
		t.UpdatedAt.Before(f.ActiveFrom),
		!f.ActiveSince.IsZero() && !t.ClosedAt.IsZero() && t.UpdatedAt.Before(f.ActiveSince),
		!f.MadeBefore.IsZero() && !t.CreatedAt.Before(f.MadeBefore),
		f.NotInformed && (t.Status != ticket.StatusResolved || t.Informed()),
		f.Informed && !t.Informed(),
		!f.ResolvedBy.IsZero() && (t.ResolvedAt.IsZero() || t.ResolvedAt.After(f.ResolvedBy)),
		!f.WakeBy.IsZero() && (t.WakeAt.IsZero() || t.WakeAt.After(f.WakeBy)),
		!f.AwaitBy.IsZero() && (t.AwaitAt.IsZero() || t.AwaitAt.After(f.AwaitBy)),
		!f.PlanBy.IsZero() && (t.PlanAt.IsZero() || t.PlanAt.After(f.PlanBy)),
		!f.TargetBy.IsZero() && (t.TargetAt.IsZero() || t.TargetAt.After(f.TargetBy)),
		t.ID <= f.After,
		f.Before > 0 && t.ID >= f.Before:
		return false
	}
	return true
}

// inOrder returns how the tickets of a filter are sorted.
func inOrder(f ticket.Filter) func(a, b ticket.Ticket) int {
	if f.DueFirst {
		return ticket.ByDue
	}
	return func(a, b ticket.Ticket) int {
		byNumber := cmp.Compare(a.ID, b.ID)
		if f.Newest {
			byNumber = -byNumber
		}
		if !f.TargetBy.IsZero() {
			return cmp.Or(a.TargetAt.Compare(b.TargetAt), byNumber)
		}
		return byNumber
	}
}

// History is described at [ticket.Reader].
func (d *Draft) History(requester string) (ticket.History, error) {
	d.rely(ticket.OfRequester, 0, key(requester))
	h, err := d.Reader.History(requester)
	if err != nil {
		return h, err
	}
	count := func(t ticket.Ticket, n int) {
		if key(t.Requester) != key(requester) {
			return
		}
		h.All += n
		if t.Status != ticket.StatusResolved && t.Status != ticket.StatusClosed {
			h.Open += n
		}
	}
	d.eachChange(count)
	return h, nil
}

// OpenPerAgent is described at [ticket.Reader].
func (d *Draft) OpenPerAgent() (map[string]int, error) {
	d.rely(ticket.OfAssignees, 0, "")
	open, err := d.Reader.OpenPerAgent()
	if err != nil {
		return nil, err
	}
	d.eachChange(func(t ticket.Ticket, n int) {
		if t.Assignee != "" && t.Status != ticket.StatusResolved && t.Status != ticket.StatusClosed {
			open[t.Assignee] += n
		}
	})
	maps.DeleteFunc(open, func(_ string, n int) bool { return n == 0 })
	return open, nil
}

// eachChange calls count with -1 for each ticket that changed, as it was, and with
// 1 for each as it is.
func (d *Draft) eachChange(count func(t ticket.Ticket, n int)) {
	for id := range d.tickets.at {
		if was, ok := d.tickets.was[id]; ok {
			count(was, -1)
		}
		count(d.tickets.now[id], 1)
	}
}

// reports reports whether a ticket is of an incident that goes on.
func (d *Draft) reports(id ticket.ID) (bool, error) {
	i, err := d.IncidentOf(id)
	if errors.Is(err, ticket.ErrNotFound) {
		return false, nil
	}
	return i.SolvedAt.IsZero(), err
}

// Search is described at [ticket.Reader].
func (d *Draft) Search(q ticket.Query) (ticket.Found, error) {
	found, err := d.Reader.Search(q)
	for i := range found.Hits {
		found.Hits[i].Ticket = d.saw(found.Hits[i].Ticket)
	}
	return found, err
}

// isMissing reports whether a snapshot has no such row.
func isMissing(err error) bool { return errors.Is(err, ticket.ErrNotFound) }
