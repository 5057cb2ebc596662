// Package planner is the calendar of somebody who gets invitations by mail: it reads them as
// calendar programs do (RFC 5546), and answers them. It is for tests only.
//
// Begin with [Planner].
package planner

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// Planner is what a calendar has of each event, by its UID (RFC 5545 section 3.8.4.7).
type Planner map[string]*Event

// Event is one of them.
type Event struct {
	From, Until time.Time
	Withdrawn   bool
	Declined    bool // its owner has said so, at some time
	sequence    int
}

// Invitation is what a mail says of an event.
type Invitation struct {
	*Event
	UID, AnswerTo string
}

// Note puts what the calendar in a mail says into the planner; false: the planner knows
// something newer.
func (p Planner) Note(calendar []byte) (i Invitation, news bool, err error) {
	all, err := ics.ParseCalendar(bytes.NewReader(calendar))
	if err != nil {
		return i, false, err
	}
	if len(all.Events()) == 0 {
		return i, false, errors.New("a calendar without an event")
	}
	v := all.Events()[0]
	sequence, err := strconv.Atoi(value(v, ics.ComponentPropertySequence))
	if err != nil {
		return i, false, fmt.Errorf("the number of the version: %w", err)
	}
	i.UID = v.Id()
	if i.Event = p[i.UID]; i.Event == nil {
		i.Event = &Event{sequence: -1}
		p[i.UID] = i.Event
	}
	if sequence <= i.sequence {
		return i, false, nil
	}
	if i.From, err = v.GetStartAt(); err == nil {
		i.Until, err = v.GetEndAt()
	}
	i.sequence = sequence
	i.Withdrawn = slices.ContainsFunc(all.CalendarProperties, func(c ics.CalendarProperty) bool {
		return c.IANAToken == string(ics.PropertyMethod) && c.Value == string(ics.MethodCancel)
	})
	_, i.AnswerTo, _ = strings.Cut(value(v, ics.ComponentPropertyOrganizer), "mailto:")
	return i, true, err
}

// value returns the value of a property of an event, empty where there is none.
func value(v *ics.VEvent, name ics.ComponentProperty) string {
	if p := v.GetProperty(name); p != nil {
		return p.Value
	}
	return ""
}

// moment is how times are written in a calendar, in UTC.
const moment = "20060102T150405Z"

// Answer returns the calendar that answers an invitation: PARTSTAT, and words, which may be
// empty.
func (i Invitation) Answer(who, partstat, words string, now time.Time) string {
	if words != "" {
		words = "COMMENT:" + words + "\n"
	}
	return "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//example//EN\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:" + i.UID + "\nDTSTAMP:" + now.UTC().Format(moment) +
		"\nATTENDEE;PARTSTAT=" + partstat + ":mailto:" + who + "\n" + words + "END:VEVENT\nEND:VCALENDAR\n"
}
