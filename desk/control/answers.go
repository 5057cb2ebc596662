package control

import (
	"slices"
	"strconv"
	"strings"

	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// maxListed bounds the tickets of one answer.
const maxListed = 50

// inWork are the statuses of tickets that are not solved.
var inWork = []ticket.Status{ticket.StatusNew, ticket.StatusOpen, ticket.StatusPending, ticket.StatusOnHold}

// answerTo answers one question. shown is true where the answer is a mail of its own.
func answerTo(h *incoming.Handling, agent settings.Agent, q command.Command) (a notify.Answer, shown bool, err error) {
	a = notify.Answer{Name: q.Name, About: q.Arg}
	var tickets []ticket.Ticket
	switch q.Name {
	case "list":
		tickets, err = h.Tx.Tickets(ticket.Filter{Status: inWork})
	case "mine":
		tickets, err = h.Tx.Tickets(ticket.Filter{Status: inWork, Assignee: agent.Name})
	case "queue":
		queue, known := h.Set.Queue(q.Arg)
		if !known || h.Set.IsPrivate(queue.Name) && !h.Set.IsOf(agent, queue.Name) {
			a.Wrong = order.Choice(&command.ChoiceError{Kind: command.Queues, Arg: q.Arg, All: h.Set.QueuesFor(agent)})
			return a, false, nil
		}
		tickets, err = h.Tx.Tickets(ticket.Filter{Status: inWork, Queue: queue.Name})
	case "due":
		tickets, err = dueFor(h, agent)
	case "history":
		of, wrong := mailparse.ParseIdentity([]string{strings.TrimPrefix(q.Arg, "mailto:")})
		if wrong != nil {
			a.Wrong = ticket.Say("an address is needed, as in: history ana@example.net")
			return a, false, nil
		}
		a.About = of.Address
		tickets, err = h.Tx.Tickets(ticket.Filter{Requester: of.Address, Newest: true})
	case "search":
		a, err = searched(h, agent, a)
		return a, false, err
	case "show":
		a.Wrong, err = whyNotShown(h, agent, q.Arg)
		return a, a.Wrong.IsZero(), err
	case "stats":
		if _, known := command.Unit(q.Arg); !known {
			a.Wrong = ticket.Say("figures are of a week or a month, as in: stats month")
		}
		return a, true, nil
	case "who", "away":
		a.People, err = colleagues(h, q.Name == "away")
		return a, false, err
	}
	if err != nil {
		return a, false, err
	}
	if tickets, err = h.Seen(tickets, agent); err != nil {
		return a, false, err
	}
	if q.Name != "history" {
		slices.SortStableFunc(tickets, ticket.ByDue)
	}
	a.More = max(0, len(tickets)-maxListed)
	for _, t := range tickets[:min(len(tickets), maxListed)] {
		a.Tickets = append(a.Tickets, notify.Listed{Ticket: t})
	}
	return a, false, nil
}

// dueFor returns what has a time by which something is promised, of the tickets that an
// agent has, and of those that nobody has in the agent's queues.
func dueFor(h *incoming.Handling, agent settings.Agent) ([]ticket.Ticket, error) {
	all, err := h.Tx.Tickets(ticket.Filter{Status: inWork})
	return slices.DeleteFunc(all, func(t ticket.Ticket) bool {
		at, _ := t.NextDue()
		mine := strings.EqualFold(t.Assignee, agent.Name) || t.Assignee == "" && h.Set.IsOf(agent, t.Queue)
		return at.IsZero() || !mine
	}), err
}

// colleagues returns the agents, or those of them who are away.
func colleagues(h *incoming.Handling, onlyAway bool) ([]notify.Colleague, error) {
	open, err := h.Tx.OpenPerAgent()
	if err != nil {
		return nil, err
	}
	var all []notify.Colleague
	for _, a := range h.Set.Agents {
		away, err := h.Away(a)
		if err != nil {
			return nil, err
		}
		if onlyAway && !away {
			continue
		}
		own, err := confirmedBy(h, a)
		if err != nil {
			return nil, err
		}
		c := notify.Colleague{Confirmed: own, Name: a.Name, Known: a.Display, Languages: a.Languages, Open: open[a.Name], Away: away}
		for _, q := range h.Set.Rules.QueueNames() {
			if h.Set.IsOf(a, q) {
				c.Queues = append(c.Queues, q)
			}
		}
		if away {
			c.Until = h.AwayUntil(a)
		}
		all = append(all, c)
	}
	return all, nil
}

// confirmedBy returns the addresses that an agent has confirmed.
func confirmedBy(h *incoming.Handling, a settings.Agent) (own []string, err error) {
	all, err := h.Tx.AgentAddresses()
	for _, c := range all {
		if strings.EqualFold(c.Agent, a.Name) {
			own = append(own, c.Address)
		}
	}
	return own, err
}

// whyNotShown returns why an agent is not shown a ticket: there is none, or none that
// they may read, which is said in the same words.
func whyNotShown(h *incoming.Handling, agent settings.Agent, arg string) (ticket.Phrase, error) {
	n, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(arg), "#"), 10, 64)
	if err != nil {
		return ticket.Say("the number of a request is needed, as in: show 1042"), nil
	}
	missing := ticket.Say("there is no request #%d that you may read", n)
	t, err := h.Tx.Ticket(ticket.ID(n))
	if err != nil {
		return missing, decision.IgnoreNotFound(err)
	}
	may, err := h.MaySee(t, agent)
	if may || err != nil {
		return ticket.Phrase{}, err
	}
	return missing, nil
}

// show sends an agent a ticket as it is, in the conversation of that ticket.
func show(h *incoming.Handling, agent settings.Agent, arg string) error {
	n, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(arg), "#"), 10, 64)
	if err != nil {
		return err
	}
	t, err := h.Tx.Ticket(ticket.ID(n))
	if err != nil {
		return err
	}
	p, err := h.Participant(t.ID, ticket.RoleAgent, asksFrom(h, agent), agent.Name)
	if err != nil {
		return err
	}
	notice := notify.Notice{Template: notify.TemplateShow}
	if len(agent.Languages) > 0 {
		notice.Language = agent.Languages[0]
	}
	may, err := h.MayAct(t, agent)
	if err != nil {
		return err
	}
	if !may {
		notice.Reason = string(notify.UndoneNotTheirs)
	}
	h.Files, h.Left = nil, nil // those of the question are none of the ticket's
	return notices.Send(h.Change, t, p, notice)
}
