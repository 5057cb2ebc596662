package routing

import (
	"testing"
	"time"
)

// Hours over night belong to the evening on which they begin; a range of
// holidays is all its days; a country may be called by its name.
func TestCalendarAsPeopleWriteIt(t *testing.T) {
	d := office(Rule{Name: "r", When: "working_hours", NoAck: true})
	d.Calendars = []Calendar{{Name: "night", Timezone: "Europe/Berlin", Hours: []string{"mon-fri 22:00-06:00"}, Country: "Deutschland", Holidays: []string{"2026-12-28..2026-12-30", "2026-11-02"}}}
	r := compile(t, d)
	for at, want := range map[string]bool{
		"2026-11-03 21:59": false, "2026-11-03 22:00": true, "2026-11-04 05:59": true, "2026-11-04 06:00": false, // Tuesday to Wednesday
		"2026-11-07 03:00": true, "2026-11-07 23:00": false, "2026-11-09 03:00": false, // the week ends on Saturday morning
		"2026-11-02 23:00": false, "2026-12-25 23:00": false, "2026-12-28 23:00": false, "2026-12-30 23:00": false, "2026-12-31 23:00": true,
	} {
		moment, err := time.ParseInLocation("2006-01-02 15:04", at, r.Calendar().Location())
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Route(Facts{Received: moment}).NoAck; got != want {
			t.Errorf("working_hours at %s = %t, want %t", at, got, want)
		}
	}
	if week, day := r.Calendar().Week(), r.Calendar().Day(); week != 40*time.Hour || day != 8*time.Hour {
		t.Errorf("a week has %v and a day %v, want 40 h and 8 h", week, day)
	}
	for name, want := range map[string]string{"France": "FR", "Frankreich": "FR", "allemagne": "DE", "UK": "GB", "España": "ES", "Atlantis": "", "": ""} {
		if got := countryCalled(name, []string{"DE", "DE-BY", "ES", "FR", "GB"}); got != want {
			t.Errorf("countryCalled(%q) = %q, want %q", name, got, want)
		}
	}
}
