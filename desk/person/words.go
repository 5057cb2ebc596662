package person

import (
	"hash/maphash"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What somebody wrote is quoted with its lines broken elsewhere, behind marks, with other spaces and
// without accents composed. It is compared word by word, in the order in which they follow each other.

// shingle is how many words in a row are somebody's own, wherever they stand.
const shingle = 5

// Elsewhere, where the person takes no part, so many words in a row of so many characters are theirs.
const (
	farWords = 6
	farChars = 40
)

// token is a word of a text.
type token struct {
	key        uint64 // of the word in lower case, composed; equal words have equal keys
	begin, end int    // where it stands, in bytes
	digits     bool   // it has four characters and a digit: of a number, a password
}

var seed = maphash.MakeSeed()

// tokensOf returns the words of a text: letters and digits without a gap, and characters that nobody sees
// between them.
func tokensOf(text string) (all []token) {
	begun, ascii, digit := -1, true, false
	end := func(at int) {
		if begun < 0 {
			return
		}
		word := strings.ToLower(text[begun:at])
		if !ascii {
			word = strings.ToLower(norm.NFKC.String(strings.Map(seen, word)))
		}
		all = append(all, token{maphash.String(seed, word), begun, at, digit && utf8.RuneCountInString(word) >= 4})
		begun, ascii, digit = -1, true, false
	}
	for i, r := range text {
		switch in := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r); {
		case in || begun >= 0 && seen(r) < 0:
			if begun < 0 {
				begun = i
			}
			ascii, digit = ascii && r < utf8.RuneSelf, digit || unicode.IsDigit(r)
		default:
			end(i)
		}
	}
	end(len(text))
	return all
}

// seen drops characters that change how a word is broken or shown, and nothing else (Unicode Cf): soft
// hyphens, spaces without width.
func seen(r rune) rune {
	if r >= utf8.RuneSelf && unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}

// said is what somebody wrote, word by word.
type said struct {
	words []heard         // in the order in which they were written; a zero key ends what belongs together
	rows  map[uint64]bool // up to shingle words in a row
	where map[uint64][]int
	lines map[uint64][][]uint64 // whole lines that are theirs although they are short, by the first word
}

// heard is one of the words.
type heard struct {
	token
	line int // of the lines that were given
}

// newSaid returns what somebody wrote in lines. An empty line, and one with a quotation or what was erased,
// is none, and what stands before and behind it does not belong together.
func newSaid(lines []string) *said {
	s := &said{rows: map[uint64]bool{}, where: map[uint64][]int{}, lines: map[uint64][][]uint64{}}
	for i, line := range lines {
		if line == "" || depthOf(line) > 0 || strings.Contains(line, Gone) {
			s.words = append(s.words, heard{})
			continue
		}
		tokens := tokensOf(line)
		for _, one := range tokens {
			s.words = append(s.words, heard{one, i})
		}
		if ownLine(line, tokens) {
			s.lines[tokens[0].key] = append(s.lines[tokens[0].key], keysOf(tokens))
		}
	}
	for i := range s.words {
		for n := 1; n <= shingle && i+n <= len(s.words) && s.words[i+n-1].key != 0; n++ {
			key := rowKey(s.words[i:i+n], func(h heard) uint64 { return h.key })
			s.rows[key] = true
			if n == shingle {
				s.where[key] = append(s.where[key], i)
			}
		}
	}
	return s
}

// ownLine reports whether a whole line is somebody's own: it is long, or of several words with a number or
// password among them ("My PIN is 4711").
func ownLine(line string, tokens []token) bool {
	long := len(tokens) >= 4 && utf8.RuneCountInString(plain(line)) >= shortestLine
	return long || len(tokens) >= 2 && slices.ContainsFunc(tokens, func(t token) bool { return t.digits })
}

func keysOf(tokens []token) (keys []uint64) {
	for _, t := range tokens {
		keys = append(keys, t.key)
	}
	return keys
}

// rowKey returns what stands for words in a row.
func rowKey[T any](words []T, key func(T) uint64) uint64 {
	sum := uint64(len(words))
	for _, w := range words {
		sum = (sum ^ key(w)) * 0x9E3779B97F4A7C15
		sum ^= sum >> 29
	}
	return sum
}

