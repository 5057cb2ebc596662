package digest

import (
	"slices"
	"strings"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// maxListed bounds the tickets of one part of a digest.
const maxListed = 15

// collect returns what there is to say to an agent: what of theirs and of their queues is
// late, what else they have, what waits in each queue for somebody, and what requesters
// said since a time. Parts with nothing are left out.
func collect(c *decision.Change, a settings.Agent, since time.Time) (notify.Notice, error) {
	n := notify.Notice{Template: notify.TemplateDigest}
	open, err := c.Tx.Tickets(ticket.Filter{Status: []ticket.Status{ticket.StatusNew, ticket.StatusOpen}})
	if err == nil {
		open, err = c.Seen(open, a)
	}
	if err != nil {
		return n, err
	}
	slices.SortStableFunc(open, byDue)
	var late, mine []ticket.Ticket
	waiting := map[string][]ticket.Ticket{}
	for _, t := range open {
		at, _ := t.NextDue()
		own, free := strings.EqualFold(t.Assignee, a.Name), t.Assignee == "" && c.Set.IsOf(a, t.Queue)
		if free {
			if mutes, err := notices.Mutes(c, t, a); err != nil || mutes {
				if err != nil {
					return n, err
				}
				continue
			}
		}
		switch {
		case !own && !free:
		case !at.IsZero() && at.Before(c.Now):
			late = append(late, t)
		case own:
			mine = append(mine, t)
		default:
			waiting[t.Queue] = append(waiting[t.Queue], t)
		}
	}
	add := func(name, about string, tickets []ticket.Ticket) {
		if len(tickets) > 0 {
			n.Answers = append(n.Answers, listOf(name, about, tickets))
		}
	}
	add(notify.DigestLate, "", late)
	add("mine", "", mine)
	for _, q := range c.Set.Rules.QueueNames() {
		add(notify.DigestWaiting, q, waiting[q])
	}
	if err := addRated(c, a, since, &n); err != nil {
		return n, err
	}
	n.Thanks, err = notices.ThanksFor(c, a)
	return n, err
}

// byDue orders tickets by what is due first; what has no time comes last, the oldest
// first.
func byDue(a, b ticket.Ticket) int {
	dueA, _ := a.NextDue()
	dueB, _ := b.NextDue()
	switch {
	case dueA.IsZero() && dueB.IsZero():
		return int(a.ID - b.ID)
	case dueA.IsZero():
		return 1
	case dueB.IsZero():
		return -1
	}
	return dueA.Compare(dueB)
}

func listOf(name, about string, tickets []ticket.Ticket) notify.Answer {
	list := notify.Answer{Name: name, About: about, More: max(0, len(tickets)-maxListed)}
	for _, t := range tickets[:min(len(tickets), maxListed)] {
		list.Tickets = append(list.Tickets, notify.Listed{Ticket: t})
	}
	return list
}

// addRated adds how requesters rate what an agent had, since a time: of each ticket the
// last rating.
func addRated(c *decision.Change, a settings.Agent, since time.Time, n *notify.Notice) error {
	events, err := c.Tx.RatedSince(since)
	if err != nil {
		return err
	}
	list := notify.Answer{Name: notify.DigestRated}
	for i, e := range events {
		again := slices.ContainsFunc(events[i+1:], func(later ticket.Event) bool { return later.Ticket == e.Ticket })
		t, err := c.Tx.Ticket(e.Ticket)
		if err != nil {
			return err
		}
		on, err := decision.WorkedOn(c.Tx, t)
		if err != nil {
			return err
		}
		if again || !strings.EqualFold(on.Assignee, a.Name) {
			continue
		}
		if len(list.Rated) == maxListed {
			list.More++
			continue
		}
		r, _ := history.RatingOf([]ticket.Event{e})
		list.Rated = append(list.Rated, notify.Rated{Listed: notify.Listed{Ticket: t}, Rating: r})
	}
	if len(list.Rated) > 0 {
		n.Answers = append(n.Answers, list)
	}
	return nil
}
