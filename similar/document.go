package similar

import (
	"math"
	"slices"
)

// Document is what an index keeps of a text.
type Document struct {
	Title, Body []Hash // those of the body in ascending order
	// Answer has the words that only the answer to a request has, in ascending order. They count
	// for similarity, but not in [Usage]: otherwise an article would count for less the more
	// often it is sent.
	Answer []Hash
}

func (d Document) has(h Hash) bool {
	for _, part := range [][]Hash{d.Body, d.Answer} {
		if _, found := slices.BinarySearch(part, h); found {
			return true
		}
	}
	return slices.Contains(d.Title, h)
}

// maxSketch is how many words an index keeps of a body.
const maxSketch = 96

// DocumentOf returns what an index keeps of a text: the words of its title, and of its body
// those with the lowest hashes. Of a long text these are a random sample, chosen alike for
// all texts: two samples share words as the texts do (bottom-k MinHash).
func DocumentOf(words []Word) Document {
	var d Document
	for _, w := range words {
		if w.Title {
			d.Title = append(d.Title, w.Hash)
		} else {
			d.Body = append(d.Body, w.Hash)
		}
	}
	slices.Sort(d.Body)
	d.Body = d.Body[:min(len(d.Body), maxSketch)]
	return d
}

// leastAnswer is how many words of an answer are kept even for the longest request.
const leastAnswer = maxSketch / 3

// SolvedOf returns what an index keeps of a request and of the answer that solved it.
func SolvedOf(request, answer []Word) Document {
	d := DocumentOf(request)
	has := d // without the answer
	for _, w := range answer {
		if !has.has(w.Hash) {
			d.Answer = append(d.Answer, w.Hash)
		}
	}
	slices.Sort(d.Answer)
	d.Answer = d.Answer[:min(len(d.Answer), max(leastAnswer, maxSketch-len(d.Body)))]
	return d
}

// Words returns the words by which a document counts in [Usage], each once.
func (d Document) Words() []Hash {
	all := slices.Concat(d.Title, d.Body)
	slices.Sort(all)
	return slices.Compact(all)
}

// Usage is how many texts of a language there are, and how many of them contain each word.
type Usage struct {
	Texts int
	Of    map[Hash]int
}

const (
	// With at least this many texts only the share that has a word counts: a score then means the
	// same however many texts there are.
	manyTexts = 1000
	// A desk with hardly any texts cannot tell what is rare: it counts as if it had this many.
	fewTexts = 40
)

// Rarity returns how much a word tells, from nearly 0 if all texts have it to 1 if none has
// (the idf of BM25, divided by its greatest value).
func (u Usage) Rarity(h Hash) float64 {
	n, all := float64(u.Of[h]), float64(max(u.Texts, u.Of[h], fewTexts))
	if all > manyTexts {
		n, all = n*manyTexts/all, manyTexts
	}
	idf := func(n float64) float64 { return math.Log(1 + (all-n+0.5)/(n+0.5)) }
	return idf(n) / idf(0)
}

// Rarest returns the words to look for candidates with, the rarest first: words that some
// text has, at most most of them, and only as many as together occur in no more than hits texts, but at least
// one. Texts that they miss have nothing rare in common with the request.
func Rarest(words []Word, u Usage, most, hits int) []Hash {
	var known []Hash
	for _, w := range words {
		if u.Of[w.Hash] > 0 {
			known = append(known, w.Hash)
		}
	}
	slices.SortStableFunc(known, func(a, b Hash) int { return u.Of[a] - u.Of[b] })
	for i, h := range known {
		if hits -= u.Of[h]; i == most || i > 0 && hits < 0 {
			return known[:i]
		}
	}
	return known
}
