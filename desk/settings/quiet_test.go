package settings

import (
	"testing"
	"time"
)

// TestQuietUntil: over midnight, side by side, and when clocks change.
func TestQuietUntil(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	span := func(from, until int) QuietHours {
		return QuietHours{Clock{true, from, 0}, Clock{true, until, 0}}
	}
	for _, tt := range []struct {
		name    string
		quiet   []QuietHours
		at, end string // "": it is not quiet
	}{
		{"before", []QuietHours{span(18, 8)}, "2026-06-01 17:59", ""},
		{"in the evening", []QuietHours{span(18, 8)}, "2026-06-01 18:00", "2026-06-02 08:00"},
		{"in the morning", []QuietHours{span(18, 8)}, "2026-06-02 07:59", "2026-06-02 08:00"},
		{"after", []QuietHours{span(18, 8)}, "2026-06-02 08:00", ""},
		{"at noon", []QuietHours{span(18, 8), span(12, 13)}, "2026-06-02 12:30", "2026-06-02 13:00"},
		{"one after the other", []QuietHours{span(18, 22), span(22, 7)}, "2026-06-02 19:00", "2026-06-03 07:00"},
		{"all day long", []QuietHours{span(8, 20), span(20, 8)}, "2026-06-02 19:00", "2026-06-03 20:00"},
		{"clocks go forward", []QuietHours{span(18, 8)}, "2026-03-29 01:30", "2026-03-29 08:00"},
		{"clocks go back", []QuietHours{span(18, 8)}, "2026-10-25 02:30", "2026-10-25 08:00"},
		{"none", nil, "2026-06-02 19:00", ""},
	} {
		const form = "2006-01-02 15:04"
		at, _ := time.ParseInLocation(form, tt.at, berlin)
		got := ""
		if until := (&Settings{Location: berlin}).QuietUntil(Agent{Quiet: tt.quiet}, at.UTC()); !until.IsZero() {
			got = until.In(berlin).Format(form)
		}
		if got != tt.end {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.end)
		}
	}
}
