package groupcommit

import (
	"context"
	"slices"
	"sync"
)

// turn is the right to use the writing connection. It is handed over in the
// order of asking, but to those first who ask to be. The zero value is free.
type turn struct {
	mu    sync.Mutex
	taken bool
	first []*waiter
	later []*waiter
	ahead int // of the first that went before one who waits in later
}

// inARow is how many of the first go before one of the others.
const inARow = 4

type waiter struct {
	called chan struct{} // closed when the turn is theirs, or will not come
	err    error         // set before called is closed: it will not come
}

// take waits for the turn. After an error the caller does not have it.
func (t *turn) take(ctx context.Context, first bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t.mu.Lock()
	if !t.taken {
		t.taken = true
		t.mu.Unlock()
		return nil
	}
	me, queue := &waiter{called: make(chan struct{})}, &t.later
	if first {
		queue = &t.first
	}
	*queue = append(*queue, me)
	t.mu.Unlock()
	select {
	case <-me.called:
		return me.err
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if i := slices.Index(*queue, me); i >= 0 {
		*queue = slices.Delete(*queue, i, i+1)
		return ctx.Err()
	}
	return me.err // it came in the same moment
}

// call hands the turn to the next who waits; false: nobody does.
func (t *turn) call() bool {
	queue := &t.first
	switch {
	case len(t.later) == 0:
		t.ahead = 0
	case len(t.first) == 0, t.ahead == inARow:
		queue, t.ahead = &t.later, 0
	default:
		t.ahead++
	}
	if len(*queue) == 0 {
		return false
	}
	close((*queue)[0].called)
	*queue = (*queue)[1:]
	return true
}

// pass hands the turn to the next who waits; false: nobody does, keep it.
func (t *turn) pass() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.call()
}

// give is pass for one who does not want to keep it.
func (t *turn) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.taken = t.call()
}

// dismiss sends all who wait away with an error.
func (t *turn) dismiss(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, w := range slices.Concat(t.first, t.later) {
		w.err = err
		close(w.called)
	}
	t.first, t.later = nil, nil
}

// waiting returns how many wait for the turn.
func (t *turn) waiting() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.first) + len(t.later)
}
