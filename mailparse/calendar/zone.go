package calendar

import (
	_ "embed"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	ics "github.com/arran4/golang-ical"

	"maildesk/mailparse/charset"
)

//go:embed zones.txt
var zoneTable string

// windowsZones are the names of Windows in lower case, and those of the time zone
// database for the same.
var windowsZones = sync.OnceValue(func() map[string]string {
	zones := map[string]string{}
	for line := range strings.Lines(zoneTable) {
		if name, zone, found := strings.Cut(strings.TrimSpace(line), "|"); found {
			zones[strings.ToLower(name)] = zone
		}
	}
	return zones
})

func zonesOf(calendar *ics.Calendar) map[string]*ics.VTimezone {
	zones := map[string]*ics.VTimezone{}
	for _, c := range calendar.Components {
		if z, ok := c.(*ics.VTimezone); ok {
			if p := z.GetProperty(ics.ComponentPropertyTzid); p != nil {
				zones[p.Value] = z
			}
		}
	}
	return zones
}

// utcOffset is what "(UTC+01:00) Amsterdam, Berlin" and "GMT+0100" begin with.
var utcOffset = regexp.MustCompile(`^\(?(?:UTC|GMT)([+-]\d\d?):?(\d\d)?\)?`)

// zoneOf returns the zone that a TZID means at a time, and by which name people
// know it. It may be a name of the database, also at the end of a path, one of
// Windows, one that says its offset, or one that only the calendar explains.
func zoneOf(name string, defined *ics.VTimezone, at time.Time) (*time.Location, string) {
	if name == "" {
		return time.UTC, "" // RFC 5545 section 3.3.5: floating, the time of whoever reads
	}
	if strings.EqualFold(name, "UTC") || strings.HasSuffix(strings.ToLower(name), "/utc") {
		return time.UTC, "UTC"
	}
	known := name
	if zone, ok := windowsZones()[strings.ToLower(name)]; ok {
		known = zone
	}
	for rest := strings.TrimPrefix(known, "/"); rest != ""; {
		if where, err := time.LoadLocation(rest); err == nil && rest != "Local" {
			return where, rest
		}
		_, rest, _ = strings.Cut(rest, "/")
	}
	if seconds, ok := offsetIn(defined, at); ok {
		return time.FixedZone(name, seconds), charset.CleanLine(name) + ", UTC" + at.In(time.FixedZone("", seconds)).Format("-07:00")
	}
	if m := utcOffset.FindStringSubmatch(name); m != nil {
		hours, _ := strconv.Atoi(m[1])
		minutes, _ := strconv.Atoi(m[2])
		if hours < 0 {
			minutes = -minutes
		}
		return time.FixedZone(name, hours*3600+minutes*60), charset.CleanLine(name)
	}
	return time.UTC, charset.CleanLine(name)
}

// offsetIn returns the offset from UTC that the VTIMEZONE of a calendar says for a
// local time (RFC 5545 section 3.6.5), in seconds: that of the part that began
// last.
func offsetIn(z *ics.VTimezone, at time.Time) (seconds int, ok bool) {
	if z == nil {
		return 0, false
	}
	var latest time.Time
	for _, c := range z.SubComponents() {
		var part *ics.ComponentBase
		switch c := c.(type) {
		case *ics.Standard:
			part = &c.ComponentBase
		case *ics.Daylight:
			part = &c.ComponentBase
		default:
			continue
		}
		to := part.GetProperty(ics.ComponentProperty(ics.PropertyTzoffsetto))
		if to == nil {
			continue
		}
		began := lastBegin(part, at)
		if offset, valid := parseOffset(to.Value); valid && (!ok || began.After(latest)) {
			seconds, ok, latest = offset, true, began
		}
	}
	return seconds, ok
}

// lastBegin returns when a part of a VTIMEZONE began last before a time, by its
// yearly rule; zero where it has none that is understood.
func lastBegin(part *ics.ComponentBase, at time.Time) time.Time {
	p := part.GetProperty(ics.ComponentPropertyRrule)
	if p == nil {
		return time.Time{}
	}
	r := parseRule(p.Value)
	if len(r.days) != 1 || len(r.months) != 1 {
		return time.Time{}
	}
	for year := at.Year(); year >= at.Year()-1; year-- {
		if day := nthWeekday(year, r.months[0], r.days[0]); !day.After(at) {
			return day
		}
	}
	return time.Time{}
}

func nthWeekday(year int, month time.Month, d ruleDay) time.Time {
	if d.nth < 0 {
		last := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC)
		back := (int(last.Weekday()) - int(d.day) + 7) % 7
		return last.AddDate(0, 0, -back+7*(d.nth+1))
	}
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	on := (int(d.day) - int(first.Weekday()) + 7) % 7
	return first.AddDate(0, 0, on+7*(max(d.nth, 1)-1))
}

// parseOffset reads "+0100" (RFC 5545 section 3.3.14).
func parseOffset(s string) (seconds int, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) < 5 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	hours, err := strconv.Atoi(s[1:3])
	minutes, err2 := strconv.Atoi(s[3:5])
	if err != nil || err2 != nil {
		return 0, false
	}
	seconds = hours*3600 + minutes*60
	if s[0] == '-' {
		seconds = -seconds
	}
	return seconds, true
}
