package mailparse

import (
	"iter"
	"strings"
)

// phraseHead is how many bytes of a phrase are looked up; no phrase is shorter.
const phraseHead = 4

// phraseSet finds which of many phrases stand in a text, in one pass over the
// text: a phrase can only begin where its first bytes stand, which a small
// bitmap rules out nearly everywhere.
type phraseSet struct {
	phrases []string
	begins  map[uint32][]int // the phrases that begin with these bytes, by number
	bitmap  [1 << 8]uint64   // of the hashes of the keys of begins
}

func newPhraseSet(phrases []string) *phraseSet {
	s := &phraseSet{phrases: phrases, begins: map[uint32][]int{}}
	for i, phrase := range phrases {
		head := headOf(phrase) // out of range for a phrase that is too short: a fault of the build
		s.begins[head] = append(s.begins[head], i)
		h := hashHead(head)
		s.bitmap[h>>6] |= 1 << (h & 63)
	}
	return s
}

// in gives the number of every phrase that stands in text, each once.
func (s *phraseSet) in(text string) iter.Seq[int] {
	return func(yield func(int) bool) {
		head := uint32(0) // of what begins at
		var told []bool   // phrases by number
		for at := 1 - phraseHead; at+phraseHead <= len(text); at++ {
			head = head>>8 | uint32(text[at+phraseHead-1])<<24
			if h := hashHead(head); s.bitmap[h>>6]&(1<<(h&63)) == 0 || at < 0 {
				continue
			}
			for _, i := range s.begins[head] {
				if !strings.HasPrefix(text[at:], s.phrases[i]) {
					continue
				}
				if told == nil {
					told = make([]bool, len(s.phrases))
				}
				if !told[i] && !yield(i) {
					return
				}
				told[i] = true
			}
		}
	}
}

// has tells whether any of the phrases stands in text.
func (s *phraseSet) has(text string) bool {
	for range s.in(text) {
		return true
	}
	return false
}

// headOf gives the first bytes of a phrase as one number.
func headOf(s string) uint32 {
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// hashHead is a number below 1<<14 (Fibonacci hashing).
func hashHead(head uint32) uint32 { return head * 0x9e3779b1 >> 18 }
