package mailparse

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

//go:embed phrases.txt
var phraseFile string

// phrases is phrases.txt, read once.
var phrases = readPhrases(phraseFile)

// fieldKind is a set of the fields of Outlook's header block.
type fieldKind uint8

const (
	fromField fieldKind = 1 << iota
	sentField
	toField
	ccField
	subjectField
	otherField
)

// devicePattern is a line that a device adds. Those of scripts other than Latin
// need not be tried on ASCII.
type devicePattern struct {
	*regexp.Regexp
	latin bool
}

type phraseBook struct {
	wrote    []string  // longest first
	wroteEnd [256]bool // the last bytes of these
	on       []string
	original map[string]bool
	forward  map[string]bool
	end      map[string]bool
	field    map[string]fieldKind
	above    []string
	device   []devicePattern
	legal    []string
	hint     []string
}

func readPhrases(file string) *phraseBook {
	b := &phraseBook{original: map[string]bool{}, forward: map[string]bool{}, end: map[string]bool{}, field: map[string]fieldKind{}}
	fields := map[string]fieldKind{"from": fromField, "sent": sentField, "to": toField, "cc": ccField, "subject": subjectField, "other": otherField}
	for l := range strings.Lines(file) {
		kind, rest, _ := strings.Cut(strings.TrimSpace(l), " ")
		language, phrase, _ := strings.Cut(rest, " ")
		switch kind {
		case "wrote":
			b.wrote = append(b.wrote, phrase)
			b.wroteEnd[phrase[len(phrase)-1]] = true
		case "on":
			b.on = append(b.on, phrase)
		case "original":
			b.original[phrase] = true
		case "end":
			b.end[phrase] = true
		case "forward":
			b.forward[phrase] = true
		case "from", "sent", "to", "cc", "subject", "other":
			b.field[strings.TrimSuffix(phrase, ":")] |= fields[kind]
		case "above":
			b.above = append(b.above, phrase)
		case "device":
			latin := !strings.Contains("ar bg el fa he ja ko ru th uk zh", language)
			b.device = append(b.device, devicePattern{regexp.MustCompile("(?i)" + phrase), latin})
		case "legal":
			b.legal = append(b.legal, phrase)
		case "hint":
			b.hint = append(b.hint, phrase)
		}
	}
	for _, list := range []*[]string{&b.wrote, &b.on} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
		slices.SortStableFunc(*list, func(a, b string) int { return len(b) - len(a) })
	}
	return b
}

// plainWords writes a line for comparison: lower case, plain blanks and digits,
// no marks of direction.
func plainWords(s string) string {
	if isASCII([]byte(s)) {
		return strings.ToLower(strings.TrimSpace(s))
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r < 0x80:
			return r
		case unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsDigit(r):
			return '0' + digitValue(r)
		case r == '：':
			return ':'
		}
		return r
	}, s)
	return strings.ToLower(strings.TrimSpace(s))
}

// digitValue gives the value of a decimal digit of any script: Unicode keeps
// the ten digits of each script together, beginning with zero.
func digitValue(r rune) rune {
	zero := r
	for unicode.IsDigit(zero-1) && r-zero < 9 {
		zero--
	}
	return r - zero
}

// findPhrase gives the place after the first phrase that stands in s as whole
// words, or -1.
func findPhrase(s string, list []string) (start, end int) {
	for _, phrase := range list {
		for at := 0; ; {
			i := strings.Index(s[at:], phrase)
			if i < 0 {
				break
			}
			i += at
			if wordEdge(s, i, phrase) {
				return i, i + len(phrase)
			}
			at = i + len(phrase)
		}
	}
	return -1, -1
}

// wordEdge tells whether phrase, found at i, is not a part of longer words.
// Scripts without blanks have no such edges.
func wordEdge(s string, i int, phrase string) bool {
	before := []rune(s[max(0, i-4):i])
	after := []rune(s[i+len(phrase) : min(len(s), i+len(phrase)+4)])
	first := []rune(phrase)[0]
	if !spaced(first) {
		return true
	}
	if len(before) > 0 && unicode.IsLetter(before[len(before)-1]) && spaced(before[len(before)-1]) {
		return false
	}
	return len(after) == 0 || !unicode.IsLetter(after[0]) || !spaced(after[0])
}

// spaced tells whether the script of a letter puts blanks between words.
func spaced(r rune) bool {
	return !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai)
}
