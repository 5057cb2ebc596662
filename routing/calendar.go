package routing

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
)

// Calendar says when the desk works.
type Calendar struct {
	Name     string
	Timezone string   // IANA name: "Europe/Berlin"
	Hours    []string // "mon-fri 09:00-17:00", "sat 10:00-12:30"; a day may stand in several
	Country  string   // whose public holidays are kept: "FR", "DE-BY"; empty: none
	Holidays []string // further days: "2026-12-25"
}

// calendar is a Calendar that can be asked.
type calendar struct {
	location *time.Location
	spans    [7][]span    // by time.Weekday
	public   cal.Calendar // of the country
	holidays []string
}

// span is a part of a day, in minutes from midnight, end excluded.
type span struct{ from, to int }

// open reports whether the desk works at a moment.
func (c *calendar) open(t time.Time) bool {
	t = t.In(c.location)
	if slices.Contains(c.holidays, t.Format(time.DateOnly)) {
		return false
	}
	if actual, observed, _ := c.public.IsHoliday(t); actual || observed {
		return false
	}
	minute := t.Hour()*60 + t.Minute()
	return slices.ContainsFunc(c.spans[t.Weekday()], func(s span) bool { return s.from <= minute && minute < s.to })
}

// checkCalendars checks all calendars. The first is the desk's.
func (c *checking) checkCalendars() {
	seen := make(map[string]bool)
	for i, k := range c.desk.Calendars {
		if seen[k.Name] {
			c.mistake(SectionCalendar, i, k.Name, "name", -1, fmt.Sprintf("there are two calendars named %q", k.Name), "give one of them another name")
		}
		seen[k.Name] = true
		parsed := &calendar{holidays: k.Holidays}
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
		if i == 0 {
			c.rules.calendar = parsed
		}
	}
}

// checkCountry finds the holidays of the calendar's country.
func (c *checking) checkCountry(i int, k Calendar, parsed *calendar) {
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
func (c *calendar) add(hours string) error {
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
		c.spans[day] = append(c.spans[day], s)
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
