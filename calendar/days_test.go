package calendar

import (
	"testing"
	"time"
)

func TestAddDays(t *testing.T) {
	h, wrong := New(Calendar{Timezone: "Europe/Berlin", Hours: []string{"mon-thu 09:00-17:00", "fri 09:00-12:00"}, Holidays: []string{"2027-03-29"}})
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	for _, tt := range []struct {
		from string
		days int
		want string
	}{
		{"2027-03-01 10:00", 2, "2027-03-03 10:00"}, // Monday
		{"2027-03-03 10:00", 2, "2027-03-05 10:00"},
		{"2027-03-04 10:00", 2, "2027-03-08 10:00"}, // over a weekend
		{"2027-03-03 16:00", 2, "2027-03-08 09:00"}, // Friday afternoon is not working time
		{"2027-03-06 22:00", 1, "2027-03-09 09:00"}, // Saturday night is Monday morning
		{"2027-03-25 10:00", 2, "2027-03-30 10:00"}, // over a holiday, and the night in which the clock is put forward
		{"2027-10-29 10:00", 1, "2027-11-01 10:00"}, // put back
		{"2027-03-01 10:00", 0, "2027-03-01 10:00"},
	} {
		from, err := time.ParseInLocation("2006-01-02 15:04", tt.from, h.Location())
		if err != nil {
			t.Fatal(err)
		}
		if got := h.AddDays(from.UTC(), tt.days).Format("2006-01-02 15:04"); got != tt.want {
			t.Errorf("%d working days after %s: %s, want %s", tt.days, tt.from, got, tt.want)
		}
	}
}

// TestDayWithoutMidnight: where the clock is put forward over it, the day begins when that has been; each day ends
// where the next one begins.
func TestDayWithoutMidnight(t *testing.T) {
	for _, tt := range []struct{ zone, day, begins, next string }{
		{"Europe/Berlin", "2026-03-29", "2026-03-29 00:00", "2026-03-30 00:00"},
		{"Atlantic/Azores", "2026-03-28", "2026-03-28 00:00", "2026-03-29 01:00"},
		{"Atlantic/Azores", "2026-03-29", "2026-03-29 01:00", "2026-03-30 00:00"},
		{"America/Havana", "2026-03-08", "2026-03-08 01:00", "2026-03-09 00:00"},
		{"America/Havana", "2026-11-01", "2026-11-01 00:00", "2026-11-02 00:00"}, // the first of two midnights
		{"Asia/Beirut", "2026-03-29", "2026-03-29 01:00", "2026-03-30 00:00"},
	} {
		zone, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		const form = "2006-01-02 15:04"
		begins, err := ParseDay(tt.day, zone)
		if err != nil || begins.Format(form) != tt.begins || NextDay(begins).Format(form) != tt.next || !BeginOfDay(begins.Add(90*time.Minute)).Equal(begins) {
			t.Errorf("%s in %s is from %s (%v) to %s, want %s to %s", tt.day, tt.zone, begins, err, NextDay(begins), tt.begins, tt.next)
		}
		if before := NextDay(begins.Add(-1)); !before.Equal(begins) {
			t.Errorf("the day before %s in %s ends at %s", tt.day, tt.zone, before)
		}
	}
	if _, err := ParseDay("2026-02-30", time.UTC); err == nil {
		t.Error("there is a 30 February")
	}
}

// TestParsePast: a month before the end of a longer one is the end of the month before.
func TestParsePast(t *testing.T) {
	for _, tt := range []struct {
		now, text, want string
		day             bool
	}{
		{"2027-03-31 15:30", "12h", "2027-03-31 03:30", false},
		{"2027-03-31 15:30", "30d", "2027-03-01 15:30", false},
		{"2027-03-31 15:30", "6w", "2027-02-17 15:30", false},
		{"2027-03-31 15:30", "1m", "2027-02-28 15:30", false},
		{"2028-03-31 15:30", "1m", "2028-02-29 15:30", false},
		{"2027-12-31 15:30", "3m", "2027-09-30 15:30", false},
		{"2027-01-15 15:30", "1m", "2026-12-15 15:30", false},
		{"2028-02-29 15:30", "1y", "2027-02-28 15:30", false},
		{"2028-02-29 15:30", "4y", "2024-02-29 15:30", false},
		{"2027-03-31 15:30", "2026-11-01", "2026-11-01 00:00", true},
	} {
		const form = "2006-01-02 15:04"
		now, err := time.Parse(form, tt.now)
		if err != nil {
			t.Fatal(err)
		}
		got, day, err := ParsePast(tt.text, now)
		if err != nil || got.Format(form) != tt.want || day != tt.day {
			t.Errorf("%s before %s is %s, a day: %t (%v), want %s", tt.text, tt.now, got.Format(form), day, err, tt.want)
		}
	}
	for _, text := range []string{"", "1", "1x", "-1d", "yesterday", "2027-02-29"} {
		if got, _, err := ParsePast(text, time.Now()); err == nil {
			t.Errorf("%q is %s", text, got)
		}
	}
}
