package calendar

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

var ago = regexp.MustCompile(`^(\d{1,6})([hdwmy])$`)

// ParsePast reads a time that is over: so long ago, as 12h, 30d, 6w, 3m (months) or 1y, or
// a day, as 2026-11-01, which begins in the zone of now. It reports whether it was a day.
func ParsePast(s string, now time.Time) (at time.Time, day bool, err error) {
	if at, err := ParseDay(s, now.Location()); err == nil {
		return notBefore(at), true, nil
	}
	parts := ago.FindStringSubmatch(s)
	if parts == nil {
		return time.Time{}, false, fmt.Errorf("%q is not a time: write how long ago, as 12h, 30d, 6w, 3m or 1y, or a day, as %s", s, now.Format(time.DateOnly))
	}
	n, err := strconv.Atoi(parts[1])
	if err != nil {
		return time.Time{}, false, err
	}
	switch parts[2] {
	case "h":
		at = now.Add(-time.Duration(n) * time.Hour)
	case "d":
		at = now.AddDate(0, 0, -n)
	case "w":
		at = now.AddDate(0, 0, -7*n)
	case "m":
		at = AddMonths(now, -n)
	default:
		at = AddMonths(now, -12*n)
	}
	return notBefore(at), false, nil
}

// notBefore returns a time, or the year 1970 for one before: nothing that is kept is older, and
// microseconds do not count back for ever.
func notBefore(at time.Time) time.Time {
	if at.Year() < 1970 {
		return time.Unix(0, 0).In(at.Location())
	}
	return at
}
