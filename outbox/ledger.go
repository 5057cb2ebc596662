package outbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"syscall"
	"time"

	"maildesk/durable"
	"maildesk/ticket"
)

// Ledger is a file in which a sender keeps what became of mails when the desk could not record it
// before its end: the next one has it recorded before it sends anything, and sends none of those
// mails before it is, so that what the next hop has taken does not go out once more. Several values of one
// path, in several processes too, change it one after the other.
type Ledger struct{ Path string }

// keep adds an attempt, durably.
func (l *Ledger) keep(ctx context.Context, a ticket.Attempt) error {
	return l.change(ctx, func(all []ticket.Attempt) ([]ticket.Attempt, error) { return append(all, a), nil })
}

// Rewrite puts in the place of each attempt what anew makes of it.
func (l *Ledger) Rewrite(ctx context.Context, anew func(ticket.Attempt) ticket.Attempt) error {
	return l.change(ctx, func(all []ticket.Attempt) ([]ticket.Attempt, error) {
		for i, a := range all {
			all[i] = anew(a)
		}
		return all, nil
	})
}

// hand hands an attempt to record as it is kept by now, and forgets it after that. One that is
// not kept any more was recorded. Whoever is erased meanwhile waits for that, and is erased where it was recorded.
func (l *Ledger) hand(ctx context.Context, a ticket.Attempt, record func(ticket.Attempt) error) error {
	return l.change(ctx, func(all []ticket.Attempt) ([]ticket.Attempt, error) {
		i := slices.IndexFunc(all, func(kept ticket.Attempt) bool { return kept.Outbox == a.Outbox && kept.At.Equal(a.At) })
		if i < 0 {
			return all, nil
		}
		if err := record(all[i]); err != nil {
			return nil, err
		}
		return slices.Delete(all, i, i+1), nil
	})
}

// change lets fn make what is kept from what was, while nobody else changes it. Without attempts there is
// no file. After an error all is as it was.
func (l *Ledger) change(ctx context.Context, fn func([]ticket.Attempt) ([]ticket.Attempt, error)) (err error) {
	unlock, err := durable.Lock(ctx, l.Path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	was, err := l.Read()
	if err != nil {
		return err
	}
	all, err := fn(slices.Clone(was))
	switch {
	case err != nil || slices.Equal(all, was):
		return err
	case len(all) == 0:
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
	text, err := os.ReadFile(l.Path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) { // what is no folder is told by whoever opens it
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
	if err := s.cfg.Ledger.keep(context.WithoutCancel(ctx), a); err != nil {
		s.log.ErrorContext(ctx, "outbox: keep an outcome for the next start", "outbox", a.Outbox, "state", a.State, "err", err)
	}
}

// recallTries is how often the desk is asked to record what is kept, a second apart, before others
// are sent all the same. From then on it is asked each recallAgain.
const (
	recallTries = 60
	recallAgain = time.Minute
)

// recall has the desk record what is kept. It reports whether it has recorded all.
func (s *Sender) recall(ctx context.Context) bool {
	for try := 0; try < recallTries && ctx.Err() == nil; try++ {
		if s.Recall(ctx) {
			return true
		}
		s.sleep(ctx, time.Second, nil)
	}
	return false
}

// recallLate is recall beside the sending of others, as long as it takes.
func (s *Sender) recallLate(ctx context.Context) {
	for ctx.Err() == nil {
		if s.sleep(ctx, recallAgain, nil); ctx.Err() == nil && s.Recall(ctx) {
			return
		}
	}
}

// Recall has the desk record once what is kept, each attempt for itself, and forgets what it has
// recorded. It reports whether nothing is left.
func (s *Sender) Recall(ctx context.Context) bool {
	if s.cfg.Ledger == nil {
		return true
	}
	all, err := s.cfg.Ledger.Read()
	left := 0
	for _, a := range all {
		failed := s.cfg.Ledger.hand(ctx, a, func(a ticket.Attempt) error {
			a.Owner = s.cfg.Owner
			return s.desk.OutcomeOnce(ctx, a)
		})
		if failed != nil {
			left++
			err = errors.Join(err, failed)
			continue
		}
		s.disown(a.Outbox)
	}
	if err != nil {
		s.log.ErrorContext(ctx, "outbox: record what became of mails before", "mails", left, "err", err)
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
