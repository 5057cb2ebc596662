package calendar

import "time"

// AddDays returns the same time of the day some working days later, or when the desk opens
// next where it does not work then. A working day is one of whose hours any is worked. What
// begins outside the hours begins when the desk opens. The clock on the wall counts, also
// where it is changed in between.
func (h *Hours) AddDays(from time.Time, days int) time.Time {
	begin := h.Next(from).In(h.location)
	year, month, day := begin.Date()
	hour, minute, second := begin.Clock()
	for looked := 0; days > 0 && looked < maxDays; looked++ {
		day++
		if len(h.on(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))) > 0 {
			days--
		}
	}
	return h.Next(time.Date(year, month, day, hour, minute, second, begin.Nanosecond(), h.location))
}

// ParseDay returns when a day, as 2026-11-01, begins in a zone: at midnight, or, where the
// clock is put forward over that, when it has been.
func ParseDay(s string, location *time.Location) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}, err
	}
	return OnWall(location, day, 0), nil
}

// BeginOfDay returns when the day of a time begins, in the zone of that time.
func BeginOfDay(t time.Time) time.Time { return OnWall(t.Location(), dayOf(t), 0) }

// NextDay returns when the day after that of a time begins, in the zone of that time.
func NextDay(t time.Time) time.Time { return OnWall(t.Location(), dayOf(t), 24*60) }

// AddMonths returns the same time some months later, or before where there are fewer than
// none; on the last day of a month that is too short.
func AddMonths(t time.Time, months int) time.Time {
	year, month, day := t.Date()
	last := time.Date(year, month+time.Month(months)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return t.AddDate(0, months, min(0, last-day))
}
