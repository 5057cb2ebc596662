package health

import (
	"context"
	"fmt"
	"sync"
	"time"

	"maildesk/ticket"
)

// Sources is what an observer reads.
type Sources struct {
	View      func(ctx context.Context, fn func(ticket.Reader) error) error
	Disk      func() (free, reserve int64, err error) // bytes
	Doors     func() []Door
	Mailboxes func() []Mailbox
	// Checks return what else may be wrong.
	Checks []Check
}

// Observer sees how the desk stands. It is safe for concurrent use.
type Observer struct {
	src  Sources
	last reading
}

// Observe returns an observer of sources.
func Observe(src Sources) *Observer { return &Observer{src: src} }

// Now returns how the desk stands, and what is wrong; err is why the store cannot be read,
// which is among the reasons.
func (o *Observer) Now(ctx context.Context) (c ticket.Condition, wrong []Reason, err error) {
	c, err = o.condition(ctx)
	return c, o.reasons(c, err), err
}

// fresh is how long a reading of the store is reused: counting a million rows takes a
// good part of a second.
const fresh = time.Second

// reading is the last reading of the store.
type reading struct {
	sync.Mutex
	at        time.Time
	condition ticket.Condition
}

// condition returns a fresh reading of the store. It does not wait for one that ctx cannot end, as
// where a server is silent.
func (o *Observer) condition(ctx context.Context) (ticket.Condition, error) {
	read := make(chan struct{})
	var found ticket.Condition
	var failed error
	go func() {
		defer close(read)
		found, failed = o.read(ctx)
	}()
	select {
	case <-read:
		return found, failed
	case <-ctx.Done():
		return ticket.Condition{}, fmt.Errorf("the store does not answer: %w", ctx.Err())
	}
}

// read is condition without an end; one request at a time reads.
func (o *Observer) read(ctx context.Context) (ticket.Condition, error) {
	o.last.Lock()
	defer o.last.Unlock()
	if time.Since(o.last.at) < fresh {
		return o.last.condition, nil
	}
	err := o.src.View(ctx, func(r ticket.Reader) error {
		c, err := r.Condition(time.Now())
		if err == nil {
			o.last.at, o.last.condition = time.Now(), c
		}
		return err
	})
	return o.last.condition, err
}
