package phrase

import (
	"slices"
	"strings"
	"testing"
)

func TestSet(t *testing.T) {
	set := NewSet([]string{"cannot", "nota", "canned", "notary", "über uns", "cannot"})
	tests := map[string][]int{
		"":                       nil,
		"not":                    nil,
		"you cannot":             {0, 5},
		"cannotary, cannotary":   {0, 1, 3, 5},
		"cannecanned":            {2},
		"mehr über uns":          {4},
		strings.Repeat("no", 40): nil,
		// This takes a minute unless the work is linear.
		strings.Repeat("x", 4<<20) + strings.Repeat("cannot ", 1<<17): {0, 5},
	}
	for text, want := range tests {
		if got := slices.Sorted(set.Find(text)); !slices.Equal(got, want) {
			t.Errorf("%.40q: %v stand in it, not %v", text, got, want)
		}
		if set.Any(text) != (want != nil) {
			t.Errorf("%.40q: has any: %v", text, set.Any(text))
		}
	}
}
