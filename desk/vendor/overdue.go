package vendor

import (
	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// Overdue reminds agents of the vendors who have not answered in time, once for each
// question. A ticket that waits for somebody else opens again: it waits for us now.
func Overdue(c *decision.Change, t *ticket.Ticket) error {
	events, err := c.Tx.Events(t.ID, history.VendorEvents...)
	if err != nil {
		return err
	}
	on, err := decision.WorkedOn(c.Tx, *t)
	if err != nil {
		return err
	}
	over := on.Status == ticket.StatusResolved || on.Status == ticket.StatusClosed
	for _, v := range history.VendorsOf(events) {
		if !v.Waits || v.Late || v.Until.IsZero() || v.Until.After(c.Now) {
			continue
		}
		if err := c.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventVendorLate, Actor: ticket.ActorDesk, From: v.Address, Until: v.Until}); err != nil {
			return err
		}
		if over {
			continue
		}
		if t.Status == ticket.StatusOnHold {
			if err := c.Move(t, ticket.StatusOpen, ticket.ActorDesk); err != nil {
				return err
			}
		}
		if err := remind(c, *t, v); err != nil {
			return err
		}
	}
	if err := c.UpdateAwait(t); err != nil {
		return err
	}
	return c.Save(t)
}

// remind tells the agents concerned that a vendor is late.
func remind(c *decision.Change, t ticket.Ticket, v history.Vendor) error {
	p, err := c.Participant(t.ID, ticket.RoleVendor, v.Address, "")
	if err != nil {
		return err
	}
	c.CauseEvent = decision.CauseAt(v.Until)
	n := notify.Notice{Template: notify.TemplateVendorLate, Actor: c.Set.Name, Vendor: p, Expected: v.Until.In(c.Set.Zone())}
	return notices.SendToAgents(c, t, c.Concerned(t, v.Agent), n, settings.Agent{})
}
