package target_test

import (
	"fmt"
	"time"

	"maildesk/calendar"
	"maildesk/target"
	"maildesk/ticket"
)

// How the promises on a ticket stand follows from its events: the clock stood while it
// waited for the requester.
func Example() {
	hours, wrong := calendar.New(calendar.Calendar{Timezone: "Europe/Berlin", Hours: []string{"mon-fri 09:00-17:00"}})
	if len(wrong) > 0 {
		panic(wrong[0].What)
	}
	promise := &target.Promise{FirstResponse: 2 * time.Hour, Resolution: 8 * time.Hour, Hours: hours}
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, hours.Location()) }
	opened := ticket.Ticket{ID: 1, CreatedAt: at(24, 9)} // a Tuesday
	events := []ticket.Event{
		{Kind: ticket.EventAnswered, At: at(24, 10)},
		{Kind: ticket.EventStatus, From: string(ticket.StatusNew), To: string(ticket.StatusPending), At: at(24, 11)},
		{Kind: ticket.EventStatus, From: string(ticket.StatusPending), To: string(ticket.StatusOpen), At: at(25, 11)},
	}
	all, _ := target.Timings(promise, opened, events, at(25, 12))
	for _, x := range all {
		fmt.Printf("%s: due %s, done: %t\n", x.Kind, x.Due.In(hours.Location()).Format("Mon 15:04"), !x.Done.IsZero())
	}
	// Output:
	// first response: due Tue 11:00, done: true
	// resolution: due Wed 17:00, done: false
}
