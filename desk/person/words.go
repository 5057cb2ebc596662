package person

import (
	"cmp"
	"hash/maphash"
	"regexp"
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

// longestShortLine is how many words a line has at the most that may be shorter than shortestLine. Longer ones
// are known by their shingles.
const longestShortLine = shortestLine / 2

// ownWords is what somebody wrote, word by word.
type ownWords struct {
	words   []ownWord         // in the order in which they were written; a zero key ends what belongs together
	runs    map[uint64]bool   // up to shingle words in a row
	whole   map[uint64]bool   // short lines of which every word is needed
	short   map[uint64]bool   // lines of fewer words than a shingle
	other   map[uint64]moment // shingles and short lines that somebody else wrote, too, and when they first did
	outside map[uint64]bool   // those that somebody else outside wrote at any time
	steps   int               // that were taken to find these
}

// moment is when something was written.
type moment struct{ at, entry int64 }

func (m moment) before(other moment) bool {
	return cmp.Or(cmp.Compare(m.at, other.at), cmp.Compare(m.entry, other.entry)) < 0
}

// ownWord is one of the words.
type ownWord struct {
	token
	line int // of the lines that were given
}

// newOwnWords returns what somebody wrote in lines. An empty line, and one with what was erased, is none, and
// what stands before and behind it does not belong together.
func newOwnWords(lines []string) *ownWords {
	s := &ownWords{runs: map[uint64]bool{}, whole: map[uint64]bool{}, short: map[uint64]bool{}, other: map[uint64]moment{}, outside: map[uint64]bool{}}
	for i, line := range lines {
		if line == "" || strings.Contains(line, Gone) {
			s.words = append(s.words, ownWord{})
			continue
		}
		tokens := tokensOf(line)
		for _, one := range tokens {
			s.words = append(s.words, ownWord{one, i})
		}
		if len(tokens) < shingle {
			s.short[runKey(tokens)] = true
		}
	}
	for _, line := range lines {
		s.addWhole(line)
	}
	for i := range s.words {
		var key uint64
		for n := 0; n < shingle && i+n < len(s.words) && s.words[i+n].key != 0; n++ {
			key = longer(key, s.words[i+n].token)
			s.runs[key] = true
		}
	}
	return s
}

// addWhole adds a line, or a part of one, of few words.
func (s *ownWords) addWhole(line string) {
	if strings.Contains(line, Gone) {
		return
	}
	if tokens := tokensOf(line); isOwnLine(line, tokens) {
		s.whole[runKey(tokens)] = true
	}
}

// isOwnLine reports whether a line of few words is somebody's own as a whole: it is long, or of several words with
// a number or password among them ("My PIN is 4711").
func isOwnLine(line string, tokens []token) bool {
	if len(tokens) > longestShortLine {
		return false
	}
	long := len(tokens) >= 4 && utf8.RuneCountInString(plain(line)) >= shortestLine
	return long || len(tokens) >= 2 && slices.ContainsFunc(tokens, func(t token) bool { return t.digits })
}

// runKey returns what stands for words in a row.
func runKey(tokens []token) (key uint64) {
	for _, t := range tokens {
		key = longer(key, t)
	}
	return key
}

// longer returns what stands for words in a row with one more behind them.
func longer(key uint64, t token) uint64 {
	key = (key + 1 ^ t.key) * 0x9E3779B97F4A7C15
	return key ^ key>>29
}

// spans returns where a text has words in a row that somebody wrote, in bytes, in order.
func (s *ownWords) spans(text string) (spans [][2]int) {
	if s == nil || len(s.words) == 0 {
		return nil
	}
	tokens := tokensOf(text)
	theirs := make([]bool, len(tokens))
	for i := range tokens {
		var key uint64
		for n := 1; n <= longestShortLine && i+n <= len(tokens); n++ {
			key = longer(key, tokens[i+n-1])
			if s.whole[key] {
				spans = append(spans, [2]int{tokens[i].begin, tokens[i+n-1].end})
			}
			if n == shingle && s.runs[key] {
				for j := range shingle {
					theirs[i+j] = true
				}
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

// quotedIn reports whether a text has so many words in a row that somebody wrote that they are theirs wherever
// that is.
func (s *ownWords) quotedIn(text string) bool {
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

// isOnlyTheirs reports whether a text is nothing but words in a row that somebody wrote.
func (s *ownWords) isOnlyTheirs(text string) bool {
	tokens := tokensOf(text)
	if len(tokens) == 0 || len(tokens) > shingle {
		return false
	}
	return s.runs[runKey(tokens)]
}

// isMoreThanAWord reports whether a text has so many words, or digits among them, that not everybody writes it.
func isMoreThanAWord(text string) bool {
	tokens := tokensOf(text)
	return len(tokens) >= 3 || slices.ContainsFunc(tokens, func(t token) bool { return t.digits })
}

// scrub replaces what somebody wrote, over the ends of lines and the marks before them.
func (s *ownWords) scrub(text string) string {
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

// strike takes down which words somebody else wrote in a text, and when; outside: no agent, nor the desk.
func (s *ownWords) strike(text string, when moment, outside bool) {
	tokens := unquotedTokens(text)
	for i := range tokens {
		var key uint64
		for n := 1; n <= shingle && i+n <= len(tokens) && tokens[i+n-1].key != 0; n++ {
			s.steps++
			key = longer(key, tokens[i+n-1])
			if !s.short[key] && (n < shingle || !s.runs[key]) {
				continue
			}
			if first, known := s.other[key]; !known || when.before(first) {
				s.other[key] = when
			}
			if outside {
				s.outside[key] = true
			}
		}
	}
}

// unquotedTokens returns the words of a text that nobody is quoted with; a zero key stands in the place of a
// quotation. A row of a table is none.
func unquotedTokens(text string) (all []token) {
	for line := range strings.Lines(text) {
		if earlierMail.MatchString(line) {
			break
		}
		if depthOf(line) > 0 && !isTableRow(line) {
			all = append(all, token{})
			continue
		}
		all = append(all, tokensOf(line)...)
	}
	return all
}

// earlierMail matches the line that the desk sets above quotations without marks, down to the end of a text:
// "[Earlier mail, 5 lines:]", in each language.
var earlierMail = regexp.MustCompile(`^\[\pL[\pL -]{1,40}, (?:\pL{1,20}: \d{1,9}|\d{1,9} \pL{1,20} ?:)\]\s*$`)

// isTableRow reports whether a line stands between bars, as a row of a table does.
func isTableRow(line string) bool {
	line = strings.TrimSpace(line)
	return len(line) > 1 && line[0] == '|' && line[len(line)-1] == '|'
}

// others returns what tells whether somebody else wrote words before a line of the person's, or somebody else outside
// at any time. written says when each line was.
func (s *ownWords) others(written []moment, ever bool) func(key uint64, line int) bool {
	return func(key uint64, line int) bool {
		first, is := s.other[key]
		return is && first.before(written[line]) || ever && s.outside[key]
	}
}

// without returns the lines without words that are others', each rest as a line of its own: strangers' words do not
// become somebody's own because they repeat them.
func (s *ownWords) without(lines []string, others func(key uint64, line int) bool) (rest []string) {
	cut, until := map[int][][2]int{}, 0
	for i := range s.words {
		until = max(until, s.othersFrom(i, others))
		if w := s.words[i]; i < until && w.key != 0 {
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

// othersFrom returns up to which word others wrote what begins with one; 0: they wrote nothing of it.
func (s *ownWords) othersFrom(i int, others func(key uint64, line int) bool) (until int) {
	line := s.words[i].line
	begins := i == 0 || s.words[i-1].key == 0 || s.words[i-1].line != line
	var key uint64
	for n := 1; n <= shingle && i+n <= len(s.words) && s.words[i+n-1].key != 0; n++ {
		s.steps++
		key = longer(key, s.words[i+n-1].token)
		ends := i+n == len(s.words) || s.words[i+n].key == 0 || s.words[i+n].line != line
		if (n == shingle || begins && ends) && others(key, line) {
			until = i + n
		}
	}
	return until
}
