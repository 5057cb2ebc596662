package approval

import (
	"strings"

	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// Overdue asks the deputies of those whose votes are late. Where there are none, or they
// are late as well, it tells agents, once for each approval, and a ticket that waits for it
// opens again.
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
		c.CauseEvent = decision.CauseAt(a.Until) + int64(a.Number) // several may be late at once
		missing, asked := a.Missing(), false
		for _, address := range missing {
			more, err := askDeputy(c, *t, a.Number, address)
			if asked = asked || more; err != nil {
				return err
			}
		}
		if asked {
			continue // they have as much time as the others had
		}
		late := ticket.Event{Ticket: t.ID, Kind: ticket.EventApprovalLate, Actor: ticket.ActorDesk, From: strings.Join(missing, ", "), Until: a.Until, Number: a.Number}
		if err := c.Record(late); err != nil {
			return err
		}
		if on.Status == ticket.StatusResolved || on.Status == ticket.StatusClosed {
			continue
		}
		unseen, err := isUnseen(c, *t, a)
		if err != nil {
			return err
		}
		if unseen {
			if err := releaseLate(c, t, a, missing); err != nil {
				return err
			}
			continue
		}
		if t.Status == ticket.StatusOnHold {
			if err := c.Move(t, ticket.StatusOpen, ticket.ActorDesk); err != nil {
				return err
			}
		}
		n := notify.Notice{Template: notify.TemplateApprovalLate, Actor: strings.Join(missing, ", "), Expected: a.Until.In(c.Set.Zone())}
		if err := notices.SendToAgents(c, *t, c.Concerned(*t, a.Agent), n, settings.Agent{}); err != nil {
			return err
		}
	}
	return nil
}

// releaseLate lets the queue have a ticket for whose approval nobody has voted in time.
func releaseLate(c *decision.Change, t *ticket.Ticket, a history.Approval, missing []string) error {
	all, err := remarks(c, *t, a.Number)
	if err != nil {
		return err
	}
	says := ticket.Say("The category needs an approval, and %s has not voted by %s. Decide without it, or ask somebody else with #approve and their address.", strings.Join(missing, ", "), ticket.Relative(a.Until.In(c.Set.Zone())))
	return release(c, t, withRemarks(says, all))
}
