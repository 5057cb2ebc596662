package article

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

var (
	iban    = regexp.MustCompile(`\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b`)
	card    = regexp.MustCompile(`\b\d{4}(?:[ -]?\d{4}){2}[ -]?\d{1,7}\b`)
	mac     = regexp.MustCompile(`(?i)\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b`)
	request = regexp.MustCompile(`(?:\[[^\]\n]{0,60} )?#\d{2,}\]?`)
)

// numbers takes out numbers that name somebody, or something of theirs.
func (a *anonymiser) numbers(text string) string {
	text = a.replace(text, iban, Number, a.words.number, isIBAN)
	text = a.replace(text, card, Number, a.words.number, isCard)
	text = a.replace(text, mac, Number, a.words.number, nil)
	text = a.replace(text, request, Number, a.words.number, nil)
	for _, w := range []words{a.words, wordsIn["en"]} {
		find := patterns()[w.numbered]
		text = find.labelled.ReplaceAllStringFunc(text, func(found string) string {
			part := find.labelled.FindStringSubmatch(found)
			value := strings.TrimRight(part[4], "._-/")
			return part[1] + part[2] + part[3] + a.take(Number, value, a.words.number) + strings.TrimPrefix(part[4], value)
		})
		text = a.counted(text, find.counted)
	}
	return a.loose(text)
}

// finder is what finds numbers behind the words of a language.
type finder struct{ labelled, counted *regexp.Regexp }

// patterns has the finder of each language, by how it calls what is numbered.
var patterns = sync.OnceValue(func() map[string]finder {
	all := map[string]finder{}
	for _, w := range wordsIn {
		all[w.numbered] = finder{
			labelled: regexp.MustCompile(`(?i)(^|[^\pL\pN])(` + w.numbered + `)(\s{0,3}(?:[:=#]|is|ist|est|es|è|jest|é)?\s{0,3})([\pL\pN][\pL\pN/._-]*\d[\pL\pN/._-]*|\d[\pL\pN/._-]*)`),
			counted: regexp.MustCompile(`(?i)((?:^|[^\pL\pN])(?:(?:` + w.requests + `|` + w.owned + `)` + between + sign + between + `:?` + between +
				`|(?:` + w.requests + `)[\s\x{00a0}]{1,3}))` + number),
		}
	}
	return all
})

const (
	// sign stands before a number, in any language: №, no., n°, n.º, Nr., núm.
	sign    = `(?:№|nº|n°|n\.[ºo°]|n\.|no\.|(?:nro|nr|núm|num|nummer|number|numer|numero|numéro|número)\.?)`
	between = `[\s\x{00a0}]{0,3}`
	// number is one of a request, with letters and dates in it: 1042, 12/345, 2024.1042, CAS-01042-XYZ.
	number = `((?:\pL{1,6}[-/])?\d\pN*(?:[-/.]\pN+)*(?:[-/]\pL[\pL\pN]*)?)`
)

var (
	signed = regexp.MustCompile(`(?i)` + sign + `[\s\x{00a0}:]*$`)
	// measured is what is counted, and so no number of a request: 1024 MB, 500 times.
	measured = regexp.MustCompile(`(?i)^[\s\x{00a0}]{0,2}(?:%|[kmgt]i?b(?:it|ps)?\b|bits?\b|bytes?\b|times\b|mal\b|fois\b|veces\b|volte\b|keer\b|razy\b|vezes\b|ms\b|[km]?hz\b|px\b|dpi\b)`)
	// inAny is where a case is none of a request: "in that case", "in diesem Fall", "in caso".
	inAny = regexp.MustCompile(`(?i)(?:^|[^\pL\pN])(?:(?:that|this|these|those|any|some|most|many|all|such|which|either|each|every)[\s\x{00a0}]+cases?|(?:diesem|jedem|keinem|welchem|solchem|diesen|jeden|auf[\s\x{00a0}]+jeden)[\s\x{00a0}]+fall|(?:in|en|em)[\s\x{00a0}]+caso|(?:questo|quel|ogni|este|ese|todo|qualquer|nesse|neste)[\s\x{00a0}]+caso)[\s\x{00a0}]+$`)
)

