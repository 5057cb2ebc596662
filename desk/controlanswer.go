package desk

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"maildesk/desk/command"
	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// maxListed bounds the tickets of one answer.
const maxListed = 50

// inWork are the statuses of tickets that are not solved.
var inWork = []ticket.Status{ticket.StatusNew, ticket.StatusOpen, ticket.StatusPending, ticket.StatusOnHold}

// answerTo answers one question. shown is true where the answer is a mail of its own.
func (h *handling) answerTo(agent Agent, q command.Command) (a notify.Answer, shown bool, err error) {
	a = notify.Answer{Name: q.Name, About: q.Arg}
	var tickets []ticket.Ticket
	switch q.Name {
	case "list":
		tickets, err = h.tx.Tickets(ticket.Filter{Status: inWork})
	case "mine":
		tickets, err = h.tx.Tickets(ticket.Filter{Status: inWork, Assignee: agent.Name})
	case "queue":
		queue, known := h.set.queue(q.Arg)
		if !known || h.set.isPrivate(queue.Name) && !h.set.isOf(agent, queue.Name) {
			a.Wrong = choice(&command.ChoiceError{Kind: command.Queues, Arg: q.Arg, All: h.set.openQueues(agent)})
			return a, false, nil
		}
		tickets, err = h.tx.Tickets(ticket.Filter{Status: inWork, Queue: queue.Name})
	case "due":
		tickets, err = h.dueFor(agent)
	case "history":
		of, wrong := mailparse.ParseIdentity([]string{strings.TrimPrefix(q.Arg, "mailto:")})
		if wrong != nil {
			a.Wrong = ticket.Say("an address is needed, as in: history ana@example.net")
			return a, false, nil
		}
		a.About = of.Address
		tickets, err = h.tx.Tickets(ticket.Filter{Requester: of.Address, Newest: true})
	case "search":
		if q.Arg == "" {
			a.Wrong = ticket.Say("words are needed, as in: search printer jams")
			return a, false, nil
		}
		tickets, err = h.tx.Search(q.Arg, 4*maxListed)
	case "show":
		a.Wrong, err = h.whyNotShown(agent, q.Arg)
		return a, a.Wrong.IsZero(), err
	case "who", "away":
		a.People, err = h.colleagues(q.Name == "away")
		return a, false, err
	}
	if err != nil {
		return a, false, err
	}
	if tickets, err = h.seen(tickets, agent); err != nil {
		return a, false, err
	}
	if q.Name != "history" && q.Name != "search" {
		slices.SortStableFunc(tickets, byUrgency)
	}
	a.More = max(0, len(tickets)-maxListed)
	for _, t := range tickets[:min(len(tickets), maxListed)] {
		a.Tickets = append(a.Tickets, notify.Listed{Ticket: t})
	}
	return a, false, nil
}

// byUrgency orders tickets by what is due first, then by age.
func byUrgency(a, b ticket.Ticket) int {
	dueA, _ := a.NextDue()
	dueB, _ := b.NextDue()
	switch {
	case dueA.IsZero() && !dueB.IsZero():
		return 1
	case dueB.IsZero() && !dueA.IsZero():
		return -1
	case !dueA.Equal(dueB):
		return dueA.Compare(dueB)
	}
	return cmp.Compare(a.ID, b.ID)
}

// openQueues returns the queues whose tickets an agent may read.
func (s *Settings) openQueues(agent Agent) []string {
	return slices.DeleteFunc(slices.Clone(s.Rules.QueueNames()), func(q string) bool { return s.isPrivate(q) && !s.isOf(agent, q) })
}

// dueFor returns what has a time by which something is promised, of the tickets that an
// agent has, and of those that nobody has in the agent's queues.
func (h *handling) dueFor(agent Agent) ([]ticket.Ticket, error) {
	all, err := h.tx.Tickets(ticket.Filter{Status: inWork})
	return slices.DeleteFunc(all, func(t ticket.Ticket) bool {
		at, _ := t.NextDue()
		mine := strings.EqualFold(t.Assignee, agent.Name) || t.Assignee == "" && h.set.isOf(agent, t.Queue)
		return at.IsZero() || !mine
	}), err
}

// colleagues returns the agents, or those of them who are away.
func (h *handling) colleagues(onlyAway bool) ([]notify.Colleague, error) {
	open, err := h.tx.OpenPerAgent()
	if err != nil {
		return nil, err
	}
	var all []notify.Colleague
	for _, a := range h.set.Agents {
		away, err := h.away(a)
		if err != nil {
			return nil, err
		}
		if onlyAway && !away {
			continue
		}
		c := notify.Colleague{Name: a.Name, Known: a.Display, Languages: a.Languages, Open: open[a.Name], Away: away}
		for _, q := range h.set.Rules.QueueNames() {
			if h.set.isOf(a, q) {
				c.Queues = append(c.Queues, q)
			}
		}
		if away {
			c.Until = h.awayUntil(a)
		}
		all = append(all, c)
	}
	return all, nil
}

// awayUntil returns the last day on which an agent is away; zero when none is known.
func (h *handling) awayUntil(a Agent) time.Time {
	last, today := h.absences[a.Name], h.set.today(h.now)
	for _, d := range a.Absent {
		if d.First <= today && d.Last > last {
			last = d.Last
		}
	}
	day, err := time.ParseInLocation(time.DateOnly, last, h.set.zone())
	if err != nil {
		return time.Time{}
	}
	return day
}

// whyNotShown returns why an agent is not shown a ticket: there is none, or none that
// they may read, which is said in the same words.
func (h *handling) whyNotShown(agent Agent, arg string) (ticket.Phrase, error) {
	n, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(arg), "#"), 10, 64)
	if err != nil {
		return ticket.Say("the number of a request is needed, as in: show 1042"), nil
	}
	missing := ticket.Say("there is no request #%d that you may read", n)
	t, err := h.tx.Ticket(ticket.ID(n))
	if err != nil {
		return missing, ignoreNotFound(err)
	}
	may, err := h.maySee(t, agent)
	if may || err != nil {
		return ticket.Phrase{}, err
	}
	return missing, nil
}

// show sends an agent a ticket as it is, in the conversation of that ticket.
func (h *handling) show(agent Agent, arg string) error {
	n, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(arg), "#"), 10, 64)
	if err != nil {
		return err
	}
	t, err := h.tx.Ticket(ticket.ID(n))
	if err != nil {
		return err
	}
	p, err := h.participant(t.ID, ticket.RoleAgent, h.asksFrom(agent), agent.Name)
	if err != nil {
		return err
	}
	notice := notify.Notice{Template: notify.TemplateShow}
	if len(agent.Languages) > 0 {
		notice.Language = agent.Languages[0]
	}
	may, err := h.mayAct(t, agent)
	if err != nil {
		return err
	}
	if !may {
		notice.Reason = string(notify.UndoneNotTheirs)
	}
	h.files, h.left = nil, nil // those of the question are none of the ticket's
	return h.tell(t, p, notice)
}
