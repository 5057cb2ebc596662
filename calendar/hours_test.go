package calendar

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// hours returns the working time of a calendar in which nothing is wrong.
func hours(t testing.TB, c Calendar) *Hours {
	t.Helper()
	h, wrong := New(c)
	if len(wrong) > 0 {
		t.Fatalf("New(%v): %v", c, wrong)
	}
	return h
}

func moment(t testing.TB, s string, h *Hours) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, h.Location())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

var (
	berlin  = Calendar{Timezone: "Europe/Berlin", Hours: []string{"mon-fri 09:00-17:00"}, Country: "DE"}
	lunch   = Calendar{Timezone: "Europe/Berlin", Hours: []string{"mon-thu 13:00-17:00", "mon-fri 09:00-12:00"}}
	always  = Calendar{Timezone: "Europe/Berlin", Hours: []string{"mon-sun 00:00-24:00"}}
	newYork = Calendar{Timezone: "America/New_York", Hours: []string{"mon-sun 00:00-24:00"}}
	night   = Calendar{Timezone: "America/New_York", Hours: []string{"mon-sun 00:00-06:00"}}
	gap     = Calendar{Timezone: "Europe/Berlin", Hours: []string{"sun 02:30-04:00"}}
	kolkata = Calendar{Timezone: "Asia/Kolkata", Hours: []string{"mon-sat 10:00-18:30"}, Country: ""}
	closed  = Calendar{Timezone: "Europe/Berlin", Hours: []string{"mon-fri 09:00-17:00"}, Country: "DE-BY", Holidays: []string{"2026-12-24", "2026-12-31"}}
)

func TestWorkingTime(t *testing.T) {
	for _, tt := range []struct {
		name     string
		calendar Calendar
		from     string
		add      time.Duration
		want     string
	}{
		{"within a day", berlin, "2026-11-24 10:00", 2 * time.Hour, "2026-11-24 12:00"},
		{"to the end of the day", berlin, "2026-11-24 15:00", 2 * time.Hour, "2026-11-24 17:00"},
		{"over night", berlin, "2026-11-24 16:00", 2 * time.Hour, "2026-11-25 10:00"},
		{"over a weekend", berlin, "2026-11-27 16:30", 1 * time.Hour, "2026-11-30 09:30"},
		{"from the evening", berlin, "2026-11-24 20:00", 1 * time.Hour, "2026-11-25 10:00"},
		{"from the early morning", berlin, "2026-11-24 03:00", 1 * time.Hour, "2026-11-24 10:00"},
		{"nothing, at work", berlin, "2026-11-24 10:00", 0, "2026-11-24 10:00"},
		{"nothing, at night", berlin, "2026-11-24 17:00", 0, "2026-11-25 09:00"},
		{"over Christmas", berlin, "2026-12-24 16:00", 2 * time.Hour, "2026-12-28 10:00"}, // Friday 25th and Saturday 26th are holidays
		{"over Good Friday and Easter", berlin, "2026-04-02 16:00", 2 * time.Hour, "2026-04-07 10:00"},
		{"days of the desk's own", closed, "2026-12-23 16:00", 9 * time.Hour, "2026-12-28 17:00"},
		{"New Year", closed, "2026-12-30 16:59", 2 * time.Minute, "2027-01-04 09:01"},
		{"lunch", lunch, "2026-11-24 11:00", 2 * time.Hour, "2026-11-24 14:00"},
		{"a lunch that ends the week", lunch, "2026-11-27 11:00", 2 * time.Hour, "2026-11-30 10:00"},
		{"clock put forward, office", berlin, "2026-03-27 16:00", 2 * time.Hour, "2026-03-30 10:00"},
		{"clock put back, office", berlin, "2026-10-23 16:00", 2 * time.Hour, "2026-10-26 10:00"},
		{"clock put forward, always", always, "2026-03-29 01:00", 2 * time.Hour, "2026-03-29 04:00"},
		{"clock put back, always", always, "2026-10-25 01:00", 4 * time.Hour, "2026-10-25 04:00"},
		{"a day of 23 hours", always, "2026-03-29 00:00", 23 * time.Hour, "2026-03-30 00:00"},
		{"a day of 25 hours", always, "2026-10-25 00:00", 25 * time.Hour, "2026-10-26 00:00"},
		{"New York, forward", newYork, "2026-03-08 01:30", 1 * time.Hour, "2026-03-08 03:30"},
		{"New York, back", newYork, "2026-11-01 00:30", 3 * time.Hour, "2026-11-01 02:30"},
		{"a night of 5 hours", night, "2026-03-08 00:00", 6 * time.Hour, "2026-03-09 01:00"},
		{"a night of 7 hours", night, "2026-11-01 00:00", 7 * time.Hour, "2026-11-01 06:00"},
		{"hours that begin where no time is", gap, "2026-03-29 00:00", 1 * time.Hour, "2026-03-29 04:00"},
		{"half an hour off", kolkata, "2026-11-24 18:00", 1 * time.Hour, "2026-11-25 10:30"},
		{"Saturday is a day of work", kolkata, "2026-11-28 18:00", 1 * time.Hour, "2026-11-30 10:30"},
	} {
		h := hours(t, tt.calendar)
		from, want := moment(t, tt.from, h), moment(t, tt.want, h)
		if got := h.Add(from, tt.add); !got.Equal(want) {
			t.Errorf("%s: Add(%s, %s) = %s, want %s", tt.name, tt.from, tt.add, got.Format(time.RFC3339), want.Format(time.RFC3339))
		}
		if got := h.Between(from, want); got != tt.add {
			t.Errorf("%s: Between(%s, %s) = %s, want %s", tt.name, tt.from, tt.want, got, tt.add)
		}
	}
}

