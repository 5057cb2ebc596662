package calendar

import (
	"testing"
	"time"
)

// Hours over night belong to the evening on which they begin; a range of
// holidays is all its days; a country may be called by its name.
func TestCalendarAsPeopleWriteIt(t *testing.T) {
	h := hours(t, Calendar{Name: "night", Timezone: "Europe/Berlin", Hours: []string{"mon-fri 22:00-06:00"}, Country: "Deutschland", Holidays: []string{"2026-12-28..2026-12-30", "2026-11-02"}})
	for at, want := range map[string]bool{
		"2026-11-03 21:59": false, "2026-11-03 22:00": true, "2026-11-04 05:59": true, "2026-11-04 06:00": false, // Tuesday to Wednesday
		"2026-11-07 03:00": true, "2026-11-07 23:00": false, "2026-11-09 03:00": false, // the week ends on Saturday morning
		"2026-11-02 23:00": false, "2026-12-25 23:00": false, "2026-12-28 23:00": false, "2026-12-30 23:00": false, "2026-12-31 23:00": true,
	} {
		if got := h.Open(moment(t, at, h)); got != want {
			t.Errorf("Open(%s) = %t, want %t", at, got, want)
		}
	}
	if week, day := h.Week(), h.Day(); week != 40*time.Hour || day != 8*time.Hour {
		t.Errorf("a week has %v and a day %v, want 40 h and 8 h", week, day)
	}
	for name, want := range map[string]string{"France": "FR", "Frankreich": "FR", "allemagne": "DE", "UK": "GB", "España": "ES", "Atlantis": "", "": ""} {
		if got := countryCalled(name, []string{"DE", "DE-BY", "ES", "FR", "GB"}); got != want {
			t.Errorf("countryCalled(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestMistakes(t *testing.T) {
	fine := Calendar{Timezone: "UTC", Hours: []string{"mon 09:00-17:00"}}
	for _, tt := range []struct {
		name   string
		change func(*Calendar)
		key    string
		index  int
	}{
		{"no time zone", func(c *Calendar) { c.Timezone = "" }, "timezone", -1},
		{"a zone that is none", func(c *Calendar) { c.Timezone = "Europe/Atlantis" }, "timezone", -1},
		{"no hours", func(c *Calendar) { c.Hours = nil }, "hours", -1},
		{"an end before the beginning", func(c *Calendar) { c.Hours = append(c.Hours, "tue 17:00-09:00") }, "hours", 1},
		{"a country nobody knows", func(c *Calendar) { c.Country = "Atlantis" }, "country", -1},
		{"a day that is none", func(c *Calendar) { c.Holidays = []string{"2026-12-25", "2026-02-30"} }, "holidays", 1},
		{"a range backwards", func(c *Calendar) { c.Holidays = []string{"2026-12-31..2026-12-24"} }, "holidays", 0},
	} {
		c := Calendar{Timezone: fine.Timezone, Hours: append([]string(nil), fine.Hours...)}
		tt.change(&c)
		_, wrong := New(c)
		if len(wrong) != 1 || wrong[0].Key != tt.key || wrong[0].Index != tt.index {
			t.Errorf("%s: mistakes %+v, want one of %s %d", tt.name, wrong, tt.key, tt.index)
			continue
		}
		if m := wrong[0]; m.What == "" || m.Remedy == "" && len(m.Known) == 0 {
			t.Errorf("%s: %+v says not what is wrong, or no remedy", tt.name, m)
		}
	}
	if _, wrong := New(fine); len(wrong) > 0 {
		t.Errorf("nothing is wrong with %v, but %v", fine, wrong)
	}
}

func TestParseDuration(t *testing.T) {
	office := hours(t, Calendar{Timezone: "UTC", Hours: []string{"mon-fri 09:00-17:00"}})
	for text, want := range map[string]time.Duration{
		"30m": 30 * time.Minute, "2h": 2 * time.Hour, "1d": 8 * time.Hour, "1d4h": 12 * time.Hour, "1h30m": 90 * time.Minute,
		"": 0, "0h": 0, "soon": 0, "-1h": 0, "1d soon": 0, "9999d": 0,
	} {
		got, err := office.ParseDuration(text)
		if got != want || (err == nil) != (want > 0) {
			t.Errorf("ParseDuration(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
}
