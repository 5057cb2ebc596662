package desk

import (
	"context"

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

// MaxChecks is how many mails are checked at once.
const MaxChecks = maxChecks
