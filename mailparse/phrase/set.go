package phrase

import (
	"iter"
	"strings"
)

// MinLength is the least length of a phrase in a [Set], in bytes: so many are
// looked up at once.
const MinLength = 4

// Set finds which of many phrases stand in a text, in one pass over the text: a
// phrase can only begin where its first bytes stand, which a small bitmap rules
// out nearly everywhere. It is safe for concurrent use.
type Set struct {
	phrases []string
	begins  map[uint32][]int // the phrases that begin with these bytes, by number
	bitmap  [1 << 8]uint64   // of the hashes of the keys of begins
}

// NewSet returns the set of these phrases, which are numbered in their order.
// It panics on a phrase shorter than [MinLength], a fault of the build.
func NewSet(phrases []string) *Set {
	s := &Set{phrases: phrases, begins: map[uint32][]int{}}
	for i, phrase := range phrases {
		head := headOf(phrase)
		s.begins[head] = append(s.begins[head], i)
		h := hashHead(head)
		s.bitmap[h>>6] |= 1 << (h & 63)
	}
	return s
}

// Phrases returns the phrases by number. The slice must not be changed.
func (s *Set) Phrases() []string { return s.phrases }

// Find yields the number of every phrase that stands in text, each once, in the
// order in which they are found. Letters are compared as they are.
func (s *Set) Find(text string) iter.Seq[int] {
	return func(yield func(int) bool) {
		head := uint32(0) // of what begins at
		var told []bool   // phrases by number
		for at := 1 - MinLength; at+MinLength <= len(text); at++ {
			head = head>>8 | uint32(text[at+MinLength-1])<<24
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

// Any reports whether any of the phrases stands in text.
func (s *Set) Any(text string) bool {
	for range s.Find(text) {
		return true
	}
	return false
}

// headOf returns the first bytes of a phrase as one number.
func headOf(s string) uint32 {
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// hashHead returns a number below 1<<14 (Fibonacci hashing).
func hashHead(head uint32) uint32 { return head * 0x9e3779b1 >> 18 }
