package later

import (
	"strings"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/order"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// Plan writes down what an agent's mail plans. text is the mail whose text goes out. It
// changes t, which is the caller's to save.
func Plan(c *decision.Change, t *ticket.Ticket, o order.Order, text ticket.MailID) error {
	p := o.Plan
	planned := ticket.Event{Ticket: t.ID, Kind: ticket.EventPlanned, Actor: o.Agent.Name, Topic: p.What, Until: p.At, OtherMail: text, To: string(p.Becomes)}
	if p.Text != 0 {
		planned.OtherMail = p.Text
	}
	if p.What == ticket.PlanChase {
		planned.Number, planned.To = p.Chase.Times, p.Chase.Every.String()
	}
	asks := o.Asks
	if len(asks) == 0 {
		asks = []order.Inquiry{{Address: p.Vendor}}
	}
	for _, q := range asks {
		planned.From = q.Address
		if planned.Reason = ""; q.Address != "" && p.Waits() {
			planned.Reason = notices.SubjectOf(q.Text)
			if q.Until.After(p.At) {
				planned.To = q.Until.UTC().Format(time.RFC3339)
			}
		}
		if p.What == ticket.PlanChase {
			if err := replace(c, *t, o.Agent.Name, q.Address); err != nil {
				return err
			}
		}
		if err := c.Record(planned); err != nil {
			return err
		}
	}
	return c.UpdatePlan(t)
}

// replace ends the reminders of the same people that were planned before.
func replace(c *decision.Change, t ticket.Ticket, agent, vendor string) error {
	waiting, err := waiting(c, t.ID, vendor)
	if err != nil {
		return err
	}
	for _, s := range waiting {
		if s.What != ticket.PlanChase {
			continue
		}
		if err := end(c, t.ID, s, agent, ticket.EndedReplaced); err != nil {
			return err
		}
	}
	return nil
}

// waiting returns what waits to be sent to a vendor, empty: to the readers.
func waiting(c *decision.Change, t ticket.ID, vendor string) ([]history.Sending, error) {
	events, err := c.Tx.Events(t, history.SendingEvents...)
	var all []history.Sending
	for _, s := range history.Waiting(history.SendingsOf(events)) {
		if strings.EqualFold(s.Vendor, vendor) {
			all = append(all, s)
		}
	}
	return all, err
}

// end writes down how a planned sending ends.
func end(c *decision.Change, t ticket.ID, s history.Sending, actor, how string) error {
	return c.Record(ticket.Event{Ticket: t, Kind: ticket.EventPlanEnded, Actor: actor, Topic: how, From: s.Vendor, OtherMail: s.Mail})
}

// Answered ends what waits for the silence of somebody who has written now: a vendor or,
// where vendor is empty, a reader. It returns what had been planned, of which only a text
// for a time still waits. It changes t, which is the caller's to save.
func Answered(c *decision.Change, t *ticket.Ticket, vendor, by string) ([]history.Sending, error) {
	all, err := waiting(c, t.ID, vendor)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	for i, s := range all {
		if s.What == ticket.PlanLater {
			continue
		}
		if err := end(c, t.ID, s, by, ticket.EndedAnswered); err != nil {
			return nil, err
		}
		all[i].Ended = ticket.EndedAnswered
	}
	return all, c.UpdatePlan(t)
}
