package approval

import (
	"slices"
	"strings"

	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// Ask asks those whom an order names. text is what stands below the commands, where it is
// for them. It changes t, which is the caller's to save.
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
			Ticket: t.ID, Kind: ticket.EventApprovalAsked, Actor: o.Agent.Name, From: address, To: strings.Join(others, ", "), Topic: need, Until: q.Until, Number: number,
		}
		if err := h.Record(asked); err != nil {
			return err
		}
		p, err := h.Participant(t.ID, ticket.RoleApprover, address, "")
		if err != nil {
			return err
		}
		n := notify.Notice{
			Template: notify.TemplateApproval, Actor: o.Agent.Name, Text: strings.TrimSpace(q.Text + "\n\n" + text), Subject: notices.SubjectOf(q.Text),
			Expected: q.Until, Approval: number,
		}
		if err := notices.Send(h.Change, *t, p, n); err != nil {
			return err
		}
	}
	return h.UpdateAwait(t)
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
func approvals(c *decision.Change, t ticket.ID) ([]ticket.Approval, error) {
	events, err := c.Tx.Events(t, ticket.ApprovalEvents...)
	return ticket.ApprovalsOf(events), err
}
