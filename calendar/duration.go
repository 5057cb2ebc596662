package calendar

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

var leadingDays = regexp.MustCompile(`^(\d{1,4})d`)

// ParseDuration reads a time such as "1d4h", in which a day is a working day of the
// hours. It is above 0, and at most ten years.
func (h *Hours) ParseDuration(s string) (time.Duration, error) {
	var d time.Duration
	rest := s
	if m := leadingDays.FindStringSubmatch(s); m != nil {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return 0, fmt.Errorf("%q is not working time", s)
		}
		d, rest = time.Duration(n)*h.Day(), s[len(m[0]):]
	}
	if rest != "" || d == 0 {
		more, err := time.ParseDuration(rest)
		if err != nil || more < 0 || more > 1<<50 {
			return 0, fmt.Errorf("%q is not working time", s)
		}
		d += more
	}
	switch week := h.Week(); {
	case d == 0:
		return 0, fmt.Errorf("%q is not a time at all", s)
	case week > 0 && d/week >= 520:
		return 0, fmt.Errorf("%q of working time is more than ten years", s)
	}
	return d, nil
}
