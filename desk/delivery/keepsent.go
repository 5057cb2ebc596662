package delivery

import (
	"context"
	"fmt"
	"time"

	"maildesk/ticket"
)

// dropPage bounds the outgoing mails whose bytes one transaction drops.
const dropPage = 100

// DropSent drops the bytes of mails that were sent longer ago than the settings
// keep them. Which mails went out, when, to whom, and the hash of their bytes
// stay.
func (d *Outgoing) DropSent(ctx context.Context, now time.Time) error {
	keep := d.Settings().KeepSent
	if keep <= 0 {
		return nil
	}
	before := now.Add(-keep)
	some := false
	err := d.Store.View(ctx, func(r ticket.Reader) (err error) { // an idle desk writes nothing
		some, err = r.SentBefore(before)
		return err
	})
	if err != nil || !some {
		return err
	}
	for dropped := dropPage; dropped == dropPage; {
		err := d.Store.UpdateSoon(ctx, func(tx ticket.Tx) (err error) {
			dropped, err = tx.DropSent(before, now, dropPage)
			return err
		})
		if err != nil {
			return fmt.Errorf("drop what was sent: %w", err)
		}
	}
	return nil
}
