package outbox

import (
	"context"
	"time"
)

// left is Config.Left.
func (s *Sender) left() time.Duration {
	if s.cfg.Left == nil {
		return lease
	}
	return s.cfg.Left()
}

// watchLease calls lost once the mails in flight may be another's, unless sending is over before.
// So none is in flight for longer than its lease lasts, not even while we are being stopped.
func (s *Sender) watchLease(ctx, sending context.Context, lost func()) {
	stopped := ctx.Done()
	for sending.Err() == nil {
		left := s.left()
		if left <= 0 {
			lost()
			return
		}
		select {
		case <-sending.Done():
		case <-stopped: // perhaps for that very reason
			stopped = nil
		case <-time.After(left):
		}
	}
}
