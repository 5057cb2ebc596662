package desk

import (
	"time"

	"context"

	"maildesk/desk/incoming"
	"maildesk/ticket"
)

// HandleNow handles one mail of the journal, without the workers.
func (d *Desk) HandleNow(ctx context.Context, id ticket.MailID) error {
	var m ticket.Mail
	var raw []byte
	err := d.Store.View(ctx, func(r ticket.Reader) (err error) {
		if m, err = r.Mail(id); err == nil {
			raw, err = r.Raw(id)
		}
		return err
	})
	if err != nil {
		return err
	}
	return d.handle(ctx, m, raw)
}

// MaxChecksEach is how many mails of one client are checked at once.
const MaxChecksEach = maxChecksEach

// PlanOf returns what the desk would make of a mail that comes now, with the plan of it,
// which nobody commits.
func (d *Desk) PlanOf(ctx context.Context, env ticket.Envelope, raw []byte) (incoming.Verdict, *ticket.Plan, error) {
	return d.planAt(ctx, env, raw, time.Now())
}
