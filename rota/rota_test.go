package rota

import (
	"strings"
	"testing"
	"time"

	"maildesk/calendar"
)

const form = "2006-01-02 15:04"

func in(t *testing.T, zone string) *time.Location {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return location
}

// at reads a time on the wall; a trailing "Z" means UTC.
func at(t *testing.T, location *time.Location, s string) time.Time {
	t.Helper()
	if utc, is := strings.CutSuffix(s, "Z"); is {
		location, s = time.UTC, utc
	}
	m, err := time.ParseInLocation(form, s, location)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func day(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// told writes shifts with their length, which shows what the clock did meanwhile.
func told(shifts []Shift, location *time.Location) string {
	var all []string
	for _, s := range shifts {
		all = append(all, s.Agent+" "+s.From.In(location).Format(form)+" "+s.Until.Sub(s.From).String())
	}
	return strings.Join(all, "\n")
}

func hours(t *testing.T, zone string, lines ...string) *calendar.Hours {
	t.Helper()
	h, wrong := calendar.New(calendar.Calendar{Name: "office", Timezone: zone, Hours: lines, Country: "DE"})
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	return h
}

const (
	week   = 7 * 24 * 60
	oneDay = 24 * 60
)

func TestShifts(t *testing.T) {
	berlin := "Europe/Berlin"
	weekly := func(t *testing.T) Layer {
		return Layer{Agents: []string{"ana", "ben"}, Start: day(t, "2026-03-16"), Minutes: 9 * 60, Turn: week}
	}
	for _, tt := range []struct {
		name, zone  string
		rota        func(t *testing.T, zone *time.Location) Rota
		from, until string
		want        string
	}{
		{"a week over the change to summer time is an hour shorter", berlin, func(t *testing.T, z *time.Location) Rota {
			return Rota{Layers: []Layer{weekly(t)}}
		}, "2026-03-16 09:00", "2026-04-06 09:00", "ana 2026-03-16 09:00 168h0m0s\nben 2026-03-23 09:00 167h0m0s\nana 2026-03-30 09:00 168h0m0s"},
		{"a week over the change to winter time is an hour longer", berlin, func(t *testing.T, z *time.Location) Rota {
			return Rota{Layers: []Layer{weekly(t)}}
		}, "2026-10-19 09:00", "2026-11-02 09:00", "ben 2026-10-19 09:00 169h0m0s\nana 2026-10-26 09:00 168h0m0s"},
		{"a hand-over at an hour that does not exist is when the clock jumps", berlin, func(t *testing.T, z *time.Location) Rota {
			return Rota{Layers: []Layer{{Agents: []string{"ana", "ben"}, Start: day(t, "2026-03-28"), Minutes: 2*60 + 30, Turn: oneDay}}}
		}, "2026-03-28 02:30", "2026-03-30 02:30", "ana 2026-03-28 02:30 23h30m0s\nben 2026-03-29 03:00 23h30m0s"},
		{"a hand-over at an hour that comes twice is at the first one", berlin, func(t *testing.T, z *time.Location) Rota {
			return Rota{Layers: []Layer{{Agents: []string{"ana", "ben"}, Start: day(t, "2026-10-24"), Minutes: 2*60 + 30, Turn: oneDay}}}
		}, "2026-10-24 02:30", "2026-10-26 02:30", "ana 2026-10-24 02:30 24h0m0s\nben 2026-10-25 02:30 25h0m0s"},
		{"half a day each, over the change", berlin, func(t *testing.T, z *time.Location) Rota {
			return Rota{Layers: []Layer{{Agents: []string{"ana", "ben"}, Start: day(t, "2026-03-28"), Minutes: 8 * 60, Turn: 12 * 60}}}
		}, "2026-03-28 08:00", "2026-03-29 20:00", "ana 2026-03-28 08:00 12h0m0s\nben 2026-03-28 20:00 11h0m0s\nana 2026-03-29 08:00 12h0m0s"},
		{"a zone whose clock jumps at midnight", "America/Santiago", func(t *testing.T, z *time.Location) Rota {
			return Rota{Layers: []Layer{{Agents: []string{"ana", "ben"}, Start: day(t, "2026-09-05"), Turn: oneDay}}}
		}, "2026-09-05 00:00", "2026-09-07 00:00", "ana 2026-09-05 00:00 24h0m0s\nben 2026-09-06 01:00 23h0m0s"},
		{"a zone of half an hour", "Australia/Lord_Howe", func(t *testing.T, z *time.Location) Rota {
			return Rota{Layers: []Layer{{Agents: []string{"ana", "ben"}, Start: day(t, "2026-04-04"), Minutes: 9 * 60, Turn: oneDay}}}
		}, "2026-04-04 09:00", "2026-04-06 09:00", "ana 2026-04-04 09:00 24h30m0s\nben 2026-04-05 09:00 24h0m0s"},
		{"the leap day is a day", "UTC", func(t *testing.T, z *time.Location) Rota {
			return Rota{Layers: []Layer{{Agents: []string{"ana", "ben", "cyd"}, Start: day(t, "2028-02-28"), Turn: oneDay}}}
		}, "2028-02-28 00:00", "2028-03-02 00:00", "ana 2028-02-28 00:00 24h0m0s\nben 2028-02-29 00:00 24h0m0s\ncyd 2028-03-01 00:00 24h0m0s"},
		{"a rota that began on a leap day, years later", "UTC", func(t *testing.T, z *time.Location) Rota {
			return Rota{Layers: []Layer{{Agents: []string{"ana", "ben"}, Start: day(t, "2024-02-29"), Turn: week}}}
		}, "2028-02-24 00:00", "2028-03-09 00:00", "ana 2028-02-24 00:00 168h0m0s\nben 2028-03-02 00:00 168h0m0s"},
		{"nobody before the first day", "UTC", func(t *testing.T, z *time.Location) Rota {
			return Rota{Layers: []Layer{{Agents: []string{"ana"}, Start: day(t, "2026-03-16"), Minutes: 9 * 60, Turn: oneDay}}}
		}, "2026-03-15 00:00", "2026-03-17 00:00", "ana 2026-03-16 09:00 15h0m0s"},
		{"an empty layer and none at all", "UTC", func(t *testing.T, z *time.Location) Rota {
			return Rota{Layers: []Layer{{Start: day(t, "2026-03-16"), Turn: week}, {}}}
		}, "2026-03-16 00:00", "2026-03-18 00:00", ""},
		{"an empty layer above another one", "UTC", func(t *testing.T, z *time.Location) Rota {
			return Rota{Layers: []Layer{{Start: day(t, "2026-03-16"), Turn: week}, {Agents: []string{"ben"}, Start: day(t, "2026-03-16"), Turn: week}}}
		}, "2026-03-16 00:00", "2026-03-18 00:00", "ben 2026-03-16 00:00 48h0m0s"},
		{"outside the hours of the desk, on a holiday all day", berlin, func(t *testing.T, z *time.Location) Rota {
			return Rota{Layers: []Layer{{Agents: []string{"ana"}, Start: day(t, "2026-04-01"), Turn: week, Outside: hours(t, berlin, "mon-fri 09:00-17:00")}}}
		}, "2026-04-02 09:00", "2026-04-08 00:00", "ana 2026-04-02 17:00 112h0m0s\nana 2026-04-07 17:00 7h0m0s"}, // Good Friday and Easter Monday
		{"weekends are another layer's", berlin, func(t *testing.T, z *time.Location) Rota {
			return Rota{Layers: []Layer{
				{Agents: []string{"cyd"}, Start: day(t, "2026-01-01"), Turn: week, During: hours(t, berlin, "sat 00:00-24:00", "sun 00:00-24:00")},
				{Agents: []string{"ana"}, Start: day(t, "2026-01-01"), Turn: week},
			}}
		}, "2026-06-12 12:00", "2026-06-15 12:00", "ana 2026-06-12 12:00 12h0m0s\ncyd 2026-06-13 00:00 48h0m0s\nana 2026-06-15 00:00 12h0m0s"},
		{"of overlapping overrides the last one counts", "UTC", func(t *testing.T, z *time.Location) Rota {
			return Rota{Layers: []Layer{{Agents: []string{"ana"}, Start: day(t, "2026-01-01"), Turn: week}}, Overrides: []Override{
				{"ben", at(t, z, "2026-06-12 08:00"), at(t, z, "2026-06-12 20:00")},
				{"cyd", at(t, z, "2026-06-12 12:00"), at(t, z, "2026-06-12 14:00")},
				{"dan", at(t, z, "2026-06-12 13:00"), at(t, z, "2026-06-12 22:00")},
			}}
		}, "2026-06-12 06:00", "2026-06-13 00:00", "ana 2026-06-12 06:00 2h0m0s\nben 2026-06-12 08:00 4h0m0s\ncyd 2026-06-12 12:00 1h0m0s\ndan 2026-06-12 13:00 9h0m0s\nana 2026-06-12 22:00 2h0m0s"},
		{"an override where nobody is on call, over the change", berlin, func(t *testing.T, z *time.Location) Rota {
			return Rota{Overrides: []Override{{"ben", at(t, z, "2026-03-28 20:00"), at(t, z, "2026-03-29 08:00")}}}
		}, "2026-03-28 00:00", "2026-03-30 00:00", "ben 2026-03-28 20:00 11h0m0s"},
		{"an override that ends before it begins is none", "UTC", func(t *testing.T, z *time.Location) Rota {
			return Rota{Overrides: []Override{{"ben", at(t, z, "2026-03-29 08:00"), at(t, z, "2026-03-28 20:00")}}}
		}, "2026-03-28 00:00", "2026-03-30 00:00", ""},
		{"adjoining turns of one agent are one shift", "UTC", func(t *testing.T, z *time.Location) Rota {
			return Rota{Layers: []Layer{{Agents: []string{"ana", "ana", "ben"}, Start: day(t, "2026-01-01"), Turn: oneDay}}}
		}, "2026-01-01 00:00", "2026-01-05 00:00", "ana 2026-01-01 00:00 48h0m0s\nben 2026-01-03 00:00 24h0m0s\nana 2026-01-04 00:00 24h0m0s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			zone := in(t, tt.zone)
			r := tt.rota(t, zone)
			r.Location = zone
			from, until := at(t, zone, tt.from), at(t, zone, tt.until)
			shifts := r.Shifts(from, until, nil)
			if got := told(shifts, zone); got != tt.want {
				t.Errorf("the shifts are\n%s\nwant\n%s", got, tt.want)
			}
			for now := from; now.Before(until); now = now.Add(7 * time.Minute) { // both answers agree
				want := ""
				for _, s := range shifts {
					if !now.Before(s.From) && now.Before(s.Until) {
						want = s.Agent
					}
				}
				if got := r.At(now, nil); got != want {
					t.Fatalf("at %s it is %q, by the shifts %q", now, got, want)
				}
			}
		})
	}
}

// TestAway: whoever is away is passed over by the next in turn, also in an override.
func TestAway(t *testing.T) {
	r := Rota{Location: time.UTC, Layers: []Layer{{Agents: []string{"ana", "ben", "cyd"}, Start: day(t, "2026-01-01"), Turn: oneDay}}, Overrides: []Override{{"dan", day(t, "2026-01-03"), day(t, "2026-01-05")}}}
	away := func(agent string, at time.Time) bool {
		on := at.Format(time.DateOnly)
		return agent == "ben" && on == "2026-01-02" || agent == "dan" && on == "2026-01-04" || on == "2026-01-06"
	}
	want := "ana 2026-01-01 00:00 24h0m0s\ncyd 2026-01-02 00:00 24h0m0s\ndan 2026-01-03 00:00 24h0m0s\nana 2026-01-04 00:00 24h0m0s\nben 2026-01-05 00:00 24h0m0s"
	if got := told(r.Shifts(day(t, "2026-01-01"), day(t, "2026-01-07"), away), time.UTC); got != want {
		t.Errorf("the shifts are\n%s\nwant\n%s", got, want)
	}
}

// TestNow: who is on call now until when, and who is next, also far away.
func TestNow(t *testing.T) {
	r := Rota{Location: time.UTC, Layers: []Layer{{Agents: []string{"ana", "ben"}, Start: day(t, "2026-01-01"), Turn: 8 * week}}}
	now, next := r.Now(day(t, "2026-01-02"), nil)
	if got, want := told([]Shift{now, next}, time.UTC), "ana 2026-01-02 00:00 1320h0m0s\nben 2026-02-26 00:00 1344h0m0s"; got != want {
		t.Errorf("now and next:\n%s\nwant\n%s", got, want)
	}
	if now, next := (Rota{Location: time.UTC}).Now(day(t, "2026-01-02"), nil); now.Agent != "" || next.Agent != "" {
		t.Errorf("of nobody: %v, %v", now, next)
	}
}

// TestFeed: the calendar has an event for each shift, which keeps its UID.
func TestFeed(t *testing.T) {
	r := Rota{Name: "night shift", Location: in(t, "Europe/Berlin"), Layers: []Layer{{Agents: []string{"ana", "ben"}, Start: day(t, "2026-03-16"), Minutes: 9 * 60, Turn: week}}}
	from := at(t, r.Location, "2026-03-16 09:00")
	known := func(agent string) string { return strings.ToUpper(agent) }
	feed := string(Feed(r, r.Shifts(from, from.AddDate(0, 0, 14), nil), known, "desk.example.org", from))
	for _, want := range []string{
		"METHOD:PUBLISH\r\n", "UID:night-shift-1773648000@desk.example.org\r\n", "DTSTART:20260316T080000Z\r\n", "DTEND:20260323T080000Z\r\n", "SUMMARY:ANA (night shift)\r\n",
		"DTSTART:20260323T080000Z\r\n", "DTEND:20260330T070000Z\r\n", "SUMMARY:BEN (night shift)\r\n", "DTSTAMP:20260316T080000Z\r\n",
	} {
		if !strings.Contains(feed, want) {
			t.Errorf("%q is not in the feed:\n%s", want, feed)
		}
	}
	if again := string(Feed(r, r.Shifts(from, from.AddDate(0, 0, 14), nil), known, "desk.example.org", from)); again != feed {
		t.Error("the same shifts make another feed")
	}
}
