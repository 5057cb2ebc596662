package calendar

import (
	"testing"
	"time"
)

// TestParsePastLongAgo: nothing is longer ago than 1970, however large the number.
func TestParsePastLongAgo(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"12h": now.Add(-12 * time.Hour), "1y": now.AddDate(-1, 0, 0), "2026-11-01": time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
		"999999y": time.Unix(0, 0), "999999m": time.Unix(0, 0), "999999w": time.Unix(0, 0), "999999d": time.Unix(0, 0), "999999h": time.Unix(0, 0),
		"0001-01-01": time.Unix(0, 0),
	} {
		if got, _, err := ParsePast(text, now); err != nil || !got.Equal(want) {
			t.Errorf("ParsePast(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
}
