package learn

import (
	"hash/fnv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Text is what is known of a request when it comes.
type Text struct {
	Subject  string
	Body     string // what its author newly wrote
	Domain   string // of its requester, lower case
	Language string // ISO 639-1, empty: unknown
}

// The bounds of what is read of a text.
const (
	maxBytes = 16 << 10 // of a subject or a body
	maxWords = 300      // different ones of a text
	maxTitle = 40       // words of its subject
	minRunes = 2        // of a word
	maxRunes = 30       // likewise; what is longer is a key or encoded
	stemFrom = 7        // a word of so many runes counts by its beginning, too
	stem     = 5        // which has so many
	maxDigit = 3        // longer numbers are those of phones, tickets and rooms
)

// feature is one thing that is seen in a text.
type feature struct {
	hash uint64
	word string // as the text has it, in lower case; empty: nothing that can be shown
}

// The marks of where a word stands are part of its hash.
const (
	markAnywhere = 'w'
	markSubject  = 's'
	markStem     = 'p'
	markPair     = '2'
	markDomain   = '@'
	markLanguage = 'l'
	markAlways   = '1'
)

// featuresOf returns what is seen in a text, each thing once.
func featuresOf(t Text) []feature {
	c := collector{seen: map[uint64]bool{}}
	c.add(markAlways, "", "")
	if t.Domain != "" {
		c.add(markDomain, t.Domain, t.Domain)
	}
	if t.Language != "" {
		c.add(markLanguage, t.Language, "")
	}
	before, n := "", 0
	for word := range words(t.Subject) {
		if n++; n > maxTitle {
			break
		}
		folded := fold(word)
		c.word(folded, word)
		c.add(markSubject, folded, word)
		if before != "" {
			c.add(markPair, before+" "+folded, "")
		}
		before = folded
	}
	for word := range words(t.Body) {
		if c.words >= maxWords {
			break
		}
		c.word(fold(word), word)
	}
	return c.all
}

// collector gathers features without saying one twice.
type collector struct {
	seen  map[uint64]bool
	all   []feature
	words int
}

func (c *collector) word(folded, shown string) {
	if !c.add(markAnywhere, folded, shown) {
		return
	}
	c.words++
	if n := utf8.RuneCountInString(folded); n >= stemFrom {
		c.add(markStem, string([]rune(folded)[:stem]), shown)
	}
}

// add adds a feature and reports whether it is new.
func (c *collector) add(mark byte, text, shown string) bool {
	h := fnv.New64a()
	h.Write([]byte{mark})
	h.Write([]byte(text))
	sum := h.Sum64()
	if c.seen[sum] {
		return false
	}
	c.seen[sum] = true
	c.all = append(c.all, feature{sum, shown})
	return true
}

// words yields the words of a text in lower case: runs of letters and digits. Scripts
// that are written without blanks come in pairs of characters.
func words(text string) func(func(string) bool) {
	if len(text) > maxBytes {
		text = strings.ToValidUTF8(text[:maxBytes], "")
	}
	return func(yield func(string) bool) {
		for _, run := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) }) {
			run = strings.ToLower(run)
			runes := []rune(run)
			switch {
			case unicode.In(runes[0], unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai):
				for i := 0; i+1 < len(runes); i++ {
					if !yield(string(runes[i : i+2])) {
						return
					}
				}
			case len(runes) < minRunes, len(runes) > maxRunes, isLongNumber(runes):
			case !yield(run):
				return
			}
		}
	}
}

// isLongNumber reports whether a word is mostly digits, as those of phones and serial
// numbers are: it says nothing of a matter.
func isLongNumber(word []rune) bool {
	digits := 0
	for _, r := range word {
		if unicode.IsNumber(r) {
			digits++
		}
	}
	return digits > maxDigit
}

// fold returns a word in lower case without accents: "drücken" and "drucken" are one.
func fold(word string) string {
	for i := range len(word) {
		if word[i] >= utf8.RuneSelf {
			return strings.Map(func(r rune) rune {
				if unicode.Is(unicode.Mn, r) {
					return -1
				}
				return r
			}, norm.NFD.String(word))
		}
	}
	return word
}
