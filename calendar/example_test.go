package calendar_test

import (
	"fmt"
	"time"

	"maildesk/calendar"
)

// Working time is counted over nights, weekends, breaks and holidays.
func Example() {
	hours, wrong := calendar.New(calendar.Calendar{
		Timezone: "Europe/Berlin",
		Hours:    []string{"mon-fri 09:00-12:30", "mon-fri 13:30-17:00"},
		Country:  "DE",
		Holidays: []string{"2026-12-24"},
	})
	if len(wrong) > 0 {
		panic(wrong[0].What)
	}
	wednesday := time.Date(2026, 12, 23, 16, 0, 0, 0, hours.Location())
	fmt.Println("open:", hours.Open(wednesday))
	fmt.Println("four hours later:", hours.Add(wednesday, 4*time.Hour).Format("Mon 2 Jan 15:04"))
	fmt.Println("until Monday evening:", hours.Between(wednesday, wednesday.AddDate(0, 0, 5).Add(2*time.Hour)))
	// Output:
	// open: true
	// four hours later: Mon 28 Dec 12:00
	// until Monday evening: 8h0m0s
}

// New returns everything that is wrong with a calendar, each with a remedy.
func ExampleNew() {
	_, wrong := calendar.New(calendar.Calendar{Timezone: "Berlin", Hours: []string{"mon-fri 9-17"}})
	for _, m := range wrong {
		fmt.Printf("%s: %s; %s\n", m.Key, m.What, m.Remedy)
	}
	// Output:
	// timezone: "Berlin" is not a time zone; write it as in "Europe/Berlin"
	// hours: "mon-fri 9-17" are no working hours; write days and times, as in "mon-fri 09:00-17:00"
}
