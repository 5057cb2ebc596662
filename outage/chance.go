package outage

import "math"

const (
	// A new desk knows nothing of what is usual. It begins as if it had seen
	// some requests, of which half had each common word and few any other.
	assumedRequests = 50
	shareOfCommon   = 0.5
	shareOfOther    = 0.02
)

// hardlyChance is the natural logarithm of the probability below which
// something is no chance. Every word of every request may make a false alarm,
// so it is one in 60,000; who calls fewer than five people an outage gets
// alarms that are less sure.
func (w *Watch) hardlyChance() float64 { return -2.2 * float64(min(w.options.Requests, 5)) }

// chance bounds the probability, as a natural logarithm, that k or more people
// use a word by chance where expected do usually (Chernoff's bound for a
// Poisson distribution).
func chance(k int, expected float64) float64 {
	n := float64(k)
	if n <= expected {
		return 0
	}
	return n - expected - n*math.Log(n/expected)
}

// surprise weighs a word by how much more often it is used than usual.
func surprise(k int, expected float64) float64 {
	return math.Log(float64(k) / expected)
}

// share is the part of the usual requests that have a feature.
func (w *Watch) share(f string) float64 {
	assumed := shareOfOther
	if common[f] {
		assumed = shareOfCommon
	}
	return (float64(w.before[f]) + assumed*assumedRequests) / float64(len(w.usual)+assumedRequests)
}
