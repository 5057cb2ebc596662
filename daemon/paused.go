package daemon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"maildesk/durable"
	"maildesk/health"
	"maildesk/outbox"
)

// pausedName is the file in the data folder that pauses the outbox. It is a file so
// that every copy of a backup has it too, however the copy was made.
const pausedName = "outbox.paused"

// lookPaused is how often a daemon checks for it.
const lookPaused = time.Second

// Pause is why nothing is sent; mails made before At may have been sent already by
// another desk.
type Pause struct {
	At  time.Time
	Why string
}

// PauseOutbox stops the daemon of a data folder, running or not, from sending until
// ResumeOutbox.
func PauseOutbox(folder string, p Pause) error {
	text := p.At.UTC().Format(time.RFC3339Nano) + " " + p.Why + "\n"
	if err := durable.Create(filepath.Join(folder, pausedName), []byte(text)); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("pause the outbox: %w", err)
	}
	return nil
}

// OutboxPaused returns why nothing is sent from a data folder; nil: mails are sent.
func OutboxPaused(folder string) (*Pause, error) {
	text, err := os.ReadFile(filepath.Join(folder, pausedName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("check whether the outbox is paused: %w", err)
	}
	stamp, why, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	at, err := time.Parse(time.RFC3339, stamp)
	if err != nil { // written by hand: it still means that nothing may be sent
		at, why = time.Time{}, strings.TrimSpace(string(text))
	}
	return &Pause{at, why}, nil
}

// ResumeOutbox allows mails to be sent again.
func ResumeOutbox(folder string) error {
	err := durable.Remove(filepath.Join(folder, pausedName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("resume the outbox: %w", err)
	}
	return nil
}

// sendWhileResumed runs a sender, and stops it while the outbox is paused. A sender
// runs only once, so a new one is needed each time.
func (d *Daemon) sendWhileResumed(sender func() *outbox.Sender) func(context.Context) error {
	folder := d.policy.cfg.Desk.Data
	return func(ctx context.Context) error {
		for ctx.Err() == nil {
			next := sender()
			if d.paused(ctx, folder) {
				next.Recall(ctx) // what went out before did so all the same
				waitPaused(ctx)
				continue
			}
			sending, stop := context.WithCancel(ctx)
			go func() {
				for !d.paused(sending, folder) && sending.Err() == nil {
					waitPaused(sending)
				}
				stop()
			}()
			err := next.Run(sending)
			stop()
			if err != nil {
				return err
			}
		}
		return nil
	}
}

// paused reports whether the outbox is paused, and logs a change.
func (d *Daemon) paused(ctx context.Context, folder string) bool {
	p, err := OutboxPaused(folder)
	if err != nil {
		d.log.ErrorContext(ctx, "outbox", "err", err)
		return true // if in doubt, do not send
	}
	if was := d.monitor.paused.Swap(p); p != nil && was == nil {
		d.log.WarnContext(ctx, "the outbox is paused; resume it with maildesk outbox resume", "why", p.Why)
	} else if p == nil && was != nil {
		d.log.InfoContext(ctx, "the outbox is resumed")
	}
	return p != nil
}

func waitPaused(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(lookPaused):
	}
}

// outgoing returns a reason when the outbox is paused.
func (m *monitor) outgoing() []health.Reason {
	p := m.paused.Load()
	if p == nil {
		return nil
	}
	return []health.Reason{{Name: health.Outgoing, Text: "sending is paused: " + p.Why + "; resume it with maildesk outbox resume"}}
}
