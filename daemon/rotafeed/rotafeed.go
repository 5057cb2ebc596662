// Package rotafeed writes who is on call when into calendar files, to which programs subscribe.
//
// Begin with [Write].
package rotafeed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"maildesk/calendar"
	"maildesk/daemon/localdesk"
	"maildesk/desk/decision"
	"maildesk/desk/settings"
	"maildesk/durable"
	"maildesk/rota"
	"maildesk/ticket"
)

const (
	feedPause = time.Minute // between two looks at who is on call
	feedDays  = 92          // for so many days a feed has the shifts
)

// Write keeps the feed file of each rota of a desk that has one up to date, until ctx is done.
func Write(ctx context.Context, b *localdesk.Local, log *slog.Logger) error {
	tick := time.NewTicker(feedPause)
	defer tick.Stop()
	told := "" // the error that is in the log
	for {
		err := writeOnce(ctx, b, time.Now())
		if err != nil && ctx.Err() == nil && err.Error() != told {
			log.ErrorContext(ctx, "write the calendars of rotas", "err", err)
		}
		if told = ""; err != nil {
			told = err.Error()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// writeOnce writes the feeds whose shifts differ from those in their files.
func writeOnce(ctx context.Context, b *localdesk.Local, now time.Time) error {
	set := b.Desk.Settings()
	if !hasFeed(set) {
		return nil
	}
	return b.Store.View(ctx, func(r ticket.Reader) error {
		rotas, away, err := decision.Rotas(set, r)
		if err != nil {
			return err
		}
		var wrong error
		for _, of := range rotas {
			if of.Feed == "" {
				continue
			}
			// From the begin of the day, so that it changes no more often than once a day by itself.
			from := calendar.BeginOfDay(now.In(of.Location))
			feed := rota.Feed(of, of.Shifts(from, from.AddDate(0, 0, feedDays), away), set.KnownAs, set.Hostname, now)
			wrong = errors.Join(wrong, replaceFeed(of.Feed, feed))
		}
		return wrong
	})
}

func hasFeed(s *settings.Settings) bool {
	for _, r := range s.Rules.Rotas() {
		if r.Feed != "" {
			return true
		}
	}
	return false
}

// replaceFeed writes a calendar to its file, unless that says the same: programs that
// subscribe to it load what is new.
func replaceFeed(path string, feed []byte) error {
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read the calendar of a rota: %w", err)
	}
	if err == nil && bytes.Equal(withoutStamp(old), withoutStamp(feed)) {
		return nil
	}
	if err := durable.Replace(path, feed); err != nil {
		return fmt.Errorf("write the calendar of a rota: %w", err)
	}
	return os.Chmod(path, 0o644) // for the web server that serves it
}

// withoutStamp returns a calendar without the lines that say when it was made.
func withoutStamp(feed []byte) []byte {
	var out []byte
	for line := range bytes.Lines(feed) {
		if !bytes.HasPrefix(line, []byte("DTSTAMP")) {
			out = append(out, line...)
		}
	}
	return out
}
