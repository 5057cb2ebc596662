package approval

import (
	"slices"
	"strings"

	"maildesk/addr"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// Ask asks those whom an order names, and in the place of an agent who is away their
// deputy as well. text is what stands below the commands, where it is for them. It changes
// t, which is the caller's to save.
func Ask(h *incoming.Handling, t *ticket.Ticket, o order.Order, text string) error {
	q := o.Approval
	if len(q.Addresses) == 0 {
		return nil
	}
	number, err := nextNumber(h.Change, t.ID)
	if err != nil {
		return err
	}
	need := ticket.ApproveAny
	if q.All {
		need = ticket.ApproveAll
	}
	for _, address := range q.Addresses {
		others := slices.DeleteFunc(slices.Clone(q.Addresses), func(a string) bool { return settings.SameAddress(a, address) })
		asked := ticket.Event{
			Ticket: t.ID, Kind: ticket.EventApprovalAsked, Actor: o.Agent.Name, From: address, To: strings.Join(others, ", "), Topic: need, Reason: question(q.Text, text), Until: q.Until, Number: number,
		}
		if err := ask(h.Change, *t, asked, ticket.Phrase{}); err != nil {
			return err
		}
	}
	for _, address := range q.Addresses {
		if err := askIfAway(h.Change, *t, number, address); err != nil {
			return err
		}
	}
	return h.UpdateAwait(t)
}

// askIfAway asks the deputy of an agent who is away.
func askIfAway(c *decision.Change, t ticket.Ticket, number int, address string) error {
	agent, is := c.Set.AgentAt(address)
	if !is {
		return nil
	}
	away, err := c.Away(agent)
	if err != nil || !away {
		return err
	}
	_, err = askDeputy(c, t, number, address)
	return err
}

// ask writes down that somebody is asked, and writes to them.
func ask(c *decision.Change, t ticket.Ticket, asked ticket.Event, careful ticket.Phrase) error {
	if err := c.Record(asked); err != nil {
		return err
	}
	return write(c, t, asked, careful)
}

// write writes to somebody who is asked.
func write(c *decision.Change, t ticket.Ticket, asked ticket.Event, careful ticket.Phrase) error {
	p, err := c.Participant(t.ID, ticket.RoleApprover, asked.From, "")
	if err != nil {
		return err
	}
	line := lineOf(asked.Reason)
	n := notify.Notice{
		Template: notify.TemplateApproval, Actor: asked.Actor, Text: strings.TrimSpace(asked.Reason), Subject: notices.SubjectOf(line), Expected: asked.Until, Approval: asked.Number, Careful: careful,
	}
	if asked.Actor == ticket.ActorDesk {
		n.Actor, n.Asking = "", asking(t)
	}
	if asked.Topic == ticket.ApproveInPlace {
		n.InPlace = asked.To
	}
	return notices.Send(c, t, p, n)
}

// askAgain asks somebody once more whose words spoke against the vote of the address to which they wrote.
func askAgain(h *incoming.Handling, t ticket.Ticket, a history.Approval, address string) error {
	if len(h.Contradicted) == 0 || a.Decided != "" || a.Text == "" || !slices.Contains(a.Missing(), address) {
		return nil
	}
	v := a.Votes[slices.IndexFunc(a.Votes, func(v history.Vote) bool { return settings.SameAddress(v.Address, address) })]
	again := ticket.Event{Actor: a.Agent, From: v.Address, To: v.InPlace, Reason: a.Text, Until: a.Until, Number: a.Number}
	if v.InPlace != "" {
		again.Topic = ticket.ApproveInPlace
	}
	return write(h.Change, t, again, ticket.Say("Your vote was not counted, as your words say the contrary of the address to which you wrote. Please vote once more, by an empty email to one of the two addresses."))
}

// askDeputy asks the deputy of somebody who was asked and has not voted, with as much time
// as they had; asked is false where there is none, they are asked already, or they may not
// vote.
func askDeputy(c *decision.Change, t ticket.Ticket, number int, address string) (asked bool, err error) {
	a, err := numbered(c, t.ID, number)
	if err != nil {
		return false, err
	}
	deputy := c.Set.Deputies[addr.Key(address)]
	if deputy == "" || a.Text == "" || a.Decided != "" || a.Has(deputy) || !mayVote(c, t, a, deputy) {
		return false, nil
	}
	on, err := decision.WorkedOn(c.Tx, t)
	if err != nil || on.Status == ticket.StatusResolved || on.Status == ticket.StatusClosed {
		return false, err
	}
	e := ticket.Event{
		Ticket: t.ID, Kind: ticket.EventApprovalAsked, Actor: a.Agent, From: deputy, To: address, Topic: ticket.ApproveInPlace, Reason: a.Text, Number: a.Number,
	}
	if a.Within > 0 {
		e.Until = c.Now.Add(a.Within)
		if hours := c.Set.Rules.Calendar(); hours != nil {
			e.Until = hours.Next(e.Until)
		}
	}
	return true, ask(c, t, e, ticket.Phrase{})
}

// mayVote reports whether a deputy is neither the requester nor the agent who asks, nor a
// machine.
func mayVote(c *decision.Change, t ticket.Ticket, a history.Approval, deputy string) bool {
	if c.Set.SamePerson(deputy, t.Requester) {
		return false
	}
	if agent, is := c.Set.AgentAt(deputy); is {
		return agent.Name != a.Agent
	}
	return len(c.Set.PeopleIn([]mailparse.Address{{Address: deputy}})) > 0
}

// nextNumber returns a number that no approval of a ticket ever had, also none that was
// taken back: the addresses of an approval are signed for its number.
func nextNumber(c *decision.Change, t ticket.ID) (int, error) {
	events, err := c.Tx.Events(t, ticket.EventApprovalAsked)
	next := 1
	for _, e := range events {
		next = max(next, e.Number+1)
	}
	return next, err
}

// approvals returns the approvals of a ticket.
func approvals(c *decision.Change, t ticket.ID) ([]history.Approval, error) {
	events, err := c.Tx.Events(t, history.ApprovalEvents...)
	return history.ApprovalsOf(events), err
}

// numbered returns the approval of a number; a zero one where there is none.
func numbered(c *decision.Change, t ticket.ID, number int) (history.Approval, error) {
	all, err := approvals(c, t)
	if i := slices.IndexFunc(all, func(a history.Approval) bool { return a.Number == number }); i >= 0 {
		return all[i], err
	}
	return history.Approval{}, err
}
