package report

import (
	"time"

	"maildesk/calendar"
)

// Unit is a period of the calendar. Weeks begin on Monday.
type Unit string

// The units.
const (
	Day     Unit = "day"
	Week    Unit = "week"
	Month   Unit = "month"
	Quarter Unit = "quarter"
	Year    Unit = "year"
)

// Units lists every unit, the shortest first.
var Units = []Unit{Day, Week, Month, Quarter, Year}

// Begin returns when the unit that holds a time begins, in the zone of that time.
func (u Unit) Begin(t time.Time) time.Time {
	year, month, day := t.Date()
	switch u {
	case Week:
		day -= (int(t.Weekday()) + 6) % 7
	case Month:
		day = 1
	case Quarter:
		month, day = month-(month-1)%3, 1
	case Year:
		month, day = 1, 1
	}
	return dayBegins(year, month, day, t.Location())
}

// dayBegins returns when a day begins: in zones where the clock goes forward at midnight, some days have none.
func dayBegins(year int, month time.Month, day int, location *time.Location) time.Time {
	return calendar.OnWall(location, time.Date(year, month, day, 0, 0, 0, 0, time.UTC), 0)
}

// Next returns when the unit after the one that begins at a time begins, Before when the
// one before it does.
func (u Unit) Next(begin time.Time) time.Time { return u.step(begin, 1) }

// Before: see [Unit.Next].
func (u Unit) Before(begin time.Time) time.Time { return u.step(begin, -1) }

func (u Unit) step(begin time.Time, n int) time.Time {
	year, month, day := begin.Date()
	switch u {
	case Week:
		day += 7 * n
	case Month:
		month += time.Month(n)
	case Quarter:
		month += time.Month(3 * n)
	case Year:
		year += n
	default:
		day += n
	}
	return dayBegins(year, month, day, begin.Location())
}
