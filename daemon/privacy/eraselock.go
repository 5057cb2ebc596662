package privacy

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"maildesk/daemon/localdesk"
	"maildesk/durable"
)

// An erasure reads a row, decides what is left of it, and writes it some rows later. Of two at once
// the one that wrote last would bring back what the other has taken out. So each takes a turn: that
// of its folder, and on a server that of the database.

// turnPause is how long somebody waits before asking again for a turn that another one has.
const turnPause = 100 * time.Millisecond

// takeTurn takes the turn to erase, and returns a function that ends it. It waits, until ctx is
// done, while somebody else has it.
func takeTurn(ctx context.Context, b *localdesk.Local) (end func() error, err error) {
	for {
		if end, err = tryTurn(ctx, b); err != nil || end != nil {
			return end, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(turnPause):
		}
	}
}

// tryTurn is takeTurn that does not wait: end is nil while somebody else has the turn.
func tryTurn(ctx context.Context, b *localdesk.Local) (end func() error, err error) {
	unlock, err := durable.TryLock(filepath.Join(b.Folder, CaseFile))
	if err != nil || unlock == nil {
		return nil, err
	}
	endShared, err := b.Store.TryErasing(ctx)
	if err != nil || endShared == nil {
		return nil, errors.Join(err, unlock())
	}
	return func() error { return errors.Join(endShared(), unlock()) }, nil
}
