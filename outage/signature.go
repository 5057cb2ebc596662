package outage

import (
	"cmp"
	"maps"
	"slices"
)

// Signature tells by what the reports of one outage are known.
type Signature struct {
	Weights map[string]float64 `json:"weights"` // of words and of the category
	Enough  float64            `json:"enough"`  // the sum of weights of a request that reports the same
}

// The share of its signature that a request must have: of the median of those
// who made the alarm, of one that was described by hand.
const (
	enoughOfMedian    = 0.5
	enoughOfDescribed = 0.4
	maxDescribed      = 12   // words of a signature that was made by hand
	minShared         = 2    // of them, that others have too
	unusual           = 0.05 // words that fewer requests than this have
)

// Matches reports whether a request is about the same.
func (s Signature) Matches(r Request) bool { return s.matches(features(r)) }

func (s Signature) matches(features []string) bool {
	return s.Enough > 0 && s.score(features) >= s.Enough
}

func (s Signature) score(features []string) float64 {
	sum := 0.0
	for _, f := range features {
		sum += s.Weights[f]
	}
	return sum
}

// leading is the heaviest feature.
func (s Signature) leading() string {
	return slices.MaxFunc(slices.Sorted(maps.Keys(s.Weights)), func(a, b string) int {
		return cmp.Compare(s.Weights[a], s.Weights[b])
	})
}
