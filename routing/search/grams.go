package search

import "strings"

// grams remembers, roughly, which three bytes follow each other in a text.
// Where a word's bytes are not among them the word is not in the text, and the
// text need not be searched: with hundreds of rules that is most of the work.
type grams [1 << 10]uint64

const gramBits = 16 // 1<<10 words of 1<<6 bits

func gramsOf(text string) *grams {
	g := &grams{}
	for i := 0; i+3 <= len(text); i++ {
		h := gram(text[i], text[i+1], text[i+2])
		g[h>>6] |= 1 << (h & 63)
	}
	return g
}

// mayHold is false when the word is certainly not in the text.
func (g *grams) mayHold(word string) bool {
	for i := 0; i+3 <= len(word); i++ {
		h := gram(word[i], word[i+1], word[i+2])
		if g[h>>6]&(1<<(h&63)) == 0 {
			return false
		}
	}
	return true
}

// gram hashes three bytes (Knuth, The Art of Computer Programming, 6.4).
func gram(a, b, c byte) uint32 {
	return (uint32(a) | uint32(b)<<8 | uint32(c)<<16) * 2654435761 >> (32 - gramBits)
}

// Searched is a text that words are looked for in.
type Searched struct {
	text  string
	grams *grams // made when it is first needed
}

// Contains reports whether the word is in the text. Both are in the same form.
func (s *Searched) Contains(word string) bool {
	if len(s.text) < 64 { // quicker to look
		return strings.Contains(s.text, word)
	}
	if s.grams == nil {
		s.grams = gramsOf(s.text)
	}
	return s.grams.mayHold(word) && strings.Contains(s.text, word)
}
