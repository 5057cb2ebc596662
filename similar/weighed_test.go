package similar

import (
	"math"
	"testing"
	"time"
)

// TestWeighed: another category takes a tenth off, and age up to a quarter, half of it in a year.
func TestWeighed(t *testing.T) {
	const year = 365 * 24 * time.Hour
	for _, tt := range []struct {
		sameCategory bool
		age          time.Duration
		want         float64 // of a score of 0.8
	}{
		{true, 0, 0.8}, {false, 0, 0.72}, {true, year, 0.7}, {false, year, 0.63}, {true, 2 * year, 0.65}, {true, 100 * year, 0.6}, {false, 100 * year, 0.54},
		{true, -year, 0.8}, // the clock was put back
	} {
		if got := Weighed(0.8, tt.sameCategory, tt.age); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("Weighed(0.8, same category %t, %s) = %g, want %g", tt.sameCategory, tt.age, got, tt.want)
		}
	}
}
