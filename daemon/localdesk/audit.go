package localdesk

import (
	"context"
	"errors"
	"time"

	"maildesk/config"
	"maildesk/store"
	"maildesk/ticket"
)

// RecordAudit appends to the audit of a configuration's data what somebody did beside the
// tickets, such as to revoke a key. Without data there is nothing to record it in.
func RecordAudit(ctx context.Context, cfg *config.Config, kind, actor string) error {
	if !HasData(cfg) {
		return nil
	}
	db, err := OpenData(ctx, cfg, store.Options{})
	if err != nil {
		return err
	}
	return errors.Join(db.AddAudit(ctx, ticket.Audit{At: time.Now(), Kind: kind, Actor: actor}), db.Close())
}
