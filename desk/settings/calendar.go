package settings

import (
	"time"

	"maildesk/routing"
)

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

// Working returns the hours in which the desk works: Monday to Friday where no calendar
// says so.
func (s *Settings) Working() Hours {
	if hours := s.Rules.Calendar(); hours != nil {
		return hours
	}
	return routing.WorkingWeek(s.Zone())
}

// Hours is working time.
type Hours interface {
	Next(time.Time) time.Time
	Add(time.Time, time.Duration) time.Time
	AddDays(from time.Time, days int) time.Time
}
