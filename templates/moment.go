package templates

import (
	"strings"
	"time"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// moments is how a language says a moment that is near: {time} stands for the
// time of the day, {weekday}, {day} and {month} for themselves.
type moments struct {
	Time     string `toml:"time"`  // a Go layout
	Whole    string `toml:"whole"` // likewise, of a full hour; empty: Time
	Bare     bool   `toml:"bare"`  // hours below ten are written without a zero
	Today    string `toml:"today"`
	Tomorrow string `toml:"tomorrow"`
	Weekday  string `toml:"weekday"` // within the next six days
	Date     string `toml:"date"`
	First    string `toml:"first"` // the first day of a month, where it is said otherwise
}

// moment says a moment as seen from now, in the time zone of now: "16:00
// today", "Tuesday 10:00". abroad adds the name of that zone. "" for none.
func (c *catalogue) moment(t, now time.Time, abroad bool) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(now.Location())
	var form string
	switch days := daysBetween(now, t); {
	case days == 0:
		form = c.Moments.Today
	case days == 1:
		form = c.Moments.Tomorrow
	case days > 1 && days < 7:
		form = c.Moments.Weekday
	default:
		form = c.Moments.Date
	}
	said := form
	for _, part := range [...]struct{ name, said string }{
		{"{time}", c.timeOfDay(t)}, {"{weekday}", c.Weekdays[t.Weekday()]}, {"{day}", c.dayOfMonth(t)}, {"{month}", c.Months[t.Month()-1]},
	} {
		said = strings.ReplaceAll(said, part.name, part.said)
	}
	if abroad {
		said += " (" + c.zoneName(t) + ")"
	}
	return said
}

// timeOfDay returns a time of the day: 09:30, 9 h 30.
func (c *catalogue) timeOfDay(t time.Time) string {
	layout := c.Moments.Time
	if t.Minute() == 0 && c.Moments.Whole != "" {
		layout = c.Moments.Whole
	}
	said := t.Format(layout)
	if c.Moments.Bare && t.Hour() < 10 {
		return strings.TrimPrefix(said, "0")
	}
	return said
}

// quarter rounds a moment up to the next full quarter of an hour, as people say
// times. What is promised so is never earlier than what the clock holds us to.
func quarter(t time.Time) time.Time {
	const step = 15 * time.Minute
	if whole := t.Truncate(step); whole.Before(t) {
		return whole.Add(step)
	}
	return t
}

// zoneName returns the name of a time zone as people write it: CET, MEZ, UTC+5:30.
func (c *catalogue) zoneName(t time.Time) string {
	name := t.Format("MST")
	if own := c.Zones[name]; own != "" {
		return own
	}
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") {
		return "UTC" + name
	}
	return name
}

// daysBetween counts the midnights from one moment to another, in the zone of
// each.
func daysBetween(a, b time.Time) int {
	midnight := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(midnight(b).Sub(midnight(a)) / (24 * time.Hour))
}

// promised says by when things are due: "first response, 16:00 today".
func (l *language) promised(n notify.Notice, kinds ...ticket.TargetKind) string {
	var said []string
	for _, k := range kinds {
		if due := n.Ticket.Due(k); !due.IsZero() {
			said = append(said, l.label(string(k))+", "+l.moment(due, n.Now, n.Abroad))
		}
	}
	return strings.Join(said, l.label("separator"))
}

// overdue says why the clock handed a ticket on; "" when it did not.
func (l *language) overdue(n notify.Notice) string {
	if len(n.Late) == 0 {
		return ""
	}
	var kinds []string
	for _, k := range n.Late {
		kinds = append(kinds, l.label(string(k)))
	}
	return l.label("time-is-over") + l.Colon + " " + strings.Join(kinds, ", ")
}

// clock returns the times by which something is due on a ticket, as facts.
func (l *language) clock(n notify.Notice) []Fact {
	var facts []Fact
	for _, k := range ticket.TargetKinds {
		due := n.Ticket.Due(k)
		if due.IsZero() {
			continue
		}
		value := l.moment(due, n.Now, n.Abroad)
		late := due.Before(n.Now)
		if late {
			value += " – " + l.label("late")
		}
		facts = append(facts, Fact{Label: l.label("due-" + strings.ReplaceAll(string(k), " ", "-")), Value: value, Alarm: late})
	}
	return facts
}

// alsoDue returns further tickets on which something is due, most urgent first.
func (l *language) alsoDue(n notify.Notice) (lines []Other, more int) {
	for i, t := range n.AlsoDue {
		if i == maxAlsoDue {
			return lines, len(n.AlsoDue) - maxAlsoDue
		}
		due, kind := t.NextDue()
		status := ""
		if !due.IsZero() {
			status = l.label(string(kind)) + ", " + l.moment(due, n.Now, n.Abroad)
		}
		lines = append(lines, Other{Number: t.ID, Subject: oneLine(t.Subject), Status: status})
	}
	return lines, 0
}
