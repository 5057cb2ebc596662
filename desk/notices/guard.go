package notices

import (
	"slices"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/desk/silence"
	"maildesk/ticket"
)

// restrain returns what speaks against an automatic mail of a template.
func restrain(c *decision.Change, template notify.Template, address string, s ticket.Standing) (silence.Restraint, error) {
	rules := silence.Rules{Guard: c.Set.Guard, Limits: c.Set.Limits}
	return rules.Restrain(c.Tx, silence.Automatic{Address: address, Standing: s, Waited: template.Waited()}, c.Now)
}

// standing returns how much speaks for the reader of a ticket's mails.
func standing(c *decision.Change, t ticket.Ticket, p ticket.Participant) (ticket.Standing, error) {
	if p.Proven {
		return ticket.StandingProven, nil
	}
	if c.Set.OfHouse(p.Address) {
		return ticket.StandingHouse, nil
	}
	i, err := c.Tx.IncidentOf(t.ID)
	if err == nil && i.SolvedAt.IsZero() {
		return ticket.StandingHouse, nil
	}
	return ticket.StandingUnknown, decision.IgnoreNotFound(err)
}

// passage is how the guard lets a mail go.
type passage struct {
	standing ticket.Standing
	held     string // the budget that it waits for; empty: it goes now
	key      string
	until    time.Time
}

// guarded asks the guard about an automatic mail to somebody outside. Receipts
// and what a ticket waits for are late, not lost, where they are over a budget;
// of what must not go out the agents are told, so that they can tell the
// requester themselves. send is false when the mail is not to be made. The last
// one within the budget says so.
func guarded(c *decision.Change, t ticket.Ticket, p ticket.Participant, n *notify.Notice) (pass passage, send bool, err error) {
	if pass.standing, err = standing(c, t, p); err != nil {
		return pass, false, err
	}
	r, err := restrain(c, n.Template, p.Address, pass.standing)
	n.LastReceipt = r.Last
	if err != nil || r.Reason == "" {
		return pass, err == nil, err
	}
	if r.Reason == silence.BudgetDomain || r.Reason == silence.BudgetHour {
		if err := budgetSpent(c, t, r); err != nil {
			return pass, false, err
		}
	}
	receipt := n.Template == notify.TemplateAcknowledgement
	if receipt && !r.Until.IsZero() {
		if r.Until, err = takePlace(c, r, p); err != nil {
			return pass, false, err
		}
	}
	if final := n.Template.Waited(); !final && !receipt || r.Until.IsZero() || receipt && c.Set.Limits.TooLate(c.Now, r.Until) {
		return pass, false, withheld(c, t, p, *n, r)
	}
	pass.held, pass.key, pass.until = r.Reason, r.Key, r.Until
	return pass, true, c.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventHeldBack, Actor: ticket.ActorDesk, Topic: string(n.Template), To: p.Address, Until: r.Until, Reason: r.Reason})
}

// takePlace returns when a receipt may go out. One that the same mailbox waits
// for already, as it is over a budget of its own, gives its place to this one:
// the last one said that not each request is confirmed, and the latest tells most.
func takePlace(c *decision.Change, r silence.Restraint, p ticket.Participant) (time.Time, error) {
	if r.Key != silence.Mailbox(p.Address) {
		return r.Until, nil
	}
	held, err := c.Tx.HeldOutbox(ticket.HeldFilter{Held: r.Reason, Key: r.Key})
	if err != nil {
		return r.Until, err
	}
	for _, m := range held {
		if m.Template != string(notify.TemplateAcknowledgement) {
			continue
		}
		r.Until = m.NextAt
		if err := cancelHeld(c, m, r.Reason+"; a later request is confirmed instead"); err != nil {
			return r.Until, err
		}
	}
	return r.Until, nil
}

// withheld keeps that a mail will not be sent. Where a ticket waits for it, its
// agents are told.
func withheld(c *decision.Change, t ticket.Ticket, p ticket.Participant, n notify.Notice, r silence.Restraint) error {
	if err := Withhold(c, t, p, n, r.Reason); err != nil || !n.Template.Waited() || r.Never {
		return err
	}
	why := ticket.Say("Automatic email to %s is suppressed (%s), so the notice was not sent and the requester does not know. Reply with a text of your own: that is sent.", p.Address, r.Reason)
	return SendToAgents(c, t, c.Responsible(t), notify.Notice{Template: notify.TemplateUndeliverable, Actor: t.Requester, Says: why}, settings.Agent{})
}

// Withhold keeps that a mail is not sent, and why.
func Withhold(c *decision.Change, t ticket.Ticket, p ticket.Participant, n notify.Notice, reason string) error {
	c.Planned = append(c.Planned, decision.PlannedMail{To: p.Address, Template: n.Template, Language: t.Language, Suppressed: reason})
	kind := ticket.EventNotSent
	if n.Template == notify.TemplateAcknowledgement {
		kind = ticket.EventNotAcknowledged
	}
	return c.Record(ticket.Event{Ticket: t.ID, Kind: kind, Actor: ticket.ActorDesk, Topic: string(n.Template), To: p.Address, Reason: reason})
}

// Tellable returns those readers whom automatic mails of a ticket may ever reach.
// One that a machine opened, or somebody whom the admin's guard names, gets none,
// not even the last one.
func Tellable(c *decision.Change, t ticket.Ticket, readers []ticket.Participant) ([]ticket.Participant, error) {
	events, err := c.Tx.Events(t.ID, ticket.EventNeverAnswered)
	never := len(events) > 0
	return slices.DeleteFunc(readers, func(p ticket.Participant) bool {
		return c.Set.Guard.Forbids(p.Address) || never && settings.SameAddress(p.Address, t.Requester)
	}), err
}
