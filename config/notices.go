package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"maildesk/config/section"
	"maildesk/routing"
)

// Clock is a time of day. The zero Clock is none.
type Clock struct {
	Set          bool
	Hour, Minute int
}

// Hours is a time of every day, over midnight where it ends no later than it begins.
type Hours struct{ From, Until Clock }

// Notices is the section [notices]: which notices to agents wait, to come as one mail.
type Notices struct {
	Many   int // so many of new tickets of a queue come one by one within a time; 0: all
	Within time.Duration
	Urgent string // notices of tickets from this priority on come in quiet hours, too; empty: none do
}

// none is written where something is not wanted at all.
const none = "none"

// parseClock parses "8:00".
func parseClock(s string) (Clock, error) {
	t, err := time.Parse("15:04", strings.TrimSpace(s))
	if err != nil {
		return Clock{}, fmt.Errorf("%q is not a time of day", s)
	}
	return Clock{Set: true, Hour: t.Hour(), Minute: t.Minute()}, nil
}

// parseHours parses "18:00-8:00".
func parseHours(s string) (Hours, error) {
	first, last, found := strings.Cut(s, "-")
	from, err := parseClock(first)
	until, err2 := parseClock(last)
	if !found || err != nil || err2 != nil || from == until {
		return Hours{}, fmt.Errorf("%q is not a time from one hour to another", s)
	}
	return Hours{From: from, Until: until}, nil
}

// readNotices reads [notices].
func (l *loader) readNotices(t *section.Table) {
	n := Notices{Many: t.Number("many", 40, 0, 10_000), Within: t.Duration("within", 10*time.Minute), Urgent: t.Text("urgent", "urgent")}
	if n.Urgent == none {
		n.Urgent = ""
	} else if !slices.Contains(routing.Priorities(), n.Urgent) {
		t.Mistake("urgent", fmt.Sprintf("there is no priority %q", n.Urgent), "write one of "+strings.Join(routing.Priorities(), ", ")+`, or "none"`)
	}
	if n.Within < time.Minute || n.Within > 12*time.Hour {
		t.Mistake("within", fmt.Sprintf("%s is not a time for which notices can be gathered", n.Within), `write something between "1m" and "12h", as "10m"`)
	}
	t.Done()
	l.config.Notices = n
}

// readDigest reads when a digest is written; otherwise is what holds where nothing is said.
func readDigest(t *section.Table, otherwise Clock) Clock {
	s := t.Text("digest", "")
	switch s {
	case "":
		return otherwise
	case none:
		return Clock{}
	}
	k, err := parseClock(s)
	if err != nil {
		t.Mistake("digest", err.Error(), `write when agents are told what waits, as in "8:00", or "none"`)
	}
	return k
}

// readQuiet reads the quiet hours of an agent.
func readQuiet(t *section.Table) (all []Hours) {
	for i, text := range t.Texts("quiet") {
		h, err := parseHours(text)
		if err != nil {
			t.MistakeItem("quiet", i, err.Error(), `write when it begins and when it ends, as in "18:00-8:00"`)
			continue
		}
		all = append(all, h)
	}
	return all
}
