package handback

import (
	"fmt"

	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// At the end of a shift an agent hands over all that they have: by #handover NAME in reply
// to any notice, or to the control address. Both get one mail that lists it.

// CheckHandover marks a #handover as a mistake where its agent has nothing, or the
// colleague is away.
func CheckHandover(h *incoming.Handling, o *order.Order) error {
	if o.HandOver.Name == "" {
		return nil
	}
	all, err := held(h, o.Agent)
	if err != nil {
		return err
	}
	away, err := h.Away(o.HandOver)
	switch {
	case err != nil:
		return err
	case away:
		o.Mistake("handover", ticket.Say("%s is away", o.HandOver.Name))
	case len(all) == 0:
		o.Mistake("handover", ticket.Say("you have no open requests"))
	}
	return nil
}

// held returns the tickets that an agent has and that are not solved.
func held(h *incoming.Handling, agent settings.Agent) ([]ticket.Ticket, error) {
	return h.Tx.Tickets(ticket.Filter{
		Assignee: agent.Name, Status: []ticket.Status{ticket.StatusNew, ticket.StatusOpen, ticket.StatusPending, ticket.StatusOnHold},
	})
}

// HandOver assigns what an agent has to the colleague whom their order names, and tells the
// colleague. What was moved, and what was not, is added to n, which the agent gets.
func HandOver(h *incoming.Handling, o order.Order, n *notify.Notice) error {
	all, err := held(h, o.Agent)
	if err != nil {
		return err
	}
	var moved []ticket.Ticket
	for _, t := range all {
		if h.Set.MayHave(o.HandOver, t.Queue) != nil {
			n.Lines = append(n.Lines, notify.Line{Command: fmt.Sprintf("#%d", t.ID), Message: ticket.Say("it stays yours: the queue %s is private", t.Queue)})
			continue
		}
		t.Assignee = o.HandOver.Name
		if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventAssigned, Actor: o.Agent.Name, From: o.Agent.Name, To: t.Assignee}); err != nil {
			return err
		}
		if err := h.Save(&t); err != nil {
			return err
		}
		moved = append(moved, t)
	}
	if len(moved) == 0 {
		return nil
	}
	n.Answers = append(n.Answers, notify.ListOf(notify.HandedOver, o.HandOver.Known(), moved))
	n.Undoable = true
	told := notify.Notice{
		Template: notify.TemplateAnswer, Reason: notify.AskedHandover, Actor: o.Agent.Known(),
		Answers: []notify.Answer{notify.ListOf(notify.HandedToYou, o.Agent.Known(), moved)},
	}
	return h.WriteBack(o.HandOver, o.HandOver.Mail[0], told, nil)
}
