package decision

import (
	"slices"
	"time"

	"maildesk/ticket"
	"maildesk/ticket/history"
)

// UpdateAwait brings the time on a ticket up to date by which somebody is expected to do
// something first: who was asked beside the correspondence to answer, its owner not to
// let the requester wait any longer.
func (c *Change) UpdateAwait(t *ticket.Ticket) error {
	events, err := c.Tx.Events(t.ID, slices.Concat(history.VendorEvents, history.ApprovalEvents)...)
	if err != nil {
		return err
	}
	t.AwaitAt = time.Time{}
	for _, v := range history.VendorsOf(events) {
		if v.Waits && !v.Late {
			t.AwaitAt = earliest(t.AwaitAt, v.Until)
		}
	}
	for _, a := range history.ApprovalsOf(events) {
		if a.Decided == "" && !a.Late {
			t.AwaitAt = earliest(t.AwaitAt, a.Until)
		}
	}
	idle, err := c.IdleAt(*t)
	t.AwaitAt = earliest(t.AwaitAt, idle)
	return err
}

// earliest returns the earlier of two times, where zero is none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
