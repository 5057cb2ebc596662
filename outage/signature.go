package outage

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Signature says by what the reports of one outage are known: by their words,
// each with a weight. It goes by the category alone only where the reports gave
// no words, and then only those join who write none either.
type Signature struct {
	Weights  map[string]float64 `json:"weights"`            // of words; of the category, where nothing else is known
	Enough   float64            `json:"enough"`             // the sum of weights of a request that reports the same
	Category string             `json:"category,omitempty"` // of the reports, where it was what they had in common: others must have it, too
	Others   []Signature        `json:"others,omitempty"`   // by which it is known as well, in another language for instance
}

// The share of its signature that a request must have: of the median of those
// who made the alarm, of one that was described by hand.
const (
	enoughOfMedian    = 0.5
	enoughOfDescribed = 0.4
	moreThanOne       = 1.01 // of the heaviest word alone
	maxDescribed      = 12   // words of a signature that was made by hand
	minShared         = 2    // of them, that others have too
	unusual           = 0.05 // words that fewer requests than this have
	fewWords          = 2    // a request with so few uncommon words says hardly more than its category
)

// maxOthers bounds the further signatures of one outage.
const maxOthers = 16

// Matches reports whether a request is about the same.
func (s Signature) Matches(r Request) bool { return s.matchesAny(features(r)) }

// Likeness says how much of the signature a request has: 1 is all of it, 0
// nothing.
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
	// Half of what little somebody says is enough: "VPN down?" has two words.
	return enough || has > 0 && 2*has >= says
}

// score sums the weights of what a request has of the signature. The category
// counts only where there are no words.
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

// leading is the heaviest feature.
func (s Signature) leading() string {
	return slices.MaxFunc(slices.Sorted(maps.Keys(s.Weights)), func(a, b string) int {
		return cmp.Compare(s.Weights[a], s.Weights[b])
	})
}

// categoryMark begins the feature that is a category; words have no colon.
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
