package delivery

import (
	"context"
	"fmt"
	"slices"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
	"maildesk/ticket/wording"
)

// Delayed writes on the tickets that their mails made before a time wait for a
// next hop that cannot be reached, once for each mail to a reader. The agents
// are told of what they wrote themselves: an acknowledgement that is late asks
// nothing of them. It returns the number of mails that it wrote about.
func (d *Outgoing) Delayed(ctx context.Context, made time.Time, host, text string) (int, error) {
	var late []ticket.OutboxMail
	err := d.Store.View(ctx, func(r ticket.Reader) error {
		ready, err := r.OutboxOf(0, ticket.OutboxReady)
		late = slices.DeleteFunc(ready, func(m ticket.OutboxMail) bool { return !m.CreatedAt.Before(made) || m.Ticket == 0 || m.Held != "" })
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("list delayed outgoing mails: %w", err)
	}
	written := 0
	for _, m := range late {
		var told bool
		err := d.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) error {
			c := d.ChangeAt(ctx, tx, time.Now())
			var err error
			told, err = delayed(c, m, fmt.Sprintf("%s: %s", host, text), !m.Automatic)
			return err
		})
		if told {
			written++
		}
		if err != nil {
			return written, fmt.Errorf("write of a delay on #%d: %w", m.Ticket, err)
		}
	}
	if written > 0 {
		decision.Signal(d.Posted)
	}
	return written, nil
}

// delayed writes on a ticket that a mail to one of its readers is late and tells
// its agents if wanted, unless that was done before. It goes on being tried.
func delayed(c *decision.Change, m ticket.OutboxMail, why string, tellAgents bool) (told bool, err error) {
	outside, err := isOutside(c, m)
	if err != nil || !outside {
		return false, err
	}
	events, err := c.Tx.Events(m.Ticket, ticket.EventDelayed)
	if err != nil {
		return false, err
	}
	before := func(e ticket.Event) bool {
		return e.Outgoing == m.ID && e.From != ticket.FromReport
	}
	if slices.ContainsFunc(events, before) {
		return false, nil
	}
	t, err := c.Tx.Ticket(m.Ticket)
	if err != nil {
		return false, decision.IgnoreNotFound(err)
	}
	late := decision.About(m, ticket.Event{Kind: ticket.EventDelayed, Actor: ticket.ActorDesk, Reason: why})
	if err := c.Record(late); err != nil || !tellAgents {
		return err == nil, err
	}
	c.CauseEvent = int64(m.ID)
	return true, notices.SendToAgents(c, t, c.Responsible(t), notify.Notice{Template: notify.TemplateNote, Actor: c.Set.Name, Says: wording.Phrase(late)}, settings.Agent{})
}
