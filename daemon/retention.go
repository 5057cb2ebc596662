package daemon

import (
	"context"

	"maildesk/daemon/privacy"
)

// retain erases what was kept long enough, once a day, until ctx is done.
func (d *Daemon) retain(ctx context.Context) error {
	r := privacy.Retainer{Local: d.local, Config: d.policy.inForce.Load, Observe: d.local.Desk.Observe, Log: d.log}
	return r.Run(ctx)
}
