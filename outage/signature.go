package outage

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Signature describes the reports of one outage by their words, each with a
// weight. It goes by the category alone only when the reports had no words in
// common, and then it matches only requests of few words.
type Signature struct {
	Weights  map[string]float64 `json:"weights"`            // of words; of the category, where nothing else is known
	Enough   float64            `json:"enough"`             // the sum of weights of a request that reports the same
	Category string             `json:"category,omitempty"` // of the reports, where it was what they had in common: others must have it, too
	Others   []Signature        `json:"others,omitempty"`   // further signatures of the same outage, for instance in another language
}

// The part of a signature that a request must have to match: relative to the
// median of the requests that made the alarm, or to a signature made by hand.
const (
	enoughOfMedian    = 0.5
	enoughOfDescribed = 0.4
	moreThanOne       = 1.01 // of the heaviest word alone
	maxDescribed      = 12   // words of a signature that was made by hand
	minShared         = 2    // requests that have a word in common, at least
	unusual           = 0.05 // a word is unusual when a smaller share of requests has it
	fewWords          = 2    // a request with no more uncommon words says little more than its category
)

// maxOthers bounds the further signatures of one outage.
const maxOthers = 16

// Matches reports whether a request is about the same.
func (s Signature) Matches(r Request) bool { return s.matchesAny(features(r)) }

// Likeness returns how much of the signature a request has, from 0 (nothing) to 1
// (all of it).
func (s Signature) Likeness(r Request) float64 { return s.likeness(features(r)) }

// Or returns a signature that matches what either matches.
func (s Signature) Or(other Signature) Signature {
	if len(s.Others) < maxOthers {
		s.Others = append(slices.Clone(s.Others), other)
	}
	return s
}

// Overlaps reports whether two signatures have a word in common.
func (s Signature) Overlaps(other Signature) bool {
	for f := range s.Weights {
		if _, both := other.Weights[f]; both && !isCategory(f) {
			return true
		}
	}
	return slices.ContainsFunc(s.Others, func(o Signature) bool { return o.Overlaps(other) })
}

func (s Signature) matchesAny(features []string) bool {
	return s.matches(features) || slices.ContainsFunc(s.Others, func(o Signature) bool { return o.matchesAny(features) })
}

func (s Signature) likeness(features []string) float64 {
	all, best := 0.0, 0.0
	for _, f := range slices.Sorted(maps.Keys(s.Weights)) { // in order: a sum of floats depends on it
		all += s.Weights[f]
	}
	if all > 0 {
		best = s.score(features) / all
	}
	for _, o := range s.Others {
		best = max(best, o.likeness(features))
	}
	return best
}

func (s Signature) matches(features []string) bool {
	if s.Enough <= 0 || s.Category != "" && categoryOf(features) != s.Category {
		return false
	}
	has, says := 0, 0
	for _, f := range features {
		if isCategory(f) || common[f] {
			continue
		}
		says++
		if s.Weights[f] > 0 {
			has++
		}
	}
	enough := s.score(features) >= s.Enough
	if !s.hasWords() {
		return enough && says <= fewWords
	}
	// In a very short request half of the words suffice: "VPN down?" has two.
	return enough || has > 0 && 2*has >= says
}

// score returns the sum of the weights that a request has of the signature. The
// category counts only when there are no words.
func (s Signature) score(features []string) float64 {
	sum, words := 0.0, s.hasWords()
	for _, f := range features {
		if !words || !isCategory(f) {
			sum += s.Weights[f]
		}
	}
	return sum
}

func (s Signature) hasWords() bool {
	for f := range s.Weights {
		if !isCategory(f) {
			return true
		}
	}
	return false
}

// leading returns the feature with the greatest weight.
func (s Signature) leading() string {
	return slices.MaxFunc(slices.Sorted(maps.Keys(s.Weights)), func(a, b string) int {
		return cmp.Compare(s.Weights[a], s.Weights[b])
	})
}

// categoryMark is the prefix of the feature that is a category; words have no colon.
const categoryMark = "category:"

func isCategory(feature string) bool { return strings.HasPrefix(feature, categoryMark) }

// categoryOf returns the category among features, empty where there is none.
func categoryOf(features []string) string {
	for _, f := range features {
		if name, ok := strings.CutPrefix(f, categoryMark); ok {
			return name
		}
	}
	return ""
}
