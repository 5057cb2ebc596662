package daemon

import (
	"context"
	"time"

	"maildesk/daemon/privacy"
)

// retentionPause is how long the daemon waits between two looks at what was kept long
// enough, and retentionBatch how many tickets it erases at a time.
const (
	retentionPause = 24 * time.Hour
	retentionBatch = 500
)

// retain erases what was kept long enough, once a day, until ctx is done.
func (d *Daemon) retain(ctx context.Context) error {
	tick := time.NewTicker(retentionPause)
	defer tick.Stop()
	var from privacy.Reached
	for {
		r, err := privacy.EraseOldBeside(ctx, d.local, d.policy.cfg, retentionBatch, &from)
		switch {
		case err != nil && ctx.Err() == nil:
			d.log.ErrorContext(ctx, "erase what was kept long enough", "err", err)
		case r.Erasure != 0:
			d.log.InfoContext(ctx, "what was kept long enough is erased", "tickets", len(r.Whole), "mails", r.Out, "erasure", r.Erasure, "longest", r.Longest)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
