package decision

import (
	"time"

	"maildesk/ticket"
	"maildesk/ticket/history"
)

// UpdatePlan brings the time on a ticket up to date at which the clock looks next at what
// agents have planned to send.
func (c *Change) UpdatePlan(t *ticket.Ticket) error {
	events, err := c.Tx.Events(t.ID, history.SendingEvents...)
	if err != nil {
		return err
	}
	t.PlanAt = time.Time{}
	for _, s := range history.Waiting(history.SendingsOf(events)) {
		t.PlanAt = earliest(t.PlanAt, s.Next)
	}
	return nil
}

// PlanReady reports whether the clock carries out a planned sending by now, and as of when
// it does or will: a decision that is made once more goes by when that was, as the clock of
// a rebuild does not strike when that of the desk did. Zero: it did not.
func (c *Change) PlanReady(t ticket.ID, s history.Sending) (at time.Time, ready bool) {
	if s.Next.IsZero() || s.Next.After(c.Now) {
		return s.Next, false
	}
	if c.Maker.Past.Planned == nil {
		return c.Now, true
	}
	was, known := c.Maker.Past.Planned(t, s)
	if !known {
		return c.Now, true
	}
	return was, !was.IsZero() && !was.After(c.Now)
}
