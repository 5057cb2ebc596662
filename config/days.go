package config

import (
	"fmt"
	"strings"
	"time"

	"maildesk/config/section"
)

// ParseDuration parses a duration in the format of the configuration: "90s", "12h",
// "14d", "1d12h". It is never negative.
func ParseDuration(s string) (time.Duration, error) { return section.ParseDuration(s) }

// parseDays reads "2026-12-24..2027-01-02", or a single day.
func parseDays(s string) (Days, error) {
	first, last, several := strings.Cut(s, "..")
	if !several {
		last = first
	}
	for _, day := range []string{first, last} {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return Days{}, fmt.Errorf("%q is not a time from one day to another", s)
		}
	}
	if last < first {
		return Days{}, fmt.Errorf("%q ends before it begins", s)
	}
	return Days{First: first, Last: last}, nil
}
