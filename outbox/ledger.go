package outbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"syscall"
	"time"

	"maildesk/durable"
	"maildesk/ticket"
)

// Ledger is a file in which a sender keeps what became of mails when the desk could not record it
// before its end: the next one has it recorded before it sends anything, so that a mail that
// the next hop has taken does not go out once more. It is safe for concurrent use.
type Ledger struct {
	Path string
	mu   sync.Mutex
}

// keep appends an attempt, durably.
func (l *Ledger) keep(a ticket.Attempt) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	text, err := os.ReadFile(l.Path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	line, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return durable.Replace(l.Path, append(append(text, line...), '\n'))
}

// Read returns what is kept; a ledger without a file has nothing.
func (l *Ledger) Read() (all []ticket.Attempt, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	text, err := os.ReadFile(l.Path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) { // what is no folder is told by who opens it
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("what became of mails before: %w", err)
	}
	for line := range bytes.Lines(text) {
		var a ticket.Attempt
		if err := json.Unmarshal(line, &a); err != nil {
			return nil, fmt.Errorf("%s: %w", l.Path, err)
		}
		all = append(all, a)
	}
	return all, nil
}

// MailsOf returns the mails that attempts were made with.
func MailsOf(all []ticket.Attempt) (ids []ticket.OutboxID) {
	for _, a := range all {
		ids = append(ids, a.Outbox)
	}
	return ids
}

// remember keeps an attempt that the desk could not record.
func (s *Sender) remember(ctx context.Context, a ticket.Attempt) {
	if s.cfg.Ledger == nil {
		return
	}
	if err := s.cfg.Ledger.keep(a); err != nil {
		s.log.ErrorContext(ctx, "outbox: keep an outcome for the next start", "outbox", a.Outbox, "state", a.State, "err", err)
	}
}

// recallTries is how often the desk is asked to record what is kept, a second apart, before others
// are sent all the same.
const recallTries = 60

// recall has the desk record what is kept, and forgets it then.
func (s *Sender) recall(ctx context.Context) {
	if s.cfg.Ledger == nil {
		return
	}
	for try := 0; try < recallTries && ctx.Err() == nil; try++ {
		all, err := s.cfg.Ledger.Read()
		for _, a := range all {
			if err == nil {
				a.Owner = s.cfg.Owner
				err = s.desk.OutcomeOnce(ctx, a)
			}
		}
		if err == nil && len(all) > 0 {
			err = durable.Remove(s.cfg.Ledger.Path)
		}
		if err == nil {
			return
		}
		s.log.ErrorContext(ctx, "outbox: record what became of mails before", "mails", len(all), "err", err)
		s.sleep(ctx, time.Second, nil)
	}
}
