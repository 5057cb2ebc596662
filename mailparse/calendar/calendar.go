package calendar

import (
	"bytes"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"maildesk/mailparse/charset"
)

// These bound the calendars that are read; an invitation is a few KiB.
const (
	MaxSize       = 128 << 10 // bytes
	maxComponents = 200       // the library needs quadratic time for nested ones
	maxEvents     = 10        // that are returned
)

// Event is one event of a calendar, with what its sender wants of it.
type Event struct {
	UID         string // RFC 5545 section 3.8.4.7: the same in each mail about the event; empty: none
	Method      string // of the calendar in upper case: REQUEST, REPLY, CANCEL …; empty: none
	Summary     string
	Description string // several lines
	Page        string // a description in HTML (X-ALT-DESC of Outlook)
	Place       string
	Organizer   Person
	Attendees   []Person
	Comment     string
	Start, End  time.Time // in the zone of the event; End is zero where it is not named
	AllDay      bool      // Start and End are days; End is the last one
	Zone        string    // by which people know the zone; empty: none is named
	Rule        string    // RRULE, as it stands; empty: once
}

// Person is somebody who organises or attends.
type Person struct {
	Name, Address string
	Status        string // PARTSTAT in upper case: ACCEPTED, DECLINED, TENTATIVE …
}

// Read returns the events of a calendar, at most ten; none where it is no calendar
// or is over a bound.
func Read(content []byte) []Event {
	if len(content) > MaxSize || bytes.Count(bytes.ToUpper(content), []byte("BEGIN:")) > maxComponents {
		return nil
	}
	calendar, err := ics.ParseCalendar(bytes.NewReader(content))
	if err != nil {
		return nil
	}
	method := ""
	for _, p := range calendar.CalendarProperties {
		if p.IANAToken == string(ics.PropertyMethod) {
			method = strings.ToUpper(strings.TrimSpace(p.Value))
		}
	}
	zones := zonesOf(calendar)
	var events []Event
	for _, v := range calendar.Events() {
		if len(events) == maxEvents {
			break
		}
		events = append(events, readEvent(v, method, zones))
	}
	return events
}

func readEvent(v *ics.VEvent, method string, zones map[string]*ics.VTimezone) Event {
	e := Event{
		UID:         strings.TrimSpace(text(v, ics.ComponentPropertyUniqueId)),
		Method:      method,
		Summary:     charset.CleanLine(text(v, ics.ComponentPropertySummary)),
		Description: strings.TrimSpace(charset.CleanText(text(v, ics.ComponentPropertyDescription))),
		Page:        strings.TrimSpace(charset.CleanText(text(v, "X-ALT-DESC"))),
		Place:       charset.CleanLine(text(v, ics.ComponentPropertyLocation)),
		Comment:     strings.TrimSpace(charset.CleanText(text(v, ics.ComponentPropertyComment))),
		Organizer:   person(v.GetProperty(ics.ComponentPropertyOrganizer)),
	}
	for _, p := range v.GetProperties(ics.ComponentPropertyAttendee) {
		e.Attendees = append(e.Attendees, person(p))
	}
	if p := v.GetProperty(ics.ComponentPropertyRrule); p != nil {
		e.Rule = charset.CleanLine(p.Value)
	}
	if strings.EqualFold(text(v, ics.ComponentPropertyStatus), "CANCELLED") && method != "REPLY" {
		e.Method = "CANCEL"
	}
	start := v.GetProperty(ics.ComponentPropertyDtStart)
	e.Start, e.Zone, e.AllDay = moment(start, zones)
	e.End, _, _ = moment(v.GetProperty(ics.ComponentPropertyDtEnd), zones)
	if e.AllDay && e.End.After(e.Start) {
		e.End = e.End.AddDate(0, 0, -1) // RFC 5545 section 3.6.1: DTEND is the day after the last
	}
	return e
}

// text returns the value of a property; the library has unescaped it.
func text(v *ics.VEvent, name ics.ComponentProperty) string {
	if p := v.GetProperty(name); p != nil {
		return p.Value
	}
	return ""
}

func person(p *ics.IANAProperty) Person {
	if p == nil {
		return Person{}
	}
	one := Person{Name: charset.CleanLine(parameter(p, "CN")), Status: strings.ToUpper(parameter(p, "PARTSTAT"))}
	if scheme, address, found := strings.Cut(charset.CleanLine(p.Value), ":"); found && strings.EqualFold(scheme, "mailto") {
		one.Address = address
	}
	return one
}

func parameter(p *ics.IANAProperty, name string) string {
	if values := p.ICalParameters[name]; len(values) > 0 {
		return strings.Trim(values[0], `"`)
	}
	return ""
}

// moment reads a DATE or DATE-TIME (RFC 5545 sections 3.3.4 and 3.3.5).
func moment(p *ics.IANAProperty, zones map[string]*ics.VTimezone) (at time.Time, zone string, day bool) {
	if p == nil {
		return time.Time{}, "", false
	}
	value := strings.TrimSpace(p.Value)
	if d, err := time.Parse("20060102", value); err == nil {
		return d, "", true
	}
	if t, err := time.Parse("20060102T150405Z", value); err == nil {
		return t, "UTC", false
	}
	t, err := time.Parse("20060102T150405", value)
	if err != nil {
		return time.Time{}, "", false
	}
	name := parameter(p, "TZID")
	where, zone := zoneOf(name, zones[name], t)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, where), zone, false
}
