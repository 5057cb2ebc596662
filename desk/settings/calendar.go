package settings

import "time"

// Days is a time from one day to another, both included, as 2026-12-24.
type Days struct{ First, Last string }

// Today returns the day on which it is now at the desk.
func (s *Settings) Today(now time.Time) string {
	return now.In(s.Zone()).Format(time.DateOnly)
}

// Zone returns the time zone of the desk.
func (s *Settings) Zone() *time.Location {
	if s.Location == nil {
		return time.UTC
	}
	return s.Location
}
