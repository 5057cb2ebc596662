package routing

import (
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"maildesk/calendar"
)

func TestLists(t *testing.T) {
	d := office()
	d.Lists = []List{{Name: "vip", Entries: []string{"Dean@example.org", "@board.example.org", "partner.example"}}}
	tests := []struct {
		from string
		want bool
	}{
		{"dean@example.org", true}, {"DEAN@example.org", true}, {"ana@example.org", false},
		{"x@board.example.org", true}, {"x@sub.board.example.org", false},
		{"x@partner.example", true}, {"x@mail.partner.example", true}, {"x@notpartner.example", false},
		{"", false}, {"partner.example", false},
	}
	d.Rules = []Rule{{Name: "vip", When: `in_list(from, "vip")`}}
	r := compile(t, d)
	for _, tt := range tests {
		if got := len(r.Route(Facts{From: tt.from}).Rules) == 1; got != tt.want {
			t.Errorf("in_list(%q) = %t, want %t", tt.from, got, tt.want)
		}
	}
	if got := len(r.Route(Facts{To: []string{"dean@example.org"}}).Rules); got != 0 {
		t.Errorf("in_list of nobody fired")
	}
	d.Rules[0].When = `any(to, in_list(#, "vip"))`
	if got := compile(t, d).Route(Facts{To: []string{"x@y.example", "dean@example.org"}}); len(got.Rules) != 1 {
		t.Errorf("Route with %s = %+v, want it fired", d.Rules[0].When, got)
	}
}

func TestImportance(t *testing.T) {
	tests := []struct {
		name, value, want string
	}{
		{"x-priority", "1 (Highest)", "high"}, {"x-priority", "2", "high"}, {"x-priority", "3 (Normal)", "normal"}, {"x-priority", "5", "low"},
		{"importance", "High", "high"}, {"importance", "low", "low"}, {"importance", "normal", "normal"},
		{"priority", "urgent", "high"}, {"priority", "non-urgent", "low"}, {"x-msmail-priority", "High", "high"},
		{"x-priority", "", "normal"}, {"x-priority", "17", "normal"}, {"subject", "high", "normal"},
	}
	for _, tt := range tests {
		if got := importance(map[string]string{tt.name: tt.value}); got != tt.want {
			t.Errorf("importance(%s: %s) = %s, want %s", tt.name, tt.value, got, tt.want)
		}
	}
}

func TestCalendar(t *testing.T) {
	d := office(Rule{Name: "open", When: "working_hours"}, Rule{Name: "evening", When: "received.Hour() >= 20"})
	d.Calendars = []calendar.Calendar{{Name: "office", Timezone: "Europe/Berlin", Hours: []string{"mon-thu 09:00-17:00", "fri 09:00-12:00", "fri 13:00-15:00", "sat-sun 00:00-24:00"},
		Country: "DE-BY", Holidays: []string{"2026-12-24"}}}
	r := compile(t, d)
	tests := []struct {
		at   string // UTC; Berlin is one hour ahead, two in summer
		want []string
	}{
		{"2026-11-24T08:00:00Z", []string{"open"}},
		{"2026-11-24T07:59:59Z", []string{}},
		{"2026-11-24T15:59:59Z", []string{"open"}},
		{"2026-11-24T16:00:00Z", []string{}},
		{"2026-07-07T07:00:00Z", []string{"open"}}, // summer time
		{"2026-11-27T11:30:00Z", []string{}},       // Friday's lunch
		{"2026-11-27T12:30:00Z", []string{"open"}},
		{"2026-11-28T22:30:00Z", []string{"open", "evening"}},
		{"2026-12-24T10:00:00Z", []string{}},
		{"2026-12-25T10:00:00Z", []string{}},
		{"2026-04-06T10:00:00Z", []string{}},       // Easter Monday
		{"2027-03-29T10:00:00Z", []string{}},       // another year's
		{"2026-11-01T23:30:00Z", []string{}},       // Monday in Berlin, no hours yet
		{"2026-01-06T10:00:00Z", []string{}},       // Epiphany, in Bavaria
		{"2026-10-31T10:00:00Z", []string{"open"}}, // Reformation Day is not kept in Bavaria
		{"2026-11-24T19:00:00Z", []string{"evening"}},
	}
	for _, tt := range tests {
		at, err := time.Parse(time.RFC3339, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Route(Facts{Received: at}).Rules; !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Route at %s fires %q, want %q", tt.at, got, tt.want)
		}
	}
}

