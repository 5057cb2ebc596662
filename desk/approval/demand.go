package approval

import (
	"cmp"
	"slices"
	"strings"

	"maildesk/addr"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// A category may demand that a ticket is approved before its queue has it. The desk asks
// then, in nobody's name, with the words of the request. The ticket is on hold until it is
// decided: approved, it comes to its queue as a new one does; rejected, it is resolved, and
// its requester reads why. Where nobody votes in time the queue has it all the same.

// Demand is what the category of a ticket demands.
type Demand struct {
	By      []string      // who is asked
	Careful ticket.Phrase // what they are told of whoever sent the request
	need    routing.Approval
}

// Demanded returns whom the category of a ticket wants to be asked. What its requester
// would have to approve themself their deputy does. nobody: it wants an approval, and
// there is nobody to give it.
func Demanded(c *decision.Change, t ticket.Ticket) (d Demand, nobody bool, err error) {
	category, _ := c.Set.Category(t.Category)
	d.need = category.Approval
	if len(d.need.By) == 0 || c.Silent || t.Requester == "" {
		return Demand{}, false, nil
	}
	for _, address := range d.need.By {
		if agent, is := c.Set.AgentAt(address); is {
			address = agent.Mail[0]
		}
		if c.Set.SamePerson(address, t.Requester) {
			address = c.Set.Deputies[addr.Key(address)]
		}
		if address == "" || c.Set.SamePerson(address, t.Requester) || has(d.By, address) {
			continue
		}
		if _, agent := c.Set.AgentAt(address); agent || len(c.Set.PeopleIn([]mailparse.Address{{Address: address}})) > 0 {
			d.By = append(d.By, address)
		}
	}
	if a, ok := c.Set.AddressFor(t.Address); ok && a.NoPlus { // votes come to plus addresses
		d.By = nil
	}
	if asked, err := askedBefore(c, t.ID, d.By); err != nil || asked {
		return Demand{}, false, err
	}
	return d, len(d.By) == 0, nil
}

// askedBefore reports whether the desk has asked the same people about a ticket.
func askedBefore(c *decision.Change, t ticket.ID, by []string) (bool, error) {
	if t == 0 {
		return false, nil
	}
	all, err := approvals(c, t)
	return slices.ContainsFunc(all, func(a history.Approval) bool {
		return a.ByDesk() && !slices.ContainsFunc(by, func(address string) bool { return !a.Has(address) })
	}), err
}

func has(all []string, address string) bool {
	return slices.ContainsFunc(all, func(a string) bool { return settings.SameAddress(a, address) })
}

// maxAsked bounds the words of a request that are passed on with the question, in bytes.
const maxAsked = 8_000

// AskFor asks what a demand wants about a request with these words, and holds its ticket
// until it is decided. It changes t, which is the caller's to save.
func AskFor(c *decision.Change, t *ticket.Ticket, d Demand, words string) error {
	if len(d.By) == 0 {
		return nil
	}
	number, err := nextNumber(c, t.ID)
	if err != nil {
		return err
	}
	asked := ticket.Event{Ticket: t.ID, Kind: ticket.EventApprovalAsked, Actor: ticket.ActorDesk, Topic: ticket.ApproveAny, Reason: question(oneLine(t.Subject), clip(words)), Number: number}
	if d.need.All {
		asked.Topic = ticket.ApproveAll
	}
	if d.need.Within > 0 {
		asked.Until = c.Now.Add(d.need.Within)
		if hours := c.Set.Rules.Calendar(); hours != nil {
			asked.Until = hours.Next(asked.Until)
		}
	}
	for _, address := range d.By {
		others := slices.DeleteFunc(slices.Clone(d.By), func(a string) bool { return settings.SameAddress(a, address) })
		asked.From, asked.To = address, strings.Join(others, ", ")
		if err := ask(c, *t, asked, d.Careful); err != nil {
			return err
		}
	}
	for _, address := range d.By {
		if err := askIfAway(c, *t, number, address); err != nil {
			return err
		}
	}
	if err := c.Move(t, ticket.StatusOnHold, ticket.ActorDesk); err != nil {
		return err
	}
	return c.UpdateAwait(t)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func clip(words string) string {
	words = strings.TrimSpace(words)
	if len(words) <= maxAsked {
		return words
	}
	return strings.ToValidUTF8(words[:maxAsked], "") + " …"
}

// AskOnChange asks what the category of a ticket demands that an agent has put it into.
func AskOnChange(h *incoming.Handling, t *ticket.Ticket, before ticket.Ticket) (d Demand, err error) {
	if t.Category == before.Category || !ticket.CanMove(t.Status, ticket.StatusOnHold) {
		return Demand{}, nil
	}
	if d, _, err = Demanded(h.Change, *t); err != nil || len(d.By) == 0 {
		return Demand{}, err
	}
	entries, err := h.Tx.Correspondence(t.ID)
	if err != nil {
		return Demand{}, err
	}
	words := ""
	if len(entries) > 0 {
		words = entries[0].Text
	}
	files, formatted := h.Files, h.Formatted
	h.Files, h.Formatted = nil, decision.Formatted{} // they are of the agent's mail
	err = AskFor(h.Change, t, d, words)
	h.Files, h.Formatted = files, formatted
	return d, err
}

// Waits returns whose approval the category of a ticket that is on hold waits for; none: it
// waits for none.
func Waits(c *decision.Change, t ticket.Ticket) ([]string, error) {
	if t.Status != ticket.StatusOnHold {
		return nil, nil
	}
	all, err := approvals(c, t.ID)
	for _, a := range all {
		if a.ByDesk() && a.Open() {
			return a.Missing(), err
		}
	}
	return nil, err
}

// Before returns what agents are told of a new ticket by its demand; nobody: there is
// nobody to approve it.
func Before(d Demand, nobody bool) ticket.Phrase {
	switch {
	case len(d.By) > 0:
		return ticket.Say("It waits for the approval of %s, and there is nothing to do until then.", strings.Join(d.By, ", "))
	case nobody:
		return ticket.Say("The category needs an approval, and nobody but the requester can give it. Decide without it, or ask somebody with #approve and their address.")
	}
	return ticket.Phrase{}
}

// asking returns who asks for what a ticket is about, to those who are to approve it.
func asking(t ticket.Ticket) string {
	if t.Name == "" || t.Requester == "" {
		return cmp.Or(t.Requester, t.Name)
	}
	return t.Name + " <" + t.Requester + ">"
}
