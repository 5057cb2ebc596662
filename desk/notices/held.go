package notices

import (
	"fmt"
	"slices"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/desk/silence"
	"maildesk/desk/trouble"
	"maildesk/ticket"
	"maildesk/ticket/wording"
)

// AskAgain asks the guard again about held mails whose time has come: what may go
// is made due, one for each budget, and the next one after its spacing, however
// long nobody asked.
func AskAgain(c *decision.Change) error {
	due, err := dueHeld(c)
	if err != nil {
		return err
	}
	waiting := slices.DeleteFunc(slices.Clone(due), func(m ticket.OutboxMail) bool { return !waited(m) })
	if err := gather(c, waiting); err != nil {
		return err
	}
	type whose struct{ held, key string }
	next := map[whose]time.Time{}
	for _, m := range due {
		if waited(m) {
			continue
		}
		b := whose{m.Held, m.HeldKey}
		if at, waits := next[b]; waits {
			next[b] = at.Add(c.Set.Limits.Spacing(m))
			if err := c.Tx.HoldOutbox(m.ID, m.Held, m.HeldKey, at); err != nil {
				return err
			}
			continue
		}
		gone, err := ask(c, m)
		if err != nil {
			return fmt.Errorf("held mail %d: %w", m.ID, err)
		}
		if gone {
			next[b] = c.Now.Add(c.Set.Limits.Spacing(m))
		}
	}
	return nil
}

// dueHeld returns the held mails whose time has come. One that would be due only
// in far more than [silence.MaxHold] was put off by a clock that was wrong.
func dueHeld(c *decision.Change) ([]ticket.OutboxMail, error) {
	due, err := c.Tx.HeldOutbox(ticket.HeldFilter{DueBy: c.Now})
	if err != nil || len(due) > 0 {
		return due, err
	}
	return c.Tx.HeldOutbox(ticket.HeldFilter{DueAfter: c.Now.Add(silence.MaxHold + silence.MaxHold/2)})
}

// ask asks the guard about one held mail and reports whether it goes.
func ask(c *decision.Change, m ticket.OutboxMail) (gone bool, err error) {
	t, err := c.Tx.Ticket(m.Ticket)
	if err != nil {
		return false, err
	}
	p, err := c.Tx.Participant(m.Participant)
	if err != nil {
		return false, err
	}
	why, err := overtaken(c, t, m)
	if err != nil {
		return false, err
	}
	if why != "" {
		return false, cancelHeld(c, m, why)
	}
	s, err := standing(c, t, p)
	if err != nil {
		return false, err
	}
	r, err := restrain(c, notify.Template(m.Template), m.Recipient, s)
	switch {
	case err != nil:
		return false, err
	case r.Reason == "":
		if err := c.Record(decision.About(m, ticket.Event{Kind: ticket.EventLetGo, Actor: ticket.ActorDesk})); err != nil {
			return false, err
		}
		return true, c.Tx.AllowOutbox(m.ID, c.Now)
	case !r.Until.IsZero():
		return false, c.Tx.HoldOutbox(m.ID, r.Reason, r.Key, r.Until)
	}
	if err := c.Tx.SetOutboxState(m.ID, ticket.OutboxCancelled, c.Now); err != nil {
		return false, err
	}
	return false, withheld(c, t, p, notify.Notice{Template: notify.Template(m.Template)}, r)
}

// overtaken returns why a held receipt is of no use any more, empty where it is:
// somebody has answered, or it would come too late.
func overtaken(c *decision.Change, t ticket.Ticket, m ticket.OutboxMail) (string, error) {
	switch {
	case m.Template != string(notify.TemplateAcknowledgement):
		return "", nil
	case t.Status == ticket.StatusResolved || t.Status == ticket.StatusClosed:
		return "the matter was solved before", nil
	case c.Set.Limits.TooLate(m.CreatedAt, c.Now):
		return m.Held + "; there was no room in time", nil
	}
	answers, err := c.Tx.Events(t.ID, ticket.EventAnswered)
	if len(answers) > 0 {
		return "an agent answered before", err
	}
	return "", err
}

// cancelHeld ends a receipt that waited for the guard.
func cancelHeld(c *decision.Change, m ticket.OutboxMail, why string) error {
	if err := c.Tx.SetOutboxState(m.ID, ticket.OutboxCancelled, c.Now); err != nil {
		return err
	}
	return c.Record(decision.About(m, ticket.Event{Kind: ticket.EventNotAcknowledged, Actor: ticket.ActorDesk, Reason: why}))
}

// BudgetTrouble is what the admin knows the trouble by.
const BudgetTrouble = "the limits of automatic mail"

// budgetSpent tells of a budget that bites: the log once an hour, the admin once
// as long as mails wait for it; the agents of the ticket, where there is no admin.
func budgetSpent(c *decision.Change, t ticket.Ticket, r silence.Restraint) error {
	if c.Silent {
		return nil
	}
	s, err := c.Tx.CountStorm(r.Reason, c.Now.Truncate(time.Hour))
	if err != nil || s.Count > 1 {
		return err
	}
	spent := ticket.Event{Ticket: t.ID, Kind: ticket.EventBudgetSpent, Actor: ticket.ActorDesk, Reason: r.Reason, Number: c.Set.Limits.Hour}
	if r.Reason == silence.BudgetDomain {
		spent.To, spent.Number = r.Key, c.Set.Limits.DomainHour
	}
	text := wording.Of(spent)
	c.Maker.Log.WarnContext(c.Ctx, "budget of automatic mail is spent", "budget", r.Reason, "domain", r.Key, "limit", spent.Number)
	if err := c.Record(spent); err != nil {
		return err
	}
	if c.Set.Admin == "" {
		return SendToAgents(c, t, c.Responsible(t), notify.Notice{Template: notify.TemplateNote, Actor: c.Set.Name, Says: ticket.Say("%s Is somebody flooding the desk?", wording.Phrase(spent))}, settings.Agent{})
	}
	return trouble.Begin(c, ticket.Trouble{Kind: ticket.TroubleBudget, Subject: BudgetTrouble, Text: text + `

maildesk outbox lists what waits, maildesk list --mails who writes. If somebody floods the desk, the limit does what it is for: leave it. If these are your own people or customers, let their mails prove who wrote them: name the mail servers in front of the desk in auth_servers, or your networks in trusted, both in [smtp]. Their mails then count for neither limit. Or raise the limit in [limits].`})
}
