// Package planner is the calendar of somebody who gets invitations by mail: it reads them as
// calendar programs do (RFC 5546), and answers them. It is for tests only.
//
// Begin with [Planner].
package planner

import (
	"fmt"
	"strconv"
	"strings"
	"time"
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
	text := strings.ReplaceAll(strings.ReplaceAll(string(calendar), "\r\n", "\n"), "\n ", "")
	sequence, err := strconv.Atoi(property(text, "SEQUENCE"))
	if err != nil {
		return i, false, fmt.Errorf("the number of the version: %w", err)
	}
	i.UID = property(text, "UID")
	if i.Event = p[i.UID]; i.Event == nil {
		i.Event = &Event{sequence: -1}
		p[i.UID] = i.Event
	}
	if sequence <= i.sequence {
		return i, false, nil
	}
	if i.From, err = time.Parse(moment, property(text, "DTSTART")); err == nil {
		i.Until, err = time.Parse(moment, property(text, "DTEND"))
	}
	i.sequence, i.Withdrawn = sequence, property(text, "METHOD") == "CANCEL"
	_, i.AnswerTo, _ = strings.Cut(property(text, "ORGANIZER"), "mailto:")
	return i, true, err
}

// moment is how times are written in a calendar, in UTC.
const moment = "20060102T150405Z"

// property returns the value of a property of a calendar, with its parameters where it has
// some.
func property(calendar, name string) string {
	for line := range strings.Lines(calendar) {
		value, is := strings.CutPrefix(strings.TrimSpace(line), name)
		if is && value != "" && strings.ContainsAny(value[:1], ":;") {
			return value[1:]
		}
	}
	return ""
}

// Answer returns the calendar that answers an invitation: PARTSTAT, and words, which may be
// empty.
func (i Invitation) Answer(who, partstat, words string, now time.Time) string {
	if words != "" {
		words = "COMMENT:" + words + "\n"
	}
	return "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//example//EN\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:" + i.UID + "\nDTSTAMP:" + now.UTC().Format(moment) +
		"\nATTENDEE;PARTSTAT=" + partstat + ":mailto:" + who + "\n" + words + "END:VEVENT\nEND:VCALENDAR\n"
}
