package desk

import (
	"context"
	"fmt"
	"time"

	"maildesk/desk/notify"
	"maildesk/desk/silence"
	"maildesk/ticket"
)

// askAgain asks the guard again about held mails whose time has come: what may go
// is made due, one for each budget, and the next one after its spacing, however
// long nobody asked.
func (c *change) askAgain() error {
	due, err := c.dueHeld()
	if err != nil {
		return err
	}
	type whose struct{ held, key string }
	next := map[whose]time.Time{}
	for _, m := range due {
		b := whose{m.Held, m.HeldKey}
		if at, waits := next[b]; waits {
			next[b] = at.Add(c.set.Limits.Spacing(m))
			if err := c.tx.HoldOutbox(m.ID, m.Held, m.HeldKey, at); err != nil {
				return err
			}
			continue
		}
		gone, err := c.ask(m)
		if err != nil {
			return fmt.Errorf("held mail %d: %w", m.ID, err)
		}
		if gone {
			next[b] = c.now.Add(c.set.Limits.Spacing(m))
		}
	}
	return nil
}

// dueHeld returns the held mails whose time has come. One that would be due only
// in far more than [silence.MaxHold] was put off by a clock that was wrong.
func (c *change) dueHeld() ([]ticket.OutboxMail, error) {
	due, err := c.tx.HeldOutbox(ticket.HeldFilter{DueBy: c.now})
	if err != nil || len(due) > 0 {
		return due, err
	}
	return c.tx.HeldOutbox(ticket.HeldFilter{DueAfter: c.now.Add(silence.MaxHold + silence.MaxHold/2)})
}

// ask asks the guard about one held mail and reports whether it goes.
func (c *change) ask(m ticket.OutboxMail) (gone bool, err error) {
	t, err := c.tx.Ticket(m.Ticket)
	if err != nil {
		return false, err
	}
	p, err := c.tx.Participant(m.Participant)
	if err != nil {
		return false, err
	}
	why, err := c.overtaken(t, m)
	if err != nil {
		return false, err
	}
	if why != "" {
		return false, c.cancelHeld(m, why)
	}
	s, err := c.standing(t, p)
	if err != nil {
		return false, err
	}
	r, err := c.restrain(notify.Template(m.Template), m.Recipient, s)
	switch {
	case err != nil:
		return false, err
	case r.Reason == "":
		if err := c.record(about(m, ticket.Event{Kind: ticket.EventLetGo, Actor: ticket.ActorDesk})); err != nil {
			return false, err
		}
		return true, c.tx.AllowOutbox(m.ID, c.now)
	case !r.Until.IsZero():
		return false, c.tx.HoldOutbox(m.ID, r.Reason, r.Key, r.Until)
	}
	if err := c.tx.SetOutboxState(m.ID, ticket.OutboxCancelled, c.now); err != nil {
		return false, err
	}
	return false, c.withheld(t, p, notify.Notice{Template: notify.Template(m.Template)}, r)
}

// overtaken returns why a held receipt is of no use any more, empty where it is:
// somebody has answered, or it would come too late.
func (c *change) overtaken(t ticket.Ticket, m ticket.OutboxMail) (string, error) {
	switch {
	case m.Template != string(notify.TemplateAcknowledgement):
		return "", nil
	case t.Status == ticket.StatusResolved || t.Status == ticket.StatusClosed:
		return "the matter was solved before", nil
	case c.set.Limits.TooLate(m.CreatedAt, c.now):
		return m.Held + "; there was no room in time", nil
	}
	answers, err := c.tx.Events(t.ID, ticket.EventAnswered)
	if len(answers) > 0 {
		return "an agent answered before", err
	}
	return "", err
}

// cancelHeld ends a receipt that waited for the guard.
func (c *change) cancelHeld(m ticket.OutboxMail, why string) error {
	if err := c.tx.SetOutboxState(m.ID, ticket.OutboxCancelled, c.now); err != nil {
		return err
	}
	return c.record(about(m, ticket.Event{Kind: ticket.EventNotAcknowledged, Actor: ticket.ActorDesk, Reason: why}))
}

// budgetTrouble is what the admin knows the trouble by.
const budgetTrouble = "the limits of automatic mail"

// budgetSpent tells of a budget that bites: the log once an hour, the admin once
// as long as mails wait for it; the agents of the ticket, where there is no admin.
func (c *change) budgetSpent(t ticket.Ticket, r silence.Restraint) error {
	if c.silent {
		return nil
	}
	s, err := c.tx.CountStorm(r.Reason, c.now.Truncate(time.Hour))
	if err != nil || s.Count > 1 {
		return err
	}
	spent := ticket.Event{Ticket: t.ID, Kind: ticket.EventBudgetSpent, Actor: ticket.ActorDesk, Reason: r.Reason, Number: c.set.Limits.Hour}
	if r.Reason == silence.BudgetDomain {
		spent.To, spent.Number = r.Key, c.set.Limits.DomainHour
	}
	text := spent.Words()
	c.maker.log.WarnContext(c.ctx, "budget of automatic mail is spent", "budget", r.Reason, "domain", r.Key, "limit", spent.Number)
	if err := c.record(spent); err != nil {
		return err
	}
	if c.set.Admin == "" {
		return c.tellAgents(t, c.responsible(t), notify.Notice{Template: notify.TemplateNote, Actor: c.set.Name, Says: ticket.Say("%s Is somebody flooding the desk?", spent.Phrase())}, Agent{})
	}
	return c.trouble(ticket.Trouble{Kind: ticket.TroubleBudget, Subject: budgetTrouble, Text: text + `

maildesk outbox lists what waits, maildesk list --mails who writes. If somebody floods the desk, the limit does what it is for: leave it. If these are your own people or customers, let their mails prove who wrote them: name the mail servers in front of the desk in auth_servers, or your networks in trusted, both in [smtp]. Their mails then count for neither limit. Or raise the limit in [limits].`})
}

// settleBudgets ends the trouble when nothing waits for a budget any more.
func (d *Desk) settleBudgets(ctx context.Context) error {
	waiting := false
	err := d.store.View(ctx, func(r ticket.Reader) error {
		for _, held := range []string{silence.BudgetDomain, silence.BudgetHour} {
			mails, err := r.HeldOutbox(ticket.HeldFilter{Held: held, Limit: 1})
			if err != nil {
				return err
			}
			waiting = waiting || len(mails) > 0
		}
		return nil
	})
	if err != nil || waiting {
		return err
	}
	return d.TroubleOver(ctx, ticket.TroubleBudget, budgetTrouble)
}
