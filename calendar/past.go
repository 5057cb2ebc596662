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
		return at, true, nil
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
		return now.Add(-time.Duration(n) * time.Hour), false, nil
	case "d":
		return now.AddDate(0, 0, -n), false, nil
	case "w":
		return now.AddDate(0, 0, -7*n), false, nil
	case "m":
		return AddMonths(now, -n), false, nil
	default:
		return AddMonths(now, -12*n), false, nil
	}
}
