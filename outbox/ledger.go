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
// before its end: the next one has it recorded before it sends anything, and sends none of those
// mails before it is, so that what the next hop has taken does not go out once more. It is safe for concurrent use.
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

// Rewrite changes what is kept, where change reports that it has.
func (l *Ledger) Rewrite(change func(*ticket.Attempt) bool) error {
	all, err := l.Read()
	changed := false
	for i := range all {
		changed = change(&all[i]) || changed
	}
	if err != nil || !changed {
		return err
	}
	return l.write(all)
}

// write keeps these attempts and no others; none: there is no file then.
func (l *Ledger) write(all []ticket.Attempt) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(all) == 0 {
		return durable.Remove(l.Path)
	}
	var text []byte
	for _, a := range all {
		line, err := json.Marshal(a)
		if err != nil {
			return err
		}
		text = append(append(text, line...), '\n')
	}
	return durable.Replace(l.Path, text)
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

// recall has the desk record what is kept.
func (s *Sender) recall(ctx context.Context) {
	for try := 0; try < recallTries && ctx.Err() == nil; try++ {
		if s.Recall(ctx) {
			return
		}
		s.sleep(ctx, time.Second, nil)
	}
}

// Recall has the desk record once what is kept, each attempt for itself, and forgets what it has
// recorded. It reports whether nothing is left. It must not be called while Run runs.
func (s *Sender) Recall(ctx context.Context) bool {
	if s.cfg.Ledger == nil {
		return true
	}
	all, err := s.cfg.Ledger.Read()
	var left []ticket.Attempt
	for _, a := range all {
		a.Owner = s.cfg.Owner
		if failed := s.desk.OutcomeOnce(ctx, a); failed != nil {
			left = append(left, a)
			err = errors.Join(err, failed)
		}
	}
	if len(left) < len(all) {
		err = errors.Join(err, s.cfg.Ledger.write(left))
	}
	if err != nil {
		s.log.ErrorContext(ctx, "outbox: record what became of mails before", "mails", len(left), "err", err)
	}
	return err == nil
}

// releaseRest makes all claimed mails ready again but those of which the ledger has what became:
// they would go out twice.
func (s *Sender) releaseRest(ctx context.Context) {
	var kept []ticket.OutboxID
	if s.cfg.Ledger != nil {
		all, err := s.cfg.Ledger.Read()
		if err != nil {
			s.log.ErrorContext(ctx, "outbox: release mails", "err", err)
			return
		}
		kept = MailsOf(all)
	}
	for _, id := range kept {
		s.own(id) // it is not sent if its lease ends
	}
	if err := s.desk.ReleaseBut(ctx, s.cfg.Owner, time.Now(), kept...); err != nil {
		s.log.ErrorContext(ctx, "outbox: release mails", "err", err)
	}
}