func tokenKey(t token) uint64 { return t.key }

// spans returns where a text has words in a row that somebody wrote, in bytes, in order.
func (s *said) spans(text string) (spans [][2]int) {
	if s == nil || len(s.words) == 0 {
		return nil
	}
	tokens := tokensOf(text)
	theirs := make([]bool, len(tokens))
	for i := range tokens {
		for _, line := range s.lines[tokens[i].key] {
			if i+len(line) <= len(tokens) && slices.Equal(keysOf(tokens[i:i+len(line)]), line) {
				spans = append(spans, [2]int{tokens[i].begin, tokens[i+len(line)-1].end})
			}
		}
		if i+shingle <= len(tokens) && s.rows[rowKey(tokens[i:i+shingle], tokenKey)] {
			for j := range shingle {
				theirs[i+j] = true
			}
		}
	}
	for i := 0; i < len(tokens); i++ {
		if !theirs[i] {
			continue
		}
		begin := tokens[i].begin
		for i+1 < len(tokens) && theirs[i+1] {
			i++
		}
		if utf8.RuneCountInString(text[begin:tokens[i].end]) >= shortestLine {
			spans = append(spans, [2]int{begin, tokens[i].end})
		}
	}
	return joined(spans)
}

// speaks reports whether a text has so many words in a row that somebody wrote that they are theirs wherever
// that is.
func (s *said) speaks(text string) bool {
	return slices.ContainsFunc(s.spans(text), func(span [2]int) bool {
		part := text[span[0]:span[1]]
		return utf8.RuneCountInString(part) >= farChars && len(tokensOf(part)) >= farWords
	})
}

// joined returns spans in order, those that overlap as one.
func joined(spans [][2]int) (all [][2]int) {
	slices.SortFunc(spans, func(a, b [2]int) int { return a[0] - b[0] })
	for _, s := range spans {
		if n := len(all); n > 0 && s[0] < all[n-1][1] {
			all[n-1][1] = max(all[n-1][1], s[1])
			continue
		}
		all = append(all, s)
	}
	return all
}

// has reports whether a text is nothing but words in a row that somebody wrote.
func (s *said) has(text string) bool {
	tokens := tokensOf(text)
	if len(tokens) == 0 || len(tokens) > shingle {
		return false
	}
	return s.rows[rowKey(tokens, tokenKey)]
}

// scrub replaces what somebody wrote, over the ends of lines and the marks before them.
func (s *said) scrub(text string) string {
	var out strings.Builder
	at := 0
	for _, span := range s.spans(text) {
		out.WriteString(text[at:span[0]])
		out.WriteString(Gone)
		at = span[1]
	}
	out.WriteString(text[at:])
	return out.String()
}

// strike takes out of lines what somebody else wrote before, in a text: strangers' words do not become
// somebody's own because they repeat them. earlier says which lines were written after that text.
func (s *said) strike(text string, later func(line int) bool, struck map[int]bool) {
	tokens := tokensOf(text)
	for i := range max(0, len(tokens)-shingle+1) {
		for _, at := range s.where[rowKey(tokens[i:i+shingle], tokenKey)] {
			for j := range shingle {
				if later(s.words[at+j].line) {
					struck[at+j] = true
				}
			}
		}
	}
}

// without returns the lines without words that were struck, each rest as a line of its own.
func (s *said) without(lines []string, struck map[int]bool) (rest []string) {
	cut := map[int][][2]int{}
	for i, w := range s.words {
		if struck[i] {
			cut[w.line] = append(cut[w.line], [2]int{w.begin, w.end})
		}
	}
	for i, line := range lines {
		if cut[i] == nil {
			rest = append(rest, line)
			continue
		}
		at := 0
		for _, span := range cut[i] {
			if part := line[at:span[0]]; strings.TrimSpace(part) != "" {
				rest = append(rest, "", part)
			}
			at = span[1]
		}
		rest = append(rest, "")
		if strings.TrimSpace(line[at:]) != "" {
			rest = append(rest, line[at:])
		}
	}
	return rest
}
