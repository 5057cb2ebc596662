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