// TestWorkingTimeByTheMinute compares with counting minutes by the clock on
// the wall, over both changes of the clock, in several zones.
func TestWorkingTimeByTheMinute(t *testing.T) {
	seed := rand.New(rand.NewPCG(1, 2))
	for _, c := range []Calendar{berlin, lunch, always, newYork, night, kolkata, closed} {
		h := hours(t, c)
		for _, day := range []string{"2026-03-05", "2026-03-26", "2026-10-22", "2026-10-29", "2026-12-22", "2026-12-30"} {
			start := moment(t, day+" 00:00", h)
			worked := make([]int, 1, 7*24*60+1) // minutes of work before each minute
			for i := range 7 * 24 * 60 {
				n := worked[i]
				if onTheWall(c, h, start.Add(time.Duration(i)*time.Minute)) {
					n++
				}
				worked = append(worked, n)
			}
			for range 60 {
				from, to := seed.IntN(len(worked)), seed.IntN(len(worked))
				if from > to {
					from, to = to, from
				}
				a, b := start.Add(time.Duration(from)*time.Minute), start.Add(time.Duration(to)*time.Minute)
				want := time.Duration(worked[to]-worked[from]) * time.Minute
				if got := h.Between(a, b); got != want {
					t.Fatalf("%s: Between(%s, %s) = %s, want %s", c.Timezone, a, b, got, want)
				}
				end := h.Add(a, want)
				if got := h.Between(a, end); got != want || end.After(b) && want > 0 {
					t.Fatalf("%s: Add(%s, %s) = %s, by which %s were worked, and not later than %s", c.Timezone, a, want, end, got, b)
				}
			}
		}
	}
}

// onTheWall reads working hours off the clock on the wall.
func onTheWall(c Calendar, h *Hours, at time.Time) bool {
	at = at.In(h.Location())
	if actual, observed, _ := h.public.IsHoliday(at); actual || observed || slices.Contains(c.Holidays, at.Format(time.DateOnly)) {
		return false
	}
	minute := at.Hour()*60 + at.Minute()
	return slices.ContainsFunc(h.spans[at.Weekday()], func(s span) bool { return s.from <= minute && minute < s.to })
}

// A day that its zone left out (Samoa, 30 December 2011) has no hours.
func TestDayThatNeverWas(t *testing.T) {
	h := hours(t, Calendar{Timezone: "Pacific/Apia", Hours: []string{"mon-sun 09:00-17:00"}})
	if got, want := h.Add(moment(t, "2011-12-29 16:00", h), 2*time.Hour), moment(t, "2011-12-31 10:00", h); !got.Equal(want) {
		t.Errorf("two hours from the eve = %s, want %s", got, want)
	}
}

func TestCalendarOfHolidaysOnly(t *testing.T) {
	h := hours(t, Calendar{Timezone: "UTC", Hours: []string{"mon 09:00-09:01"}})
	from := moment(t, "2026-11-24 10:00", h)
	if got := h.Add(from, 100*time.Hour); got.Before(from.AddDate(10, 0, 0)) {
		t.Errorf("100 hours of a minute a week end at %s", got)
	}
}

func TestOrdinaryDay(t *testing.T) {
	for _, tt := range []struct {
		calendar  Calendar
		day, week time.Duration
	}{
		{berlin, 8 * time.Hour, 40 * time.Hour},
		{always, 24 * time.Hour, 7 * 24 * time.Hour},
		{lunch, 31 * time.Hour / 5, 31 * time.Hour},
		{Calendar{Timezone: "UTC", Hours: []string{"mon 09:00-12:00", "mon 10:00-13:00"}}, 4 * time.Hour, 4 * time.Hour},
	} {
		h := hours(t, tt.calendar)
		if h.Day() != tt.day || h.Week() != tt.week {
			t.Errorf("%v: Day %s, Week %s, want %s, %s", tt.calendar.Hours, h.Day(), h.Week(), tt.day, tt.week)
		}
	}
}

func BenchmarkAdd40Hours(b *testing.B) {
	h := hours(b, berlin)
	from := moment(b, "2026-11-24 10:00", h)
	b.ReportAllocs()
	for b.Loop() {
		h.Add(from, 40*time.Hour)
	}
}

func BenchmarkBetweenAMonth(b *testing.B) {
	h := hours(b, berlin)
	from := moment(b, "2026-11-24 10:00", h)
	to := from.AddDate(0, 1, 0)
	b.ReportAllocs()
	for b.Loop() {
		h.Between(from, to)
	}
}
