package routing

import (
	"fmt"
	"strings"
	"time"

	"maildesk/calendar"
)

// checkCalendars checks all calendars. The first is the desk's.
func (c *checking) checkCalendars() {
	seen := make(map[string]bool)
	c.rules.hours = make(map[string]*calendar.Hours, len(c.desk.Calendars)+1)
	for i, k := range c.desk.Calendars {
		if k.Name == calendar.AroundTheClock {
			c.mistake(SectionCalendar, i, k.Name, "name", -1, fmt.Sprintf("the name %q is taken", k.Name), "it is always there and means around the clock; choose another name")
		}
		if seen[k.Name] {
			c.mistake(SectionCalendar, i, k.Name, "name", -1, fmt.Sprintf("there are two calendars named %q", k.Name), "give one of them another name")
		}
		seen[k.Name] = true
		hours, mistakes := calendar.New(k)
		for _, m := range mistakes {
			c.mistake(SectionCalendar, i, k.Name, m.Key, m.Index, m.What, calendarRemedy(k, m))
		}
		c.rules.hours[k.Name] = hours
		if i == 0 {
			c.rules.calendar = hours
		}
	}
	location := time.UTC
	if c.rules.calendar != nil {
		location = c.rules.calendar.Location()
	}
	c.rules.hours[calendar.AroundTheClock] = calendar.Always(location)
}

// calendarRemedy returns the mistake's own remedy, or else what may have been meant.
func calendarRemedy(k calendar.Calendar, m calendar.Mistake) string {
	if m.Remedy != "" {
		return m.Remedy
	}
	if near := Closest(k.Country, m.Known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "known are " + strings.Join(m.Known, ", ")
}

// Calendar returns the desk's working hours: those of its first calendar; nil
// when there is none.
func (r *Rules) Calendar() *calendar.Hours { return r.calendar }

// deskHours returns the desk's working hours; around the clock where it has none.
func (r *Rules) deskHours() *calendar.Hours {
	if r.calendar != nil {
		return r.calendar
	}
	return r.hours[calendar.AroundTheClock]
}
