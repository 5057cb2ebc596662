package answer

import (
	"slices"
	"strings"

	"maildesk/desk/agentmail"

	"maildesk/compose"
	"maildesk/desk/approval"
	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/desk/vendor"
	"maildesk/ticket"
)

// findAsked finds what goes to vendors: what an #ask says, and the text of an answer to
// the notice of a vendor's mail. A text below an #ask is for the vendor, unless another
// command says whose it is. to is the vendor whose notice is answered, 0: none.
func findAsked(h *incoming.Handling, t ticket.Ticket, o *order.Order, read command.Mail, to int64) error {
	elsewhere := o.Noted || o.Reply || o.Beside || o.Spam || o.Incident.Tell || o.After.Status == ticket.StatusResolved && t.Status != ticket.StatusResolved
	if len(o.Asks) == 0 && to != 0 && !elsewhere && (read.Text != "" || agentmail.HasFiles(h)) {
		p, err := h.Tx.Participant(ticket.ParticipantID(to))
		if err != nil || p.Role != ticket.RoleVendor {
			return err
		}
		o.Asks = []order.Inquiry{{Address: p.Address, Until: order.Expected(h.Set, h.Now)}}
	}
	if o.Approval.Addresses != nil {
		return findApproval(h, t, o, read, elsewhere)
	}
	if len(o.Asks) == 0 {
		return nil
	}
	readers, err := h.Readers(t.ID)
	if err != nil {
		return err
	}
	for _, q := range o.Asks {
		switch reads := notices.IsAmong(readers, q.Address); {
		case settings.SameAddress(q.Address, t.Requester):
			o.Mistake("ask", ticket.Say("%s is the requester, to whom answers go: write without #ask", q.Address))
		case reads:
			o.Mistake("ask", ticket.Say("%s is in copy and reads what is answered; #uncc takes them out first", q.Address))
		case q.Text == "" && (elsewhere || read.Text == "" && !agentmail.HasFiles(h)):
			o.Mistake("ask", ticket.Say("what is asked is missing: write it behind the address"))
		}
	}
	if o.Merge != 0 || o.Splits.Asked || o.Spam {
		o.Mistake("ask", ticket.Say("write #ask in another mail than #merge, #split and #spam"))
	}
	if o.ToVendor = !elsewhere; o.ToVendor {
		o.Note = true
	}
	if o.After.Assignee == "" && o.Notice == "" { // who asks for a ticket works on it
		o.After.Assignee = o.Agent.Name
	}
	return nil
}

// findApproval finds what those are asked who may approve.
func findApproval(h *incoming.Handling, t ticket.Ticket, o *order.Order, read command.Mail, elsewhere bool) error {
	seats, err := decision.MergedInto(h.Tx, t.ID)
	if err != nil {
		return err
	}
	requesters := []string{t.Requester, o.Requester.Address}
	for _, seat := range seats {
		requesters = append(requesters, seat.Requester)
	}
	for _, address := range o.Approval.Addresses {
		if slices.ContainsFunc(requesters, func(r string) bool { return settings.SameAddress(address, r) }) {
			o.Mistake("approve", ticket.Say("%s is the requester, who cannot approve their own request", address))
		}
	}
	switch {
	case len(o.Asks) > 0 || o.Merge != 0 || o.Splits.Asked || o.Spam:
		o.Mistake("approve", ticket.Say("write #approve in another mail than #ask, #merge, #split and #spam"))
	case o.Approval.Text == "" && (elsewhere || read.Text == "" && !agentmail.HasFiles(h)):
		o.Mistake("approve", ticket.Say("what is asked is missing: write it behind the address"))
	}
	if o.ToVendor = !elsewhere; o.ToVendor {
		o.Note = true
	}
	if o.After.Assignee == "" && o.Notice == "" {
		o.After.Assignee = o.Agent.Name
	}
	return nil
}

// vendorButForReader asks about a text that would go to a vendor and greets the requester.
func vendorButForReader(h *incoming.Handling, t ticket.Ticket, o order.Order, read command.Mail) (question, error) {
	if agentmail.Greets(read.Text, calledBy(t)) {
		return question{kind: notify.HeldVendor, by: o.Asked()[0]}, nil
	}
	if lines := tooLarge(h); len(lines) > 0 {
		return question{kind: notify.HeldFiles, lines: lines}, nil
	}
	return question{}, nil
}

// calledBy returns the name by which somebody greets the requester of a ticket.
func calledBy(t ticket.Ticket) string {
	return settings.FirstOf(t.Name, mailboxOf(t.Requester))
}

// askVendors writes to the vendors whom an order asks.
func askVendors(h *incoming.Handling, t *ticket.Ticket, o order.Order, text string) error {
	if o.Plan.Waits() {
		return nil
	}
	if !o.ToVendor {
		defer func(files []compose.Attachment) { h.Files = files }(h.Files)
		h.Files = nil // they belong to the text, which is for others
		text = ""
	}
	if err := vendor.Ask(h, t, o, text); err != nil {
		return err
	}
	return approval.Ask(h, t, o, text)
}

// withAsked returns the text of an agent's mail as it is filed: with what vendors are
// asked, and whom.
func withAsked(o order.Order, text string) string {
	if a := o.Approval; len(a.Addresses) > 0 {
		return order.FiledAbove(a.Addresses, a.Text, text)
	}
	if len(o.Asks) == 0 {
		return text
	}
	return order.Filed(o.Asks, text)
}

// askDemanded asks for the approval that the category demands into which the agent puts a
// ticket, and tells them.
func askDemanded(h *incoming.Handling, t *ticket.Ticket, before ticket.Ticket, o *order.Order) error {
	d, err := approval.AskOnChange(h, t, before)
	if err == nil && len(d.By) > 0 {
		o.Tell("category", ticket.Say("category %s; it has to be approved first, and waits for %s", t.Category, strings.Join(d.By, ", ")))
	}
	return err
}
