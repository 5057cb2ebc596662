package calendar

import (
	"slices"
	"sync"
	"time"

	"github.com/rickar/cal/v2"
)

// Hours is a [Calendar] that can be asked: it tells working time from other
// time, and counts it. It never changes and may be used by many goroutines.
//
// The holidays are those of rickar/cal. Its business calendar, though, knows
// one stretch of work per day, and ours may have several (a lunch break).
type Hours struct {
	location *time.Location
	days     [7]bool      // on which work begins
	spans    [7][]span    // by time.Weekday, in order, none touching another
	public   cal.Calendar // of the country
	holidays []string
	years    sync.Map // year → *[366]bool: the holidays of a year, by day
}

// span is a part of a day, in minutes from midnight, end excluded.
type span struct{ from, to int }

// stretch is a time from one moment to another, end excluded.
type stretch struct{ from, to time.Time }

// maxDays bounds how far Add looks: a calendar may consist of holidays.
const maxDays = 20 * 366

// Location returns the time zone of the calendar.
func (h *Hours) Location() *time.Location { return h.location }

// Open reports whether the desk works at a moment.
func (h *Hours) Open(t time.Time) bool {
	return slices.ContainsFunc(h.on(dayOf(t.In(h.location))), func(s stretch) bool { return !t.Before(s.from) && t.Before(s.to) })
}

// Next returns t when the desk works then, else the beginning of the next
// working time.
func (h *Hours) Next(t time.Time) time.Time { return h.Add(t, 0) }

// Add returns the moment at which d of working time has passed since from. What
// ends with the day's work ends then, not on the next morning.
func (h *Hours) Add(from time.Time, d time.Duration) time.Time {
	from = from.Round(0) // without its monotonic clock
	day := dayOf(from.In(h.location))
	for range maxDays {
		for _, s := range h.on(day) {
			if !s.to.After(from) {
				continue
			}
			begin := later(s.from, from)
			left := s.to.Sub(begin)
			if d <= left {
				return begin.Add(d)
			}
			d -= left
		}
		day = day.AddDate(0, 0, 1)
	}
	return from.AddDate(0, 0, maxDays)
}

// Between returns the working time from one moment to a later one.
func (h *Hours) Between(from, to time.Time) time.Duration {
	var sum time.Duration
	last := dayOf(to.In(h.location))
	for day := dayOf(from.In(h.location)); !day.After(last); day = day.AddDate(0, 0, 1) {
		for _, s := range h.on(day) {
			if begin, end := later(s.from, from), earlier(s.to, to); end.After(begin) {
				sum += end.Sub(begin)
			}
		}
	}
	return sum
}

// Edges returns the moments at which working time begins or ends, from one moment up to a
// later one, in order.
func (h *Hours) Edges(from, to time.Time) []time.Time {
	var all []time.Time
	last := dayOf(to.In(h.location))
	for day := dayOf(from.In(h.location)); !day.After(last); day = day.AddDate(0, 0, 1) {
		for _, s := range h.on(day) {
			for _, at := range []time.Time{s.from, s.to} {
				if !at.Before(from) && at.Before(to) {
					all = append(all, at)
				}
			}
		}
	}
	return all
}

// Week returns the working time of a week without holidays, and Day that of an
// ordinary working day: the mean, where the days differ.
func (h *Hours) Week() time.Duration {
	week, _ := h.ordinary()
	return week
}

// Day is explained at Week.
func (h *Hours) Day() time.Duration {
	week, days := h.ordinary()
	return week / time.Duration(max(days, 1))
}

func (h *Hours) ordinary() (week time.Duration, days int) {
	for day, spans := range h.spans {
		for _, s := range spans {
			week += time.Duration(s.to-s.from) * time.Minute
		}
		if h.days[day] {
			days++
		}
	}
	return week, days
}

// dayOf returns the date of t, as midnight in UTC.
func dayOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// on returns the working time of a day.
func (h *Hours) on(day time.Time) []stretch {
	spans := h.spans[day.Weekday()]
	if len(spans) == 0 || h.isHoliday(day) {
		return nil
	}
	stretches := make([]stretch, len(spans))
	for i, s := range spans {
		stretches[i] = stretch{h.edge(day, s.from), h.edge(day, s.to)}
	}
	return stretches
}

// edge is OnWall in the zone of the calendar.
func (h *Hours) edge(day time.Time, minutes int) time.Time { return OnWall(h.location, day, minutes) }

// OnWall returns the first moment at which the clock on the wall of a zone shows so many
// minutes of a day (its date, in UTC), or more: where the clock is put forward over them,
// the moment of that; where it is put back over them, the first of the two. So what
// adjoins on the clock adjoins in time. Minutes beyond the day are those of the next ones.
func OnWall(location *time.Location, day time.Time, minutes int) time.Time {
	wall := day.Add(time.Duration(minutes) * time.Minute)
	t := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), 0, 0, location)
	shown := dayOf(t).Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
	start, end := t.ZoneBounds()
	switch {
	case shown.After(wall):
		return start
	case shown.Before(wall):
		return end
	case start.IsZero():
		return t
	}
	_, offset := t.Zone()
	_, before := start.Add(-1).Zone()
	if first := t.Add(time.Duration(offset-before) * time.Second); first.Before(start) && before > offset {
		return first
	}
	return t
}

// isHoliday reports whether a day is a holiday.
func (h *Hours) isHoliday(day time.Time) bool {
	if h.public.Holidays == nil && len(h.holidays) == 0 {
		return false
	}
	if known, ok := h.years.Load(day.Year()); ok {
		return known.(*[366]bool)[day.YearDay()-1]
	}
	var off [366]bool
	for d := time.Date(day.Year(), 1, 1, 0, 0, 0, 0, time.UTC); d.Year() == day.Year(); d = d.AddDate(0, 0, 1) {
		actual, observed, _ := h.public.IsHoliday(d)
		off[d.YearDay()-1] = actual || observed || slices.Contains(h.holidays, d.Format(time.DateOnly))
	}
	h.years.Store(day.Year(), &off)
	return off[day.YearDay()-1]
}

// merge puts the spans of each day in order and joins those that overlap or touch.
func (h *Hours) merge() {
	for day, spans := range h.spans {
		slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
		var merged []span
		for _, s := range spans {
			if last := len(merged) - 1; last >= 0 && s.from <= merged[last].to {
				merged[last].to = max(merged[last].to, s.to)
				continue
			}
			merged = append(merged, s)
		}
		h.spans[day] = merged
	}
}

// AroundTheClock is the name of the calendar that is always there: every
// hour of every day.
const AroundTheClock = "24x7"

// Always returns the hours of that calendar in a time zone.
func Always(location *time.Location) *Hours {
	h := &Hours{location: location}
	for day := range h.spans {
		h.spans[day], h.days[day] = []span{{0, 24 * 60}}, true
	}
	return h
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
