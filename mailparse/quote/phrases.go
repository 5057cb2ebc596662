package quote

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"maildesk/letters"
	"maildesk/mailparse/phrase"
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

type phraseBook struct {
	wrote    *phrase.Set          // longest first
	wroteEnd map[[2]byte][]string // the same by their last bytes
	on       []string
	original map[string]bool
	forward  map[string]bool
	end      map[string]bool
	field    map[string]fieldKind
	above    *phrase.Set
	device   devices
	legal    *phrase.Set
	hint     *phrase.Set

	banner, bannerHint  *phrase.Set
	outside, bannerThis *phrase.Set
	bannerRest          *phrase.Set
	beware, cites       []string
	bannerAlone         map[string]bool // a line that says nothing else
	heading             map[string]bool // of a disclaimer
}

func readPhrases(file string) *phraseBook {
	b := &phraseBook{original: map[string]bool{}, forward: map[string]bool{}, end: map[string]bool{}, bannerAlone: map[string]bool{}, heading: map[string]bool{}, field: map[string]fieldKind{}}
	fields := map[string]fieldKind{"from": fromField, "sent": sentField, "to": toField, "cc": ccField, "subject": subjectField, "other": otherField}
	lists := map[string][]string{}
	plain := map[string]fieldKind{} // names without their accents
	for l := range strings.Lines(file) {
		kind, rest, _ := strings.Cut(strings.TrimSpace(l), " ")
		_, phrase, _ := strings.Cut(rest, " ")
		switch kind {
		case "original":
			b.original[phrase] = true
		case "end":
			b.end[phrase] = true
		case "external":
			b.bannerAlone[phrase] = true
		case "heading":
			b.heading[phrase] = true
		case "forward":
			b.forward[phrase] = true
		case "from", "sent", "to", "cc", "subject", "other":
			name := strings.TrimSuffix(phrase, ":")
			b.field[name] |= fields[kind]
			if bare := letters.Plain(name); bare != name {
				plain[bare] |= fields[kind]
			}
		default:
			lists[kind] = append(lists[kind], phrase)
		}
	}
	for name, kind := range plain {
		if b.field[name] == 0 {
			b.field[name] = kind // programs of old, and their readers, leave accents away
		}
	}
	b.banner, b.bannerHint = phrase.NewSet(lists["banner"]), phrase.NewSet(lists["bannerhint"])
	b.outside, b.bannerThis = phrase.NewSet(lists["outside"]), phrase.NewSet(lists["bannerthis"])
	b.bannerRest = phrase.NewSet(lists["bannerrest"])
	b.beware, b.cites = lists["beware"], longestFirst(lists["cites"])
	b.above, b.legal, b.hint = phrase.NewSet(lists["above"]), phrase.NewSet(lists["legal"]), phrase.NewSet(lists["hint"])
	b.device = newDevices(lists["device"], lists["carrier"], newThings(lists["thing"]))
	b.on = longestFirst(lists["on"])
	b.wrote = phrase.NewSet(longestFirst(lists["wrote"]))
	b.wroteEnd = map[[2]byte][]string{}
	for _, phrase := range b.wrote.Phrases() {
		end := lastTwo(phrase)
		b.wroteEnd[end] = append(b.wroteEnd[end], phrase)
	}
	return b
}

// longestFirst sorts a list, and drops what stands in it twice.
func longestFirst(list []string) []string {
	slices.Sort(list)
	list = slices.Compact(list)
	slices.SortStableFunc(list, func(a, b string) int { return len(b) - len(a) })
	return list
}

// lastTwo returns the last bytes of s.
func lastTwo(s string) [2]byte { return [2]byte{s[len(s)-2], s[len(s)-1]} }

// plainWords writes a line for comparison: lower case, plain blanks and digits,
// no marks of direction.
func plainWords(s string) string {
	if phrase.ASCII(s) {
		return strings.ToLower(strings.TrimSpace(s))
	}
	var plain strings.Builder
	plain.Grow(len(s))
	for _, r := range s {
		if r = plainRune(r); r >= 0 {
			plain.WriteRune(r)
		}
	}
	return strings.TrimSpace(plain.String())
}

// plainRune writes one character of plainWords; -1 takes it out.
func plainRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	case r > 0xad && r < 0x600:
		return unicode.ToLower(r) // Latin, Greek, Cyrillic, Hebrew: no blanks, digits or marks
	case unicode.Is(unicode.Cf, r):
		return -1
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsDigit(r):
		return '0' + digitValue(r)
	case r == '：':
		return ':'
	}
	return unicode.ToLower(r)
}

// digitValue returns the value of a decimal digit of any script: Unicode keeps
// the ten digits of each script together, beginning with zero.
func digitValue(r rune) rune {
	zero := r
	for unicode.IsDigit(zero-1) && r-zero < 9 {
		zero--
	}
	return r - zero
}

// findPhrase returns the place of the first phrase of a set that stands in s as
// whole words, or -1.
func findPhrase(s string, set *phrase.Set) (start, end int) {
	for _, number := range slices.Sorted(set.Find(s)) {
		phrase := set.Phrases()[number]
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

// wordEdge reports whether phrase, found at i, is not a part of longer words.
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

// spaced reports whether the script of a letter puts blanks between words.
func spaced(r rune) bool {
	return !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai)
}
