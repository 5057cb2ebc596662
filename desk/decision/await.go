package decision

import (
	"slices"
	"time"

	"maildesk/ticket"
)

// UpdateAwait brings the time on a ticket up to date by which somebody who was asked
// beside the correspondence is expected to answer first.
func (c *Change) UpdateAwait(t *ticket.Ticket) error {
	events, err := c.Tx.Events(t.ID, slices.Concat(ticket.VendorEvents, ticket.ApprovalEvents)...)
	if err != nil {
		return err
	}
	t.AwaitAt = time.Time{}
	for _, v := range ticket.VendorsOf(events) {
		if v.Waits && !v.Late {
			t.AwaitAt = earliest(t.AwaitAt, v.Until)
		}
	}
	for _, a := range ticket.ApprovalsOf(events) {
		if a.Decided == "" && !a.Late {
			t.AwaitAt = earliest(t.AwaitAt, a.Until)
		}
	}
	return nil
}

// earliest returns the earlier of two times, where zero is none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
