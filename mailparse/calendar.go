package mailparse

import (
	"bytes"
	"strings"
	"time"

	"github.com/arran4/golang-ical"

	"maildesk/mailparse/charset"
)

// These bound the calendars that are read; an invitation is a few KiB.
const (
	maxCalendar   = 128 << 10
	maxComponents = 200 // the library needs quadratic time for nested ones
)

// calendarLine says in one line what a calendar part is about (RFC 5546), or "".
func calendarLine(content []byte) string {
	if len(content) > maxCalendar || bytes.Count(bytes.ToUpper(content), []byte("BEGIN:")) > maxComponents {
		return ""
	}
	calendar, err := ics.ParseCalendar(bytes.NewReader(content))
	if err != nil || len(calendar.Events()) == 0 {
		return ""
	}
	what := "Event"
	for _, p := range calendar.CalendarProperties {
		if p.IANAToken == string(ics.PropertyMethod) {
			what = calendarMethod(strings.ToUpper(p.Value))
		}
	}
	event := calendar.Events()[0]
	text := func(p ics.ComponentProperty) string {
		if property := event.GetProperty(p); property != nil {
			return charset.CleanLine(property.Value)
		}
		return ""
	}
	line := what + ": " + text(ics.ComponentPropertySummary)
	if when := calendarTime(event); when != "" {
		line += ", " + when
	}
	if place := text(ics.ComponentPropertyLocation); place != "" {
		line += ", " + place
	}
	if organizer := text(ics.ComponentPropertyOrganizer); len(organizer) > 7 && strings.EqualFold(organizer[:7], "mailto:") {
		line += " (" + organizer[7:] + ")"
	}
	return line
}

func calendarMethod(method string) string {
	switch method {
	case "REQUEST":
		return "Invitation"
	case "REPLY":
		return "Answer to an invitation"
	case "CANCEL":
		return "Cancelled"
	case "COUNTER":
		return "New time proposed"
	}
	return "Event"
}

// calendarTime returns begin and end of an event, in the zone of the event.
func calendarTime(event *ics.VEvent) string {
	start, err := event.GetStartAt()
	if err != nil {
		if day, err := event.GetAllDayStartAt(); err == nil {
			return day.Format(time.DateOnly)
		}
		return ""
	}
	when := start.Format("2006-01-02 15:04")
	if end, err := event.GetEndAt(); err == nil && end.After(start) {
		if end.Format(time.DateOnly) == start.Format(time.DateOnly) {
			when += "–" + end.Format("15:04")
		} else {
			when += " – " + end.Format("2006-01-02 15:04")
		}
	}
	return when + " " + start.Location().String()
}
