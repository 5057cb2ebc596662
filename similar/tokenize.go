package similar

import (
	"hash/fnv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds on how much of a text is read.
const (
	maxRead  = 16 << 10 // bytes of a body, and of a title
	maxWords = 150      // different words of a text
	minWord  = 2        // characters of a word
	maxWord  = 40       // likewise; what is longer is a key or an address
)

// Word is one word of a text.
type Word struct {
	Hash  Hash
	Shown string // as it is written, in lower case
	Title bool   // it stands in the title
}

// Hash stands for the stem of a word in a language. An index keeps nothing else of the word: the
// text cannot be read back, and the words of two languages are not mixed up.
type Hash uint32

// AllOf returns the hash that every text in a language has.
func AllOf(language string) Hash { return hash(language, "") }

// Read returns the distinct words of a text that say what it is about, in order, the title's
// first. language is an ISO 639-1 code; for an unknown one words are compared as
// they are.
func Read(language, title, body string) []Word { return read(language, title, body, maxWords) }

// ReadRequest is Read of a request, of which only the first words count (see [MostAsked]).
func ReadRequest(language, title, body string) []Word {
	return read(language, title, body, MostAsked)
}

func read(language, title, body string, most int) []Word {
	all := reader{language: language, most: most, seen: map[string]bool{}, at: map[Hash]int{}}
	all.read(title, true)
	all.read(body, false)
	return all.words
}

type reader struct {
	language string
	most     int // words that are read
	words    []Word
	seen     map[string]bool // as they are written
	at       map[Hash]int
}

func (r *reader) read(text string, title bool) {
	if len(text) > maxRead {
		text = strings.ToValidUTF8(text[:maxRead], "")
	}
	for part := range strings.FieldsFuncSeq(norm.NFC.String(text), divides) {
		if isAddress(part) {
			continue
		}
		for w := range strings.FieldsFuncSeq(part, func(c rune) bool { return !isLetter(c) }) {
			if len(r.words) == r.most {
				return
			}
			r.add(strings.ToLower(w), title)
		}
	}
}

// add adds a word, if it is not a common one.
func (r *reader) add(word string, title bool) {
	if r.seen[word] {
		return
	}
	r.seen[word] = true
	if n := utf8.RuneCountInString(word); n < minWord || n > maxWord || isNumber(word) || isCommon(r.language, word) {
		return
	}
	h := hash(r.language, stem(r.language, word))
	if _, known := r.at[h]; !known {
		r.at[h] = len(r.words)
		r.words = append(r.words, Word{Hash: h, Shown: word, Title: title})
	}
}

// divides reports whether a character separates words. Punctuation within addresses does not.
func divides(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(`,;()[]<>"'’‘«»“”„!?¿¡=|`, r)
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// isAddress reports whether a part of a text is a mail or web address: its words
// say who, not what.
func isAddress(part string) bool {
	at := strings.IndexByte(part, '@')
	return at > 0 && strings.Contains(part[at:], ".") || strings.Contains(part, "://") || strings.HasPrefix(part, "www.")
}

// isNumber reports whether a word is just a number, as of a telephone or an order. A
// short one may be a code ("404"); "21H2" is not a number.
func isNumber(word string) bool {
	return len(word) > 4 && !strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsDigit(r) })
}

// hash returns the hash of a stem of a language.
func hash(language, stem string) Hash {
	h := fnv.New32a()
	h.Write([]byte(language + " " + stem))
	return Hash(h.Sum32())
}
