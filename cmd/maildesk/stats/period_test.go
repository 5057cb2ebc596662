package stats

import (
	"strings"
	"testing"
	"time"
)

// TestEdges: a series says where its first period begins earlier than was asked for, and where
// its last one is not over.
func TestEdges(t *testing.T) {
	now := time.Date(2026, 11, 26, 14, 30, 0, 0, time.UTC) // a Thursday
	for _, tt := range []struct {
		name string
		c    Command
		want string
	}{
		{"no series", Command{Since: "10d"}, ""},
		{"from within a week", Command{Since: "10d", Per: "week"}, "The first week is counted whole: from 2026-11-16 00:00, not from 2026-11-16 14:30. The last week is counted until 2026-11-26 14:30."},
		{"from a day within a month", Command{Since: "2026-10-05", Until: "2026-10-31", Per: "month"}, "The first month is counted whole: from 2026-10-01 00:00, not from 2026-10-05 00:00."},
		{"whole days", Command{Since: "2026-11-20", Until: "2026-11-22", Per: "day"}, ""},
		{"until today", Command{Since: "2026-11-20", Until: "2026-11-26", Per: "day"}, "The last day is not over: it is counted until 2026-11-26 14:30."},
		{"until a day to come", Command{Since: "2026-11-02", Until: "2026-11-28", Per: "week"}, "The last week is not over: it is counted until 2026-11-26 14:30."},
		{"weeks of a month", Command{Last: "month", Per: "week"}, "The first week is counted whole: from 2026-09-28 00:00, not from 2026-10-01 00:00. The last week is counted until 2026-11-01 00:00."},
		{"months of a year", Command{Last: "year", Per: "month"}, ""},
	} {
		asked, err := tt.c.asked(now)
		if err != nil {
			t.Fatal(err)
		}
		periods, err := tt.c.periods(asked)
		if got := strings.Join(tt.c.edges(asked, periods, now), " "); got != tt.want || err != nil {
			t.Errorf("%s: %q, %v, want %q", tt.name, got, err, tt.want)
		}
	}
}
