package privacy

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"time"

	"maildesk/config"
	"maildesk/durable"
	"maildesk/ticket"
)

// RetentionFile is the file of the data folder that has by which times of [retention] the desk erases.
const RetentionFile = "retention"

// How long the desk waits before it erases by other times than before, or by another clock.
const (
	noticeTime = 24 * time.Hour
	gapDoubted = 7 * 24 * time.Hour   // since it last looked: it stood still, or its clock was set
	gapRefused = 180 * 24 * time.Hour // after so long it erases nothing before somebody says so
)

// retentionState is what is known of [retention] from one look to the next. What it erases by itself
// cannot be brought back, so an admin has a day to look at what a shorter time would take, and a clock that is set ahead takes
// nothing at once.
type retentionState struct {
	Times map[string]time.Duration `json:"times"`          // by which it erases, see timesOf
	Next  map[string]time.Duration `json:"next,omitempty"` // that are to come, of which one is shorter
	Since time.Time                `json:"since,omitzero"` // when the wait for these began, or for the clock
	Gap   time.Duration            `json:"gap,omitempty"`  // by which the clock went ahead between two looks; 0: it did not
	Seen  time.Time                `json:"seen"`           // the last look
}

// timesOf returns how long is kept what each category has, "" for tickets of none, and mails of no ticket; 0: for ever.
func timesOf(cfg *config.Config) map[string]time.Duration {
	keep := newKeeping(cfg)
	times := map[string]time.Duration{"": keep.After, "without_ticket": cfg.Retention.Mails}
	for _, c := range cfg.Routing.Categories {
		times[c.Name] = keep.of(c.Name)
	}
	return times
}

// isShorter reports whether something is kept for less time than before. A category that is new was kept as
// those without a time of their own.
func isShorter(now, was map[string]time.Duration) bool {
	for name, d := range now {
		before, known := was[name]
		if !known {
			before = was[""]
		}
		if d > 0 && (before == 0 || d < before) {
			return true
		}
	}
	return false
}

// look takes down that somebody looked, and reports whether the desk may erase by these times.
func (s *retentionState) look(times map[string]time.Duration, now time.Time) (may bool) {
	gap := now.Sub(s.Seen)
	switch {
	case s.Seen.IsZero():
	case gap > gapDoubted, s.waits() && gap > noticeTime:
		s.Since, s.Gap = now, max(s.Gap, gap)
	case gap < 0: // the clock was set back
		s.Since, s.Gap = now, 0
	}
	s.Seen = now
	switch shorter := isShorter(times, s.Times); {
	case !shorter:
		s.Times, s.Next = times, nil
	case !maps.Equal(times, s.Next):
		s.Next, s.Since = times, now
	}
	if !s.waits() {
		return true
	}
	if s.Gap > gapRefused || now.Sub(s.Since) < noticeTime {
		return false
	}
	*s = retentionState{Times: times, Seen: now}
	return true
}

// waits reports whether the desk erases nothing for now.
func (s *retentionState) waits() bool { return s.Next != nil || s.Gap > gapDoubted }

// trouble returns what the admin is told while the desk waits.
func (s *retentionState) trouble(tickets, mails int) ticket.Trouble {
	what := fmt.Sprintf("By [retention] %d closed tickets and %d mails of no ticket are to be erased, whole. There is no way back but a backup. ", tickets, mails)
	why := fmt.Sprintf("A time in it is new, or shorter than before, so the desk waits for a day: it begins after %s. ", s.Since.Add(noticeTime).Format("2006-01-02 15:04 MST"))
	switch {
	case s.Gap > gapRefused:
		why = fmt.Sprintf("But between two looks of the desk %d days went by on the clock of this machine. Is the clock right? The desk erases nothing by itself before somebody has said so once, by the second of these commands. ", s.Gap/(24*time.Hour))
	case s.Gap > gapDoubted:
		why = fmt.Sprintf("Between two looks of the desk %d days went by on the clock of this machine: it stood still, or the clock was set. If the clock is right nothing needs to be done: it begins after %s. ", s.Gap/(24*time.Hour), s.Since.Add(noticeTime).Format("2006-01-02 15:04 MST"))
	}
	return ticket.Trouble{Subject: "tickets are to be erased by age", Text: what + why + "\"maildesk erase --retention\" lists them, \"maildesk erase --retention --yes\" erases them at once; a longer time in [retention] keeps them."}
}

// readRetention reads the state of a data folder; one without any has erased nothing yet.
func readRetention(folder string) (s retentionState, err error) {
	text, err := os.ReadFile(filepath.Join(folder, RetentionFile))
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		return s, fmt.Errorf("by which times the desk erases: %w", err)
	}
	return s, nil
}

// keep writes the state down, durably.
func (s *retentionState) keep(folder string) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return durable.Replace(filepath.Join(folder, RetentionFile), text)
}
