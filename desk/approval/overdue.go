package approval

import (
	"strings"

	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// Overdue tells agents of the approvals whose votes are late, once for each. A ticket that
// waits for them opens again.
func Overdue(c *decision.Change, t *ticket.Ticket) error {
	all, err := approvals(c, t.ID)
	if err != nil {
		return err
	}
	on, err := decision.WorkedOn(c.Tx, *t)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.Decided != "" || a.Late || a.Until.IsZero() || a.Until.After(c.Now) {
			continue
		}
		missing := a.Missing()
		late := ticket.Event{Ticket: t.ID, Kind: ticket.EventApprovalLate, Actor: ticket.ActorDesk, From: strings.Join(missing, ", "), Until: a.Until, Number: a.Number}
		if err := c.Record(late); err != nil {
			return err
		}
		if on.Status == ticket.StatusResolved || on.Status == ticket.StatusClosed {
			continue
		}
		if t.Status == ticket.StatusOnHold {
			if err := c.Move(t, ticket.StatusOpen, ticket.ActorDesk); err != nil {
				return err
			}
		}
		c.CauseEvent = decision.CauseAt(a.Until)
		n := notify.Notice{Template: notify.TemplateApprovalLate, Actor: strings.Join(missing, ", "), Expected: a.Until.In(c.Set.Zone())}
		if err := notices.SendToAgents(c, *t, c.Concerned(*t, a.Agent), n, settings.Agent{}); err != nil {
			return err
		}
	}
	return nil
}
