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
		parsed := &Hours{holidays: k.Holidays}
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
			if _, err := time.Parse(time.DateOnly, day); err != nil {
				c.mistake(SectionCalendar, i, k.Name, "holidays", j, fmt.Sprintf("%q is no day", day), `write it as in "2026-12-25"`)
			}
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

// Calendar gives the desk's working hours: those of its first calendar; nil
// when there is none.
func (r *Rules) Calendar() *Hours { return r.calendar }

// checkCountry finds the holidays of the calendar's country.
func (c *checking) checkCountry(i int, k Calendar, parsed *Hours) {
	if k.Country == "" {
		return
	}
	known := countries()
	days, ok := known[k.Country]
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

// add reads hours: "mon-fri 09:00-17:00" or "sat 10:00-24:00".
func (h *Hours) add(hours string) error {
	days, times, _ := strings.Cut(strings.ToLower(hours), " ")
	first, last, several := strings.Cut(days, "-")
	if !several {
		last = first
	}
	from, to := slices.Index(weekdays[:], first), slices.Index(weekdays[:], last)
	start, end, _ := strings.Cut(strings.TrimSpace(times), "-")
	s := span{clock(start), clock(end)}
	if from < 0 || to < 0 || s.from < 0 || s.to <= s.from {
		return fmt.Errorf("%q are no working hours", hours)
	}
	for day := from; ; day = (day + 1) % 7 {
		h.spans[day] = append(h.spans[day], s)
		if day == to {
			return nil
		}
	}
}

// clock gives the minutes of "15:04" from midnight, up to "24:00"; -1 when it
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
