package outage

import "math"

const (
	// A new desk does not know what is usual. It starts as if it had seen some
	// requests, half of which had each common word and few any other.
	assumedRequests = 50
	shareOfCommon   = 0.5
	shareOfOther    = 0.02
)

// significance returns the natural logarithm of the probability below which
// something no longer counts as chance. Every word of every request can cause a
// false alarm, so it is one in 60,000; when fewer than five people are configured
// to make an outage, alarms are less certain.
func (d *Detector) significance() float64 { return -2.2 * float64(min(d.options.Requests, 5)) }

// chance returns an upper bound, as a natural logarithm, of the probability that
// k or more people use a word by chance when expected usually do (Chernoff's bound
// for a Poisson distribution).
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

// share returns the fraction of the usual requests that have a feature.
func (d *Detector) share(f string) float64 {
	assumed := shareOfOther
	if common[f] {
		assumed = shareOfCommon
	}
	return (float64(d.before[f]) + assumed*assumedRequests) / float64(len(d.usual)+assumedRequests)
}
