package similar

import (
	"cmp"
	"slices"
)

const (
	// Enough is the lowest score at which an article is suggested to a requester.
	Enough = 0.7
	// EnoughForAgents is the same for solved tickets: an agent sees at a glance whether one helps.
	EnoughForAgents = 0.6

	maxBest = 3
	nearly  = 0.8 // of the best score: what is less likely distracts from that
)

// Best returns up to three candidates, the best first: those that score at least enough, and
// nearly as much as the best.
func Best[T any](all []T, score func(T) float64, enough float64) []T {
	all = slices.DeleteFunc(slices.Clone(all), func(v T) bool { return score(v) < enough })
	slices.SortStableFunc(all, func(a, b T) int { return cmp.Compare(score(b), score(a)) })
	for i := range all {
		if i == maxBest || score(all[i]) < nearly*score(all[0]) {
			return all[:i]
		}
	}
	return all
}
