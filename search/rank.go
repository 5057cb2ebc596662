package search

import (
	"math"
	"time"
)

// halfLife is how long it takes until half of the bonus for freshness is gone.
const halfLife = 90 * 24 * time.Hour

// Score returns the rank of a ticket, higher is better: how well its best text matches
// (bm25 as a positive number), times 1 if something happened on the ticket just now,
// falling to 1/2 for very old ones: (1 + 2^(-age / 90 days)) / 2. An old text must match twice
// as well to come before a fresh one.
func Score(relevance float64, last, now time.Time) float64 {
	age := max(0, now.Sub(last))
	return relevance * (1 + math.Exp2(-float64(age)/float64(halfLife))) / 2
}
