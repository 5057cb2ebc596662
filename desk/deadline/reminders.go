package deadline

import (
	"cmp"
	"context"
	"slices"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// call is what has to be said of one ticket.
type call struct {
	ticket     ticket.Ticket
	late, soon []ticket.TargetKind
	handedTo   string // the queue that it was escalated to, if it was
	event      int64
}

// urgency orders calls: what is late comes first, then what is due first.
func urgency(a, b call) int {
	if late := cmp.Compare(min(len(b.late), 1), min(len(a.late), 1)); late != 0 {
		return late
	}
	dueA, _ := a.ticket.NextDue()
	dueB, _ := b.ticket.NextDue()
	return dueA.Compare(dueB)
}

// calls is what one beat of the clock has to say to whom.
type calls struct {
	agents   []settings.Agent  // of this page, in the order in which they were found
	of       map[string][]call // likewise
	told     map[string]bool   // agents who got their mail; it is the only one of the beat
	handedOn int               // tickets
}

func (cs *calls) add(x call, agents []settings.Agent) {
	if cs.of == nil {
		cs.of, cs.agents = make(map[string][]call), nil
	}
	if cs.told == nil {
		cs.told = make(map[string]bool)
	}
	for _, a := range agents {
		if cs.of[a.Name] == nil {
			cs.agents = append(cs.agents, a)
		}
		cs.of[a.Name] = append(cs.of[a.Name], x)
	}
}

// tellCalls writes to each agent one mail, about the most urgent ticket, that names
// others: after days of standstill nobody gets hundreds.
func tellCalls(ctx context.Context, m *decision.Maker, tx ticket.Draft, now time.Time, calls *calls) error {
	for _, a := range calls.agents {
		all := calls.of[a.Name]
		if len(all) == 0 || calls.told[a.Name] {
			continue
		}
		c := m.ChangeAt(ctx, tx, now)
		all, err := heard(c, a, all)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			continue
		}
		calls.told[a.Name] = true
		slices.SortStableFunc(all, urgency)
		first := all[0]
		n := notify.Notice{Template: notify.TemplateDueSoon, Late: first.late, Soon: first.soon, HandedTo: first.handedTo}
		if len(first.late) > 0 {
			n.Template = notify.TemplateOverdue
		}
		for _, x := range all[1:] {
			n.AlsoDue = append(n.AlsoDue, x.ticket)
		}
		c.CauseEvent = first.event
		if err := notices.SendToAgents(c, first.ticket, []settings.Agent{a}, n, settings.Agent{}); err != nil {
			return err
		}
	}
	return nil
}

// heard returns the calls of tickets of which an agent wants to hear, or of which nobody
// else who is responsible does.
func heard(c *decision.Change, a settings.Agent, all []call) ([]call, error) {
	var kept []call
	for _, x := range all {
		mutes, err := notices.Mutes(c, x.ticket, a)
		if err != nil {
			return nil, err
		}
		others := false
		for _, o := range c.Responsible(x.ticket) {
			also, err := notices.Mutes(c, x.ticket, o)
			if err != nil {
				return nil, err
			}
			others = others || o.Name != a.Name && !also
		}
		if !mutes || !others {
			kept = append(kept, x)
		}
	}
	return kept, nil
}
