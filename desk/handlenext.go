package desk

import (
	"context"
	"errors"

	"maildesk/ticket"
)

// HandleNext brings one mail that waits to its disposition, in this goroutine: what
// was handed over in memory first, then the oldest of the journal. It reports whether
// there was one. It is for those who drive a desk step by step, without [Desk.Run];
// mails may be handled within the handling of another.
func (d *Desk) HandleNext(ctx context.Context) (bool, error) {
	for _, jobs := range []chan *job{d.inbox.jobs, d.inbox.large} {
		select {
		case j := <-jobs:
			defer d.inbox.done(j.mail.ID)
			defer d.inbox.release(j.mail.Size)
			d.process(ctx, *j)
			return true, ctx.Err()
		default:
		}
	}
	var next ticket.Mail
	found := errors.New("found")
	err := d.eachPending(ctx, func(m ticket.Mail) error {
		if d.waits(ctx, m) || !d.inbox.take(m) {
			return nil // it, or the mail of which it is a copy, is being handled
		}
		next = m
		return found
	})
	if !errors.Is(err, found) {
		return false, err
	}
	defer d.inbox.done(next.ID)
	d.process(ctx, job{mail: next})
	return true, ctx.Err()
}
