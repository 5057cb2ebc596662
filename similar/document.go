package similar

import (
	"math"
	"slices"
)

// Document is what an index keeps of a text.
type Document struct {
	Title, Body []Hash // those of the body in ascending order
	// Answer has those that only the answer to a request has, in ascending order. They make it
	// alike, and do not count in [Usage]: else an article would say the less the more often it
	// is sent.
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
// those with the lowest hashes. Of a long text these are a sample by chance, and the same of
// each text: two samples share words as the texts do (bottom-k MinHash).
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

// leastAnswer is how many words of an answer are kept of the longest request.
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

// Usage is how many texts of a language there are, and in how many of them a word stands.
type Usage struct {
	Texts int
	Of    map[Hash]int
}

const (
	// From so many texts on only the share counts that has a word: a score means the same however
	// many texts there are.
	manyTexts = 1000
	// A desk that has hardly any does not know what is rare yet: it counts as if it had so many.
	fewTexts = 40
)

// Rarity returns how much a word says, from nearly 0 where all texts have it to 1 where none has
// (the idf of BM25 by its greatest value).
func (u Usage) Rarity(h Hash) float64 {
	n, all := float64(u.Of[h]), float64(max(u.Texts, u.Of[h], fewTexts))
	if all > manyTexts {
		n, all = n*manyTexts/all, manyTexts
	}
	idf := func(n float64) float64 { return math.Log(1 + (all-n+0.5)/(n+0.5)) }
	return idf(n) / idf(0)
}

// Rarest returns the words by which to look for candidates, the rarest first: those that some
// text has, as many as may be and as have no more than hits texts between them, but at least
// one. What they miss has nothing rare in common with the text.
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
