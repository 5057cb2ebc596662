package imappoll

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/emersion/go-imap/v2"
)

// What [Probe] finds, by what is to be done. Another error is one of the connection.
var (
	ErrRefused   = errors.New("the server refuses the log-in")
	ErrNoMailbox = errors.New("the mailbox cannot be opened")
	ErrUnable    = errors.New("the server cannot do what is wanted of it")
	ErrNoFolder  = errors.New("the folder is not there yet") // the first mail makes it
)

// Probe does with a mailbox what a poller does before it fetches: it connects, logs in, opens the mailbox,
// and looks whether mails can be treated as After says. It fetches and changes nothing. It returns nil when all of
// that holds.
func Probe(ctx context.Context, m Mailbox) error {
	f := New(nil, nil, Config{Mailboxes: []Mailbox{m}}, slog.New(slog.DiscardHandler)).fetchers[0]
	s, err := dial(ctx, f.cfg, func() {})
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.login(ctx, f.cfg, f.tokens); err != nil {
		if _, refused := errors.AsType[*loginError](err); refused {
			return fmt.Errorf("%w: %w", ErrRefused, err)
		}
		return err
	}
	if _, err := s.open(ctx, m.Name, m.After != Leave); err != nil {
		if s.lost() {
			return err
		}
		return fmt.Errorf("%w: %w", ErrNoMailbox, err)
	}
	if err := s.able(m.After); err != nil {
		return fmt.Errorf("%w: %w", ErrUnable, err)
	}
	if m.After != Move {
		return nil
	}
	there, err := s.hasFolder(ctx, m.Folder)
	if err == nil && !there {
		err = fmt.Errorf("%w: %s", ErrNoFolder, m.Folder)
	}
	return err
}

// hasFolder reports whether there is a mailbox of this name.
func (s *session) hasFolder(ctx context.Context, name string) (there bool, err error) {
	err = s.within(ctx, smallTalk, func() error {
		_, err := s.client.Status(name, &imap.StatusOptions{UIDValidity: true}).Wait()
		if refused, ok := errors.AsType[*imap.Error](err); ok && refused.Type == imap.StatusResponseTypeNo {
			return nil
		}
		there = err == nil
		return err
	})
	if err != nil {
		return false, fmt.Errorf("look for %s: %w", name, err)
	}
	return there, nil
}
