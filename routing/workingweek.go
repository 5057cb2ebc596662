package routing

import (
	"time"

	"maildesk/calendar"
)

// WorkingWeek returns the hours by which working days count where the desk has no
// calendar: Monday to Friday, from 8:00 to 18:00.
func WorkingWeek(zone *time.Location) *calendar.Hours {
	week := calendar.Calendar{Timezone: zone.String(), Hours: []string{"mon-fri 08:00-18:00"}}
	hours, wrong := calendar.New(week)
	if len(wrong) > 0 { // the zone has no name of its own
		week.Timezone = "UTC"
		hours, _ = calendar.New(week)
	}
	return hours
}
