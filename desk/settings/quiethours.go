package settings

import (
	"slices"
	"time"

	"maildesk/calendar"
	"maildesk/ticket"
)

// Clock is a time of day. The zero Clock is none.
type Clock struct {
	Set          bool
	Hour, Minute int
}

// On returns the clock's time on the day of a moment, in that moment's zone.
func (k Clock) On(day time.Time) time.Time {
	return calendar.OnWall(day.Location(), time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC), 60*k.Hour+k.Minute)
}

// QuietHours is a time of every day, from one clock to another; over midnight where it ends
// no later than it begins.
type QuietHours struct{ From, Until Clock }

// end returns when the hours end that a moment is in; zero: it is in none.
func (h QuietHours) end(now time.Time) time.Time {
	for _, day := range []time.Time{now, now.AddDate(0, 0, -1)} {
		from, until := h.From.On(day), h.Until.On(day)
		if !until.After(from) {
			until = h.Until.On(day.AddDate(0, 0, 1))
		}
		if !now.Before(from) && now.Before(until) {
			return until
		}
	}
	return time.Time{}
}

// QuietUntil returns when the quiet hours of an agent end that it is at a moment; zero: it
// is none. QuietHours that follow each other are one time.
func (s *Settings) QuietUntil(a Agent, now time.Time) time.Time {
	var until time.Time
	at := now.In(s.Zone())
	for range len(a.Quiet) + 1 {
		i := slices.IndexFunc(a.Quiet, func(h QuietHours) bool { return !h.end(at).IsZero() })
		if i < 0 {
			break
		}
		until = a.Quiet[i].end(at)
		at = until
	}
	return until
}

// WorksOn reports whether the day of a moment is a working day: one with opening hours in
// the desk's calendar, or, without a calendar, Monday to Friday.
func (s *Settings) WorksOn(now time.Time) bool {
	day := Clock{Set: true}.On(now.In(s.Zone()))
	if hours := s.Rules.Calendar(); hours != nil {
		return hours.Between(day, day.AddDate(0, 0, 1)) > 0
	}
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday
}

// Notices says which notices to agents wait, to come as one mail.
type Notices struct {
	Many   int             // so many notices of new tickets of a queue come one by one within a time; 0: all
	Within time.Duration   // that time; and how long the others are gathered
	Urgent ticket.Priority // notices of tickets from this priority on come in quiet hours, too; empty: none do
}

// Why notices to an agent wait, to come as one mail: the Held of the outgoing mail, whose
// key is the agent's name.
const (
	WaitQuiet = "quiet-hours"
	WaitMany  = "many-requests"
)

// WaitReasons lists them.
var WaitReasons = []string{WaitQuiet, WaitMany}
