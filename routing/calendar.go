package routing

import (
	"fmt"
	"maps"
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

// checkCalendars checks all calendars. The first is the desk's.
func (c *checking) checkCalendars() {
	seen := make(map[string]bool)
	c.rules.hours = make(map[string]*Hours, len(c.desk.Calendars)+1)
	for i, k := range c.desk.Calendars {
		if k.Name == AroundTheClock {
			c.mistake(SectionCalendar, i, k.Name, "name", -1, fmt.Sprintf("the name %q is taken", k.Name), "it is always there and means around the clock; choose another name")
		}
		if seen[k.Name] {
			c.mistake(SectionCalendar, i, k.Name, "name", -1, fmt.Sprintf("there are two calendars named %q", k.Name), "give one of them another name")
		}
		seen[k.Name] = true
		parsed := &Hours{}
		var err error
		if parsed.location, err = time.LoadLocation(k.Timezone); err != nil || k.Timezone == "" {
			c.mistake(SectionCalendar, i, k.Name, "timezone", -1, fmt.Sprintf("%q is no time zone", k.Timezone), `write it as in "Europe/Berlin"`)
			parsed.location = time.UTC
		}
		for j, h := range k.Hours {
			if err := parsed.add(h); err != nil {
				c.mistake(SectionCalendar, i, k.Name, "hours", j, err.Error(), `write days and times, as in "mon-fri 09:00-17:00"`)
			}
		}
		if len(k.Hours) == 0 {
			c.mistake(SectionCalendar, i, k.Name, "hours", -1, "the calendar has no hours", `add hours = ["mon-fri 09:00-17:00"]`)
		}
		c.checkCountry(i, k, parsed)
		for j, day := range k.Holidays {
			days, err := daysOf(day)
			if err != nil {
				c.mistake(SectionCalendar, i, k.Name, "holidays", j, err.Error(), `write it as in "2026-12-25", or "2026-12-24..2027-01-02" for the first and the last of several`)
			}
			parsed.holidays = append(parsed.holidays, days...)
		}
		parsed.merge()
		c.rules.hours[k.Name] = parsed
		if i == 0 {
			c.rules.calendar = parsed
		}
	}
	location := time.UTC
	if c.rules.calendar != nil {
		location = c.rules.calendar.location
	}
	c.rules.hours[AroundTheClock] = aroundTheClock(location)
}

// Calendar returns the desk's working hours: those of its first calendar; nil
// when there is none.
func (r *Rules) Calendar() *Hours { return r.calendar }

// maxHolidays bounds the days from the first to the last of a range.
const maxHolidays = 366

// daysOf reads "2026-12-24", or the first and the last of several days:
// "2026-12-24..2027-01-02".
func daysOf(s string) ([]string, error) {
	first, last, several := strings.Cut(s, "..")
	from, err := time.Parse(time.DateOnly, strings.TrimSpace(first))
	if err != nil {
		return nil, fmt.Errorf("%q is no day", s)
	}
	to := from
	if several {
		if to, err = time.Parse(time.DateOnly, strings.TrimSpace(last)); err != nil {
			return nil, fmt.Errorf("%q is no time from one day to another", s)
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

// checkCountry finds the holidays of the calendar's country.
func (c *checking) checkCountry(i int, k Calendar, parsed *Hours) {
	if k.Country == "" {
		return
	}
	known := countries()
	days, ok := known[k.Country]
	if !ok {
		days, ok = known[countryCalled(k.Country, slices.Sorted(maps.Keys(known)))]
	}
	if !ok {
		remedy := "known are " + strings.Join(slices.Sorted(maps.Keys(known)), ", ")
		if near := Closest(k.Country, slices.Sorted(maps.Keys(known))); near != "" {
			remedy = fmt.Sprintf("did you mean %q?", near)
		}
		if upper := strings.ToUpper(k.Country); known[upper] != nil {
			remedy = fmt.Sprintf("did you mean %q?", upper)
		}
		c.mistake(SectionCalendar, i, k.Name, "country", -1, fmt.Sprintf("the holidays of %q are not known", k.Country), remedy)
		return
	}
	parsed.public.AddHoliday(days...)
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
// is no time.
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