func TestCalendarMistakes(t *testing.T) {
	good := calendar.Calendar{Name: "office", Timezone: "UTC", Hours: []string{"mon-fri 09:00-17:00"}}
	tests := []struct {
		name   string
		change func(*calendar.Calendar)
		field  string
		item   int
		reason string
	}{
		{"zone", func(c *calendar.Calendar) { c.Timezone = "Berlin" }, "timezone", -1, `"Berlin" is not a time zone`},
		{"no zone", func(c *calendar.Calendar) { c.Timezone = "" }, "timezone", -1, `"" is not a time zone`},
		{"no hours", func(c *calendar.Calendar) { c.Hours = nil }, "hours", -1, "the calendar has no hours"},
		{"day", func(c *calendar.Calendar) { c.Hours = []string{"mon 09:00-17:00", "mo-fr 09:00-17:00"} }, "hours", 1, `"mo-fr 09:00-17:00" are no working hours`},
		{"backwards", func(c *calendar.Calendar) { c.Hours = []string{"mon 17:00-09:00"} }, "hours", 0, `"mon 17:00-09:00" are no working hours`},
		{"time", func(c *calendar.Calendar) { c.Hours = []string{"mon 9-17"} }, "hours", 0, `"mon 9-17" are no working hours`},
		{"country", func(c *calendar.Calendar) { c.Country = "Atlantis" }, "country", -1, `the holidays of "Atlantis" are not known`},
		{"holiday", func(c *calendar.Calendar) { c.Holidays = []string{"25.12.2026"} }, "holidays", 0, `"25.12.2026" is not a day`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, c := office(), good
			tt.change(&c)
			d.Calendars = []calendar.Calendar{c}
			_, err := Compile(d)
			e, ok := errors.AsType[*RuleError](err)
			if !ok || e.Section != SectionCalendar || e.Field != tt.field || e.Item != tt.item || e.Reason != tt.reason || e.Remedy == "" {
				t.Errorf("Compile = %+v, want field %s, item %d, %s", err, tt.field, tt.item, tt.reason)
			}
		})
	}
}

// TestVersion: the version changes with everything that changes a decision.
func TestVersion(t *testing.T) {
	d := office(Rule{Name: "a", When: "tls", Priority: "low"})
	first := compile(t, d).Version()
	if again := compile(t, office(Rule{Name: "a", When: "tls", Priority: "low"})).Version(); again != first {
		t.Errorf("Version of equal desks = %s and %s, want equal", first, again)
	}
	seen := map[string]bool{first: true}
	for i, change := range []func(*Desk){
		func(d *Desk) { d.Rules[0].When = "not tls" }, func(d *Desk) { d.Fallback = "network" }, func(d *Desk) { d.Queues[0].Level = 1; d.Categories = nil },
		func(d *Desk) {
			d.Calendars = []calendar.Calendar{{Timezone: "UTC", Hours: []string{"mon 09:00-10:00"}}}
		},
		func(d *Desk) { d.Lists = []List{{Name: "l", Entries: []string{"x"}}} }, func(d *Desk) { d.Addresses = []Address{{"a@b.example", "network"}} },
	} {
		d := office(Rule{Name: "a", When: "tls", Priority: "low"})
		change(&d)
		v := compile(t, d).Version()
		if seen[v] {
			t.Errorf("Version after change %d is %s, as before", i, v)
		}
		seen[v] = true
	}
}

// The manual has every name that a condition can use.
func TestManualHasEveryName(t *testing.T) {
	manual, err := os.ReadFile("../docs/routing.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range Names() {
		if !strings.Contains(string(manual), "`"+name+"`") && !strings.Contains(string(manual), "`"+name+"(") {
			t.Errorf("docs/routing.md has no %s", name)
		}
	}
}
