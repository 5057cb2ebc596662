package imappoll

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"maildesk/ticket"
)

// fetcher fetches one mailbox.
type fetcher struct {
	desk   Desk
	ledger ledger
	cfg    Mailbox
	limit  int64
	log    *slog.Logger
	tokens *tokens // nil: a password

	box      ticket.Mailbox // with its ledger
	failures int            // in a row and of one kind
	refused  bool           // the kind: the log-in, not the connection
	careful  bool           // ask for the size of one mail at a time
	cut      cut            // the mail during which the connection broke last

	mu     sync.Mutex
	health Health
	kept   time.Time // when the state was last written to the store
}

// Pauses between failures double from the first to the longest. After a refused
// log-in they are longer: many in a row lock an account.
const (
	longestPause = 5 * time.Minute
	loginFactor  = 60
	longestLogin = 30 * time.Minute
	noteEvery    = time.Minute // an unchanged state is written this often
	longestIdle  = 5 * time.Minute
)

// run fetches the mailbox until ctx is done.
func (f *fetcher) run(ctx context.Context) {
	for ctx.Err() == nil {
		before := f.healthNow().Fetched + int64(len(f.cut.came))
		err := f.connected(ctx)
		if ctx.Err() != nil {
			return
		}
		if f.healthNow().Fetched+int64(len(f.cut.came)) > before {
			f.failures = 0 // mails arrive
		}
		f.note(ctx, ticket.MailboxDown, err.Error(), false)
		if _, refused := errors.AsType[*loginError](err); refused != f.refused {
			f.refused, f.failures = refused, 0
		}
		wait(ctx, pauseAfter(err, f.failures, f.cfg.backoff))
		f.failures++
	}
}

// pauseAfter returns how long to wait after the n-th failure in a row, from 0:
// with jitter, so that many mailboxes do not retry at once.
func pauseAfter(err error, n int, first time.Duration) time.Duration {
	longest := longestPause
	if _, login := errors.AsType[*loginError](err); login {
		first, longest = first*loginFactor, longestLogin
	}
	pause := min(first<<min(n, 20), longest)
	return time.Duration(float64(pause) * (0.75 + rand.Float64()/2))
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// connected connects and checks the mailbox again and again. It returns an error
// when the connection is no longer usable.
func (f *fetcher) connected(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			f.log.ErrorContext(ctx, "panic while fetching", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	if f.box.ID == 0 {
		if f.box, err = f.ledger.open(ctx, f.cfg.Account, f.cfg.Name); err != nil {
			return err
		}
	}
	wake := make(chan struct{}, 1)
	s, err := dial(ctx, f.cfg, func() { signal(wake) })
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.login(ctx, f.cfg, f.tokens); err != nil {
		return err
	}
	for {
		select {
		case <-wake: // look sees what it announced
		default:
		}
		if err := f.look(ctx, s); err != nil {
			return err
		}
		f.failures = 0
		if err := s.idle(ctx, min(f.cfg.Poll, longestIdle), wake); err != nil {
			return err
		}
	}
}

// look makes passes until one succeeds. A failure on our side only ends the pass;
// the connection stays open.
func (f *fetcher) look(ctx context.Context, s server) error {
	for {
		troubles, err := f.pass(ctx, s)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		ours, isOurs := errors.AsType[*deskError](err)
		switch {
		case err != nil && !isOurs:
			return err
		case errors.Is(err, ticket.ErrStorageFull):
			f.note(ctx, ticket.MailboxPaused, ours.Error(), true)
		case isOurs:
			f.note(ctx, ticket.MailboxDegraded, ours.Error(), true)
		case troubles != nil:
			f.note(ctx, ticket.MailboxDegraded, troubles.Error(), true)
			return nil
		default:
			f.note(ctx, ticket.MailboxFine, "", true)
			return nil
		}
		// New mail does not end this wait: it would meet the same failure.
		if err := s.idle(ctx, min(f.cfg.Poll, longestIdle), nil); err != nil {
			return err
		}
	}
}

// deskError is a failure on our side: nothing was stored, and the mail stays where
// it is.
type deskError struct{ err error }

func (e *deskError) Error() string { return e.err.Error() }
func (e *deskError) Unwrap() error { return e.err }

// note records the state of the mailbox, in memory and in the store, and logs a
// change.
func (f *fetcher) note(ctx context.Context, state ticket.MailboxState, reason string, contact bool) {
	now := time.Now()
	f.mu.Lock()
	h := &f.health
	changed := h.State != state || h.Reason != reason
	if changed {
		h.State, h.Reason, h.Since = state, reason, now
	}
	if contact {
		h.ContactAt = now
	}
	status := ticket.MailboxStatus{State: h.State, Reason: h.Reason, Since: h.Since, ContactAt: h.ContactAt}
	f.mu.Unlock()
	if changed {
		level := slog.LevelError
		if state == ticket.MailboxFine {
			level = slog.LevelInfo
		}
		f.log.Log(ctx, level, "mailbox", "state", state, "reason", reason)
	}
	if f.box.ID == 0 || !changed && now.Sub(f.kept) < noteEvery {
		return
	}
	if err := f.ledger.note(ctx, f.box.ID, status); err != nil {
		f.log.ErrorContext(ctx, "record the state of the mailbox", "err", err)
		return
	}
	f.kept = now
}

// leave forgets the state of a mailbox that is not fetched any more: another daemon may know better.
func (f *fetcher) leave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.health = Health{Fetched: f.health.Fetched}
}

func (f *fetcher) healthNow() Health {
	f.mu.Lock()
	defer f.mu.Unlock()
	h := f.health
	h.Account, h.Mailbox = f.cfg.Account, f.cfg.Name
	return h
}

// signal wakes the reader of a channel of capacity 1.
func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