// counted takes out the numbers of requests, with a sign before them or not, and of what else is
// somebody's, with one.
func (a *anonymiser) counted(text string, find *regexp.Regexp) string {
	var b strings.Builder
	end := 0
	for _, at := range find.FindAllStringSubmatchIndex(text, -1) {
		before, value := text[at[2]:at[3]], text[at[4]:at[5]]
		if !signed.MatchString(before) && (!isLong(value) || measured.MatchString(text[at[5]:]) || inAny.MatchString(text[max(0, at[2]-24):at[3]])) {
			continue
		}
		b.WriteString(text[end:at[4]] + a.take(Number, value, a.words.number))
		end = at[5]
	}
	return b.String() + text[end:]
}

// isLong reports whether a number is none of a few things that are counted.
func isLong(number string) bool { return digits(number) >= 3 }

func digits(s string) (n int) {
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

var (
	// alone is a number behind a sign on the same line, with nothing that says what is counted.
	alone = regexp.MustCompile(`(?i)(^|[^\pL\pN])(` + sign + `[ \t\x{00a0}]{0,3})(\d+(?:[-/.]\d+)*)`)
	// code are words before the number of an error, or of a text that all can read, which solves problems.
	code = regexp.MustCompile(`(?i)(?:err?or|errore|erro|fehler|fehlercode|fehlermeldung|erreur|fout|foutcode|b[łl][ąę]du?|code|codes|kod|código|codice|event|ereignis|événement|evento|zdarzenie|gebeurtenis|exit|status|update|patch|kb|port|puerto|porta|poort|rfc|iso|din|options?|optionen|opción|opcja|opção|opzione|optie|vlan|build|version)[\s\x{00a0}:]*$`)
	// refuses is a "No." that is an answer, before what is counted: "No. 500 users".
	refuses = regexp.MustCompile(`(?:^|[.?!:\n][\s\x{00a0}]*)No\.[ \t\x{00a0}]+$`)
	plural  = regexp.MustCompile(`^[ \t\x{00a0}]+(\p{Ll}{3,}s)\b`)
)

// loose takes out numbers behind a sign alone, unless they are of errors and their like.
func (a *anonymiser) loose(text string) string {
	var b strings.Builder
	end := 0
	for _, at := range alone.FindAllStringSubmatchIndex(text, -1) {
		value := text[at[6]:at[7]]
		if digits(value) < 3 || !startsLong(value) && digits(value) < 5 || code.MatchString(text[max(0, at[3]-24):at[3]]) || isAnswer(text[max(0, at[4]-8):at[5]], text[at[7]:]) {
			continue
		}
		b.WriteString(text[end:at[6]] + a.take(Number, value, a.words.number))
		end = at[7]
	}
	return b.String() + text[end:]
}

// startsLong reports whether a number begins with three digits: 1042/7, and not 1.2.3, a version.
func startsLong(number string) bool {
	return digits(number[:min(3, len(number))]) == 3
}

// isAnswer reports whether a "No." says no, before several things.
func isAnswer(before, after string) bool {
	part := plural.FindStringSubmatch(after)
	return part != nil && part[1] != "was" && part[1] != "has" && part[1] != "does" && refuses.MatchString(before)
}

// isIBAN checks the sum of an account number (ISO 13616: modulo 97).
func isIBAN(text string) bool {
	text = strings.ReplaceAll(text, " ", "")
	if len(text) < 15 || len(text) > 34 {
		return false
	}
	var digits strings.Builder
	for _, r := range text[4:] + text[:4] {
		if r >= 'A' {
			fmt.Fprint(&digits, int(r-'A')+10)
		} else {
			digits.WriteRune(r)
		}
	}
	n, ok := new(big.Int).SetString(digits.String(), 10)
	return ok && new(big.Int).Mod(n, big.NewInt(97)).Int64() == 1
}

// isCard checks the sum of the number of a card (ISO/IEC 7812: Luhn).
func isCard(text string) bool {
	sum, n := 0, 0
	for i := len(text) - 1; i >= 0; i-- {
		d := int(text[i] - '0')
		if d < 0 || d > 9 {
			continue
		}
		if n++; n%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return n >= 13 && n <= 19 && sum%10 == 0
}
