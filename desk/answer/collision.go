package answer

import (
	"slices"
	"strings"
	"time"

	"maildesk/desk/agentmail"
	"maildesk/ticket/history"

	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// crossing is what a colleague did on a ticket after the mail was sent that an
// agent answers.
type crossing struct {
	agent string
	did   notify.Did // empty: nothing
	at    time.Time
	mail  ticket.MailID // by which they did it, 0: none
}

// crossingOf finds the latest act of a colleague in the events of a ticket that an
// agent has not seen: it happened after a time, and after the agent's own last
// answer. What the desk did by itself is no colleague's act.
func crossingOf(events []ticket.Event, agent string, isAgent func(name string) bool, seen time.Time) (c crossing) {
	for _, e := range events {
		own := strings.EqualFold(e.Actor, agent)
		if own && e.Kind == ticket.EventAnswered {
			c = crossing{}
			continue
		}
		if own || !e.At.After(seen) || !isAgent(e.Actor) && e.Kind != ticket.EventAssigned {
			continue
		}
		did, who := notify.Did(""), e.Actor
		switch e.Kind {
		case ticket.EventAnswered:
			did = notify.DidAnswer
		case ticket.EventAssigned:
			switch {
			case e.Actor == ticket.ActorDesk || e.To == "":
			case strings.EqualFold(e.To, agent): // it is theirs now
				c = crossing{}
			case e.To == e.Actor:
				did = notify.DidTake
			default:
				did, who = notify.HasIt, e.To
			}
		case ticket.EventStatus:
			if e.To == string(ticket.StatusResolved) || e.To == string(ticket.StatusClosed) {
				did = notify.DidResolve
			}
		}
		// An answer says more than that its writer has the ticket from then on.
		if did != "" && (c.did == "" || did != notify.DidTake && did != notify.HasIt || c.agent != who) {
			c = crossing{agent: who, did: did, at: e.At, mail: e.Mail}
		}
	}
	return c
}

// crossed returns what a colleague did on a ticket since the notice that an
// agent's mail answers, where the mail would reach the requester. A mail that is
// handled again by rebuild waits where it did.
func crossed(h *incoming.Handling, t ticket.Ticket, o order.Order, text string) (crossing, error) {
	ends := o.Spam || o.After.Status == ticket.StatusResolved && t.Status != ticket.StatusResolved
	if !ends && !agentmail.AnswersReaders(h, o, text) {
		return crossing{}, nil
	}
	if !mayHaveWaited(h, notify.HeldCrossed) {
		return crossing{}, nil
	}
	return crossedBy(h, t, o)
}

// crossedBy returns what a colleague did on a ticket since the agent of an order last read of it.
func crossedBy(h *incoming.Handling, t ticket.Ticket, o order.Order) (crossing, error) {
	seen, err := seenUntil(h, t, o.Agent)
	if err != nil || seen.IsZero() {
		return crossing{}, err
	}
	events, err := h.Tx.Events(t.ID, ticket.EventAnswered, ticket.EventAssigned, ticket.EventStatus, ticket.EventTakenBack)
	if err != nil {
		return crossing{}, err
	}
	isAgent := func(name string) bool { _, is := h.Set.AgentNamed(name); return is }
	return crossingOf(history.Counting(events), o.Agent.Name, isAgent, seen), nil
}

// seenUntil returns when the mail was made that an agent answers: the one that
// their mail names, else the latest to them on the ticket. Zero: there is none.
func seenUntil(h *incoming.Handling, t ticket.Ticket, agent settings.Agent) (time.Time, error) {
	mails, err := h.Tx.OutboxOf(t.ID)
	if err != nil {
		return time.Time{}, err
	}
	named := agentmail.AnsweredIDs(h)
	var latest, answered time.Time
	for _, m := range mails {
		if !slices.ContainsFunc(agent.Mail, func(a string) bool { return settings.SameAddress(a, m.Recipient) }) {
			continue
		}
		latest = m.CreatedAt
		if slices.ContainsFunc(named, func(id string) bool { return strings.EqualFold(id, m.MessageID) }) {
			answered = m.CreatedAt
		}
	}
	if answered.IsZero() {
		return latest, nil
	}
	return answered, nil
}

// asks returns the question about a crossing, with the colleague's words.
func asks(h *incoming.Handling, t ticket.Ticket, c crossing) (question, error) {
	q := question{kind: notify.HeldCrossed, by: c.agent, did: c.did, at: c.at}
	if c.mail == 0 {
		return q, nil
	}
	entries, err := h.Tx.Correspondence(t.ID)
	if err != nil {
		return question{}, err
	}
	if i := slices.IndexFunc(entries, func(e ticket.Entry) bool { return e.Mail == c.mail && e.Kind == ticket.EntryReply }); i >= 0 {
		q.said = agentmail.Beginning(entries[i].Text)
	}
	return q, nil
}

// tellColleague tells the agent who had a ticket what another one did on it, but
// for those who are told of it in another mail.
func tellColleague(h *incoming.Handling, t, before ticket.Ticket, o order.Order, text string, answers bool) error {
	had, ok := h.Set.AgentNamed(before.Assignee)
	if !ok || strings.EqualFold(had.Name, o.Agent.Name) {
		return nil
	}
	n := notify.Notice{Template: notify.TemplateColleague, Actor: o.Agent.Name, Text: text}
	switch {
	case o.Notice != "" && strings.EqualFold(t.Assignee, had.Name):
		return nil
	case o.Spam:
		n.Did = notify.DidSpam
	case t.Status == ticket.StatusResolved && before.Status != ticket.StatusResolved:
		n.Did = notify.DidResolve
	case answers:
		n.Did = notify.DidAnswer
	case t.Assignee == o.Agent.Name:
		n.Did = notify.DidTake
	case t.Assignee != before.Assignee:
		n.Did = notify.DidHandOn
	default:
		return nil
	}
	return notices.SendToAgents(h.Change, t, []settings.Agent{had}, n, o.Agent)
}
