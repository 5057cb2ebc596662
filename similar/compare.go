package similar

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Match says how similar a text is to a request.
type Match struct {
	// Score is the estimated probability that the text helps, from 0 to 1.
	Score float64
	Words []string // that both have, those that say most first, as the request writes them
}

const (
	// MostAsked is how many words of a request count: people say first what they want, and a
	// long text mentions a bit of everything.
	MostAsked = 60

	leastShared = 2 // words that both have, or it is chance
)

// features is what two texts have in common, in numbers.
type features struct {
	mass    float64 // of the words that both have: as many words as would weigh that if no other text had them
	subject float64 // share of the request's own title that the document has; 1/2 where it has none
}

// The weights of the features, by logistic regression on one half of the made set (TestWeights).
const (
	weightOfNone    = -4.7
	weightOfMass    = 1.8
	weightOfSubject = 2.7
)

// Compare returns how similar a document is to the words of a request.
func Compare(words []Word, d Document, u Usage) Match {
	f, shared := d.features(words, u)
	if len(shared) < leastShared {
		return Match{}
	}
	m := Match{Score: f.score()}
	slices.SortStableFunc(shared, func(a, b sharedWord) int { return cmp.Compare(b.rarity, a.rarity) })
	for _, w := range shared {
		m.Words = append(m.Words, w.Shown)
	}
	return m
}

func (f features) score() float64 {
	z := weightOfNone + weightOfMass*f.mass + weightOfSubject*f.subject
	return 1 / (1 + math.Exp(-z))
}

// sharedWord is a word that two texts have.
type sharedWord struct {
	Word
	rarity float64
}

// features compares a document with a request, and returns the request's words that both have.
// u need not know the document's own words.
func (d Document) features(words []Word, u Usage) (f features, shared []sharedWord) {
	var title, titleShared float64
	for _, w := range words[:min(len(words), MostAsked)] {
		r := u.Rarity(w.Hash)
		if w.Title {
			title += r
		}
		if !d.has(w.Hash) {
			continue
		}
		shared = append(shared, sharedWord{w, r})
		f.mass += r
		if w.Title {
			titleShared += r
		}
	}
	if f.subject = 0.5; title > 0 {
		f.subject = titleShared / title
	}
	return f, shared
}

// Weighed adjusts a score by what is known besides the words: different categories cost a
// tenth, and age up to a quarter, half of that in the first year.
func Weighed(score float64, sameCategory bool, age time.Duration) float64 {
	const year = 365 * 24 * time.Hour
	if !sameCategory {
		score *= 0.9
	}
	return score * (3 + math.Exp2(-float64(max(0, age))/float64(year))) / 4
}
