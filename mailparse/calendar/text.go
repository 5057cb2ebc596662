package calendar

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Text writes an event for people, in the language of an ISO 639-1 code, else in
// English: a block of lines; one line where it is an answer to an invitation.
func (e *Event) Text(language string) string {
	w := languages[language]
	if w == nil {
		w = languages["en"]
	}
	if e.Method == "REPLY" {
		return e.answer(w)
	}
	kind := w.event
	switch e.Method {
	case "REQUEST", "PUBLISH", "ADD":
		kind = w.invitation
	case "CANCEL":
		kind = w.cancelled
	case "COUNTER":
		kind = w.proposal
	}
	lines := []string{kind + ": " + e.Summary}
	add := func(label, value string) {
		if value = strings.TrimSpace(value); value != "" {
			lines = append(lines, label+": "+value)
		}
	}
	add(w.when, e.when(w))
	add(w.repeats, e.recurs(w))
	add(w.where, e.Place)
	add(w.organizer, e.Organizer.shown())
	add(w.note, e.Comment)
	text := strings.Join(lines, "\n")
	if e.Description != "" {
		text += "\n\n" + e.Description
	}
	return text
}

// answerPrefix is what Outlook writes in front of the summary of an answer.
var answerPrefix = regexp.MustCompile(`(?i)^(?:accepted|tentative|declined|zugesagt|mit vorbehalt|abgelehnt|accepté|provisoire|refusé|aceptad[ao]|provisional|rechazad[ao]): *`)

// answer writes an answer to an invitation as one line, with the words of its
// writer behind it.
func (e *Event) answer(w *words) string {
	form := w.answers
	var who Person
	if len(e.Attendees) > 0 {
		who = e.Attendees[0]
	}
	switch who.Status {
	case "ACCEPTED":
		form = w.accepts
	case "DECLINED":
		form = w.declines
	case "TENTATIVE":
		form = w.tentative
	}
	line := fmt.Sprintf(form, cmp.Or(who.shown(), "?")) + ": " + answerPrefix.ReplaceAllString(e.Summary, "")
	if when := e.when(w); when != "" {
		line += ", " + when
	}
	if e.Comment != "" {
		line += "\n" + e.Comment
	}
	return line
}

func (p Person) shown() string {
	if p.Address == "" || p.Name == "" || p.Name == p.Address {
		return cmp.Or(p.Name, p.Address)
	}
	return p.Name + " <" + p.Address + ">"
}

// when writes begin and end, in the zone of the event.
func (e *Event) when(w *words) string {
	if e.Start.IsZero() {
		return ""
	}
	const clock = "15:04"
	text := w.day(w.date, e.Start)
	sameDay := e.End.Format(time.DateOnly) == e.Start.Format(time.DateOnly)
	switch {
	case e.AllDay && !e.End.After(e.Start):
	case e.AllDay:
		text += " – " + w.day(w.date, e.End)
	case !e.End.After(e.Start):
		text += ", " + e.Start.Format(clock)
	case sameDay:
		text += ", " + e.Start.Format(clock) + "–" + e.End.Format(clock)
	default:
		text += ", " + e.Start.Format(clock) + " – " + w.day(w.date, e.End) + ", " + e.End.Format(clock)
	}
	switch {
	case e.Zone == "UTC":
		text += " UTC"
	case e.Zone != "":
		text += " (" + e.Zone + ")"
	}
	return text
}

func (w *words) day(form string, t time.Time) string {
	return fmt.Sprintf(form, w.weekdays[t.Weekday()], t.Day(), w.months[t.Month()-1], t.Year())
}

// recurs writes the recurrence in words; a rule that has none stands as it is.
func (e *Event) recurs(w *words) string {
	if e.Rule == "" {
		return ""
	}
	r := parseRule(e.Rule)
	each, known := w.every[r.every]
	if !known || r.other || r.position != 0 && len(r.days) == 0 {
		return w.furthered + " " + e.Rule
	}
	text := each[0]
	if r.interval > 1 {
		text = fmt.Sprintf(each[1], r.interval)
	}
	parts := []string{strings.TrimSpace(text + " " + w.daysOf(r))}
	if r.count > 0 {
		parts = append(parts, fmt.Sprintf(w.times, r.count))
	}
	if !r.until.IsZero() {
		parts = append(parts, fmt.Sprintf(w.until, w.day(w.dayMonth, r.until)))
	}
	return strings.Join(parts, ", ")
}

// daysOf writes on which days a rule falls.
func (w *words) daysOf(r rule) string {
	var all []string
	switch {
	case r.workingDays() && r.position != 0:
		all = append(all, fmt.Sprintf(w.theNth, w.ordinal(r.position), w.workDay))
	case r.workingDays():
		all = append(all, w.working)
	case len(r.days) > 0:
		all = append(all, w.weekdaysOf(r))
	}
	for _, day := range r.monthDay {
		if day < 0 {
			all = append(all, fmt.Sprintf(w.theNth, w.ordinal(day), w.anyDay))
			continue
		}
		all = append(all, fmt.Sprintf(w.theDay, day))
	}
	for _, month := range r.months {
		all = append(all, fmt.Sprintf(w.inMonth, w.months[month-1]))
	}
	return strings.Join(all, " ")
}

func (w *words) weekdaysOf(r rule) string {
	var each, nth []string
	for _, d := range r.days {
		if n := cmp.Or(d.nth, r.position); n != 0 {
			nth = append(nth, fmt.Sprintf(w.theNth, w.ordinal(n), w.weekdays[d.day]))
		} else {
			each = append(each, w.weekdays[d.day])
		}
	}
	if len(each) > 0 {
		nth = append(nth, w.on+strings.Join(each, w.onJoin))
	}
	return strings.Join(nth, ", ")
}

// ordinal names the n-th of a month, -1 is the last.
func (w *words) ordinal(n int) string {
	switch {
	case n == -1:
		return w.ordinals[0]
	case 1 <= n && n < len(w.ordinals):
		return w.ordinals[n]
	}
	return fmt.Sprintf("%d.", n)
}
