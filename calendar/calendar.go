package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Calendar says when the desk works.
type Calendar struct {
	Name     string
	Timezone string   // IANA name: "Europe/Berlin"
	Hours    []string // "mon-fri 09:00-17:00", "sat 10:00-12:30"; a day may stand in several
	Country  string   // whose public holidays are kept: "FR", "DE-BY"; empty: none
	Holidays []string // further days: "2026-12-25"
}

// Mistake is something in a calendar that cannot be.
type Mistake struct {
	Key    string   // of [Calendar], as a config has it: "hours"
	Index  int      // which of several, from 0; -1: there is only one
	What   string   // is wrong
	Remedy string   // empty: one of Known
	Known  []string // sorted
}

// New returns the working time of a calendar, and everything that is wrong with
// it: the hours count only where there is nothing.
func New(c Calendar) (*Hours, []Mistake) {
	h := &Hours{}
	var wrong []Mistake
	var err error
	if h.location, err = time.LoadLocation(c.Timezone); err != nil || c.Timezone == "" {
		wrong = append(wrong, Mistake{Key: "timezone", Index: -1, What: fmt.Sprintf("%q is not a time zone", c.Timezone), Remedy: `write it as in "Europe/Berlin"`})
		h.location = time.UTC
	}
	for i, hours := range c.Hours {
		if err := h.add(hours); err != nil {
			wrong = append(wrong, Mistake{Key: "hours", Index: i, What: err.Error(), Remedy: `write days and times, as in "mon-fri 09:00-17:00"`})
		}
	}
	if len(c.Hours) == 0 {
		wrong = append(wrong, Mistake{Key: "hours", Index: -1, What: "the calendar has no hours", Remedy: `add hours = ["mon-fri 09:00-17:00"]`})
	}
	if c.Country != "" {
		days, mistake := holidaysOf(c.Country)
		if mistake != nil {
			wrong = append(wrong, *mistake)
		}
		h.public.AddHoliday(days...)
	}
	for i, day := range c.Holidays {
		days, err := daysOf(day)
		if err != nil {
			wrong = append(wrong, Mistake{Key: "holidays", Index: i, What: err.Error(), Remedy: `write it as in "2026-12-25", or "2026-12-24..2027-01-02" for the first and the last of several`})
		}
		h.holidays = append(h.holidays, days...)
	}
	h.merge()
	return h, wrong
}

// maxHolidays bounds the days from the first to the last of a range.
const maxHolidays = 366

// daysOf reads "2026-12-24", or the first and the last of several days:
// "2026-12-24..2027-01-02".
func daysOf(s string) ([]string, error) {
	first, last, several := strings.Cut(s, "..")
	from, err := time.Parse(time.DateOnly, strings.TrimSpace(first))
	if err != nil {
		return nil, fmt.Errorf("%q is not a day", s)
	}
	to := from
	if several {
		if to, err = time.Parse(time.DateOnly, strings.TrimSpace(last)); err != nil {
			return nil, fmt.Errorf("%q is not a time from one day to another", s)
		}
	}
	switch {
	case to.Before(from):
		return nil, fmt.Errorf("%q ends before it begins", s)
	case to.Sub(from) > maxHolidays*24*time.Hour:
		return nil, fmt.Errorf("%q is longer than a year", s)
	}
	var days []string
	for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
		days = append(days, day.Format(time.DateOnly))
	}
	return days, nil
}

var weekdays = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} // by time.Weekday

// maxNight bounds, in minutes, hours that end on the next morning: more is
// rather an end that stands before the beginning.
const maxNight = 14 * 60

// add reads hours: "mon-fri 09:00-17:00", "sat 10:00-24:00", or "mon-fri
// 22:00-06:00", where each night belongs to the day on which it begins.
func (h *Hours) add(hours string) error {
	days, times, _ := strings.Cut(strings.ToLower(hours), " ")
	first, last, several := strings.Cut(days, "-")
	if !several {
		last = first
	}
	from, to := slices.Index(weekdays[:], first), slices.Index(weekdays[:], last)
	start, end, _ := strings.Cut(strings.TrimSpace(times), "-")
	s := span{clock(start), clock(end)}
	if from < 0 || to < 0 || s.from < 0 || s.to < 0 || s.from == s.to || s.to < s.from && s.to+24*60-s.from > maxNight {
		return fmt.Errorf("%q are no working hours", hours)
	}
	overnight := s.to <= s.from
	for day := from; ; day = (day + 1) % 7 {
		h.days[day] = true
		if overnight { // until the next morning
			next := (day + 1) % 7
			h.spans[day] = append(h.spans[day], span{s.from, 24 * 60})
			h.spans[next] = append(h.spans[next], span{0, s.to})
		} else {
			h.spans[day] = append(h.spans[day], s)
		}
		if day == to {
			return nil
		}
	}
}

// clock returns the minutes of "15:04" from midnight, up to "24:00"; -1 when it
// is not a time.
func clock(s string) int {
	if s == "24:00" {
		return 24 * 60
	}
	t, err := time.Parse("15:04", s)
	if err != nil {
		return -1
	}
	return t.Hour()*60 + t.Minute()
}
