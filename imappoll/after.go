package imappoll

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
)

// What is done with mails in custody. Plain EXPUNGE and CLOSE are never sent: they
// would also remove mails that others marked as deleted (RFC 4315 section 2.1).

func (s *session) able(a After) error {
	switch {
	case a == Flag && !slices.Contains(s.keywords, imap.FlagWildcard) && !slices.Contains(s.keywords, Keyword):
		return errNoKeywords
	case a == Move && !s.caps.Has(imap.CapMove) && !s.caps.Has(imap.CapUIDPlus), a == Delete && !s.caps.Has(imap.CapUIDPlus):
		return errCannotMove
	}
	return nil
}

func (s *session) flag(ctx context.Context, uids []uint32, keyword string) error {
	return s.store(ctx, uids, imap.Flag(keyword))
}

func (s *session) store(ctx context.Context, uids []uint32, flag imap.Flag) error {
	return s.within(ctx, smallTalk, func() error {
		return s.client.Store(setOf(uids), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{flag}}, nil).Close()
	})
}

func (s *session) remove(ctx context.Context, uids []uint32) error {
	if err := s.store(ctx, uids, imap.FlagDeleted); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	err := s.within(ctx, smallTalk, func() error { return s.client.UIDExpunge(setOf(uids)).Close() })
	if err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	return nil
}

// move moves mails to a folder, which it creates if needed.
func (s *session) move(ctx context.Context, uids []uint32, folder string) error {
	err := s.moveOnce(ctx, uids, folder)
	if e, ok := errors.AsType[*imap.Error](err); ok && (e.Code == imap.ResponseCodeTryCreate || e.Code == imap.ResponseCodeNonExistent) {
		err = s.within(ctx, smallTalk, func() error { return s.client.Create(folder, nil).Wait() })
		if err == nil {
			err = s.moveOnce(ctx, uids, folder)
		}
	}
	if err != nil {
		return fmt.Errorf("move to %s: %w", folder, err)
	}
	return nil
}

func (s *session) moveOnce(ctx context.Context, uids []uint32, folder string) error {
	if s.caps.Has(imap.CapMove) {
		return s.within(ctx, smallTalk, func() error {
			_, err := s.client.Move(setOf(uids), folder).Wait()
			return err
		})
	}
	err := s.within(ctx, smallTalk, func() error {
		_, err := s.client.Copy(setOf(uids), folder).Wait()
		return err
	})
	if err != nil {
		return err
	}
	if err := s.remove(ctx, uids); err != nil {
		return fmt.Errorf("%w: %w", errHalfMoved, err)
	}
	return nil
}

// idle waits with IDLE (RFC 2177) if the server has it. The library renews it after
// 28 minutes; we return earlier, as only a reply shows that the connection is alive.

func (s *session) idle(ctx context.Context, d time.Duration, wake <-chan struct{}) error {
	done := func() error { return nil }
	if !s.noIdle && s.caps.Has(imap.CapIdle) {
		err := s.within(ctx, smallTalk, func() error {
			cmd, err := s.client.Idle()
			if err == nil {
				done = func() error { return errors.Join(cmd.Close(), cmd.Wait()) }
			}
			return err
		})
		if _, refused := errors.AsType[*imap.Error](err); refused {
			s.noIdle = true
		} else if err != nil {
			return fmt.Errorf("idle: %w", err)
		}
	}
	s.wire.allow(smallTalk)
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-wake:
	case <-s.client.Closed():
		done()
		return errors.New("the server ended the connection")
	}
	if err := s.within(context.WithoutCancel(ctx), smallTalk, done); err != nil {
		return fmt.Errorf("idle: %w", err)
	}
	return ctx.Err()
}
