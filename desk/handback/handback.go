package handback

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/threading"
	"maildesk/ticket"
)

// undoableDays is for how long a handover can be taken back whole.
const undoableDays = 7

// Handover is what one mail of an agent gave to a colleague.
type Handover struct {
	Mail ticket.MailID
	To   string  // the colleague's name
	All  []Moved // by ticket
}

// Moved is a ticket that was handed over, and what has happened on it.
type Moved struct {
	Ticket ticket.Ticket
	Events []ticket.Event
}

// Find returns the handover that an agent's #undo to the control address means: that of the
// mail with the number arg, as the link in its receipt says, else the one whose receipt the
// mail at hand answers. A mail that answers none of ours means the last one. why says why
// there is none.
func Find(h *incoming.Handling, agent settings.Agent, arg string) (found Handover, why ticket.Phrase, err error) {
	all, err := handovers(h, agent)
	if err != nil {
		return found, why, err
	}
	if len(all) == 0 {
		return found, ticket.Say("you have handed over nothing within %d days", undoableDays), nil
	}
	answered := incoming.AnsweredBy(h.Msg)
	is := func(o Handover) bool { return true }
	switch {
	case arg != "":
		number := strings.Trim(arg, "#.")
		is = func(o Handover) bool { return strconv.FormatInt(int64(o.Mail), 10) == number }
	case slices.ContainsFunc(answered, h.Maker.Keys.IsOurs):
		is = func(o Handover) bool {
			receipt := h.Maker.MessageID(threading.Token{}, notices.Sequence(notify.TemplateAnswer, o.Mail, 0), h.Set.Hostname)
			return slices.ContainsFunc(answered, func(id string) bool { return strings.EqualFold(id, receipt) })
		}
	}
	for _, o := range slices.Backward(all) {
		if is(o) {
			return o, why, nil
		}
	}
	return found, ticket.Say("nothing was handed over by that email; answer the list that you got when you handed over"), nil
}

// handovers returns what an agent handed over of late, by mail.
func handovers(h *incoming.Handling, agent settings.Agent) ([]Handover, error) {
	since := h.Now.Add(-undoableDays * 24 * time.Hour)
	tickets, err := h.Tx.Tickets(ticket.Filter{ActiveFrom: since})
	if err != nil {
		return nil, err
	}
	var all []Handover
	for _, t := range tickets {
		given, err := h.Tx.Events(t.ID, ticket.EventAssigned)
		if err != nil {
			return nil, err
		}
		for _, e := range given {
			if e.Mail == 0 || e.Actor != agent.Name || e.From != agent.Name || e.To == "" || e.At.Before(since) {
				continue
			}
			events, err := h.Tx.Events(t.ID)
			if err != nil {
				return nil, err
			}
			i := slices.IndexFunc(all, func(o Handover) bool { return o.Mail == e.Mail })
			if i < 0 {
				i, all = len(all), append(all, Handover{Mail: e.Mail, To: e.To})
			}
			all[i].All = append(all[i].All, Moved{Ticket: t, Events: events})
		}
	}
	slices.SortFunc(all, func(a, b Handover) int { return int(a.Mail - b.Mail) })
	return all, nil
}

// stays says why a ticket is not given back; zero: it is.
func (m Moved) stays(s *settings.Settings, agent settings.Agent, o Handover) ticket.Phrase {
	t := m.Ticket
	handed := 0
	for i, e := range m.Events {
		if e.Kind == ticket.EventAssigned {
			handed = i
		}
	}
	switch {
	case t.Merged != 0:
		return ticket.Say("it is worked on in #%d", t.Merged)
	case t.Assignee == agent.Name:
		return ticket.Say("it is yours already")
	case t.Status == ticket.StatusResolved || t.Status == ticket.StatusClosed:
		return ticket.Say("it was solved since")
	case t.Assignee == "":
		return ticket.Say("nobody has it now")
	case m.Events[handed].Mail != o.Mail:
		return ticket.Say("%s has it now", known(s, t.Assignee))
	case s.MayHave(agent, t.Queue) != nil:
		return ticket.Say("the queue %s is private", t.Queue)
	}
	for _, e := range m.Events[handed+1:] {
		if by, is := s.AgentNamed(e.Actor); is && by.Name != agent.Name {
			return ticket.Say("%s has worked on it since", by.Known())
		}
	}
	return ticket.Phrase{}
}

func known(s *settings.Settings, name string) string {
	if a, is := s.AgentNamed(name); is {
		return a.Known()
	}
	return name
}

// TakeBack gives an agent back what they handed over, as far as nobody has worked on it
// since, and tells the colleague in one mail. What is theirs again, and what stays and why,
// is added to n, which the agent gets.
func TakeBack(h *incoming.Handling, agent settings.Agent, o Handover, n *notify.Notice) error {
	var back []ticket.Ticket
	var lines []notify.Line
	for _, m := range o.All {
		if why := m.stays(h.Set, agent, o); !why.IsZero() {
			lines = append(lines, notify.Line{Command: fmt.Sprintf("#%d", m.Ticket.ID), Message: why})
			continue
		}
		t, err := giveBack(h, agent, m, o)
		if err != nil {
			return err
		}
		back = append(back, t)
	}
	n.Lines = append(n.Lines, result(h.Set, o, len(back), len(lines)))
	n.Lines = append(n.Lines, lines...)
	if len(back) == 0 {
		return nil
	}
	n.Answers = append(n.Answers, notify.ListOf(notify.YoursAgain, "", back))
	colleague, is := h.Set.AgentNamed(o.To)
	if !is || len(colleague.Mail) == 0 {
		return nil
	}
	told := notify.Notice{
		Template: notify.TemplateAnswer, Reason: notify.AskedTakenBack, Actor: agent.Known(),
		Answers: []notify.Answer{notify.ListOf(notify.TakenBackBy, agent.Known(), back)},
	}
	return h.WriteBack(colleague, colleague.Mail[0], told, nil)
}

// result says what became of an #undo as a whole.
func result(s *settings.Settings, o Handover, back, stay int) notify.Line {
	says := ticket.Say("what you handed over to %s is yours again", known(s, o.To))
	switch {
	case back == 0:
		says = ticket.Say("nothing of what you handed over to %s can be given back", known(s, o.To))
	case stay > 0:
		says = ticket.Say("what you handed over to %s is yours again, but for what is marked ✗", known(s, o.To))
	}
	return notify.Line{Command: "#undo", OK: back > 0, Message: says}
}

// giveBack assigns a ticket to the agent who handed it over.
func giveBack(h *incoming.Handling, agent settings.Agent, m Moved, o Handover) (ticket.Ticket, error) {
	t := m.Ticket
	taken := ticket.Event{Ticket: t.ID, Kind: ticket.EventTakenBack, Actor: agent.Name, OtherMail: o.Mail, Topic: ticket.TakenChanges}
	if slices.ContainsFunc(m.Events, func(e ticket.Event) bool {
		return e.Mail == o.Mail && e.Kind != ticket.EventAssigned && order.Restorable(e)
	}) {
		taken.OtherMail = h.Cause // the rest of what that mail did can still be taken back
	}
	if err := h.Record(taken); err != nil {
		return t, err
	}
	if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventAssigned, Actor: agent.Name, From: t.Assignee, To: agent.Name}); err != nil {
		return t, err
	}
	t.Assignee = agent.Name
	if err := h.UpdateAwait(&t); err != nil {
		return t, err
	}
	return t, h.Save(&t)
}
