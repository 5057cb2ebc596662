package article

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
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
		labelled := regexp.MustCompile(`(?i)(^|[^\pL\pN])(` + w.numbered + `)(\s{0,3}(?:[:=#]|is|ist|est|es|è|jest|é)?\s{0,3})([\pL\pN][\pL\pN/._-]*\d[\pL\pN/._-]*|\d[\pL\pN/._-]*)`)
		text = labelled.ReplaceAllStringFunc(text, func(found string) string {
			part := labelled.FindStringSubmatch(found)
			value := strings.TrimRight(part[4], "._-/")
			return part[1] + part[2] + part[3] + a.take(Number, value, a.words.number) + strings.TrimPrefix(part[4], value)
		})
		text = a.counted(text, w)
	}
	return a.loose(text)
}

// sign stands before a number, in any language: №, no., n°, n.º, Nr., núm.
const sign = `(?:№|nº|n°|n\.[ºo°]|n\.|no\.|(?:nro|nr|núm|num|nummer|number|numer|numero|numéro|número)\.?)`

// counted takes out the numbers of requests, with a sign before them or not, and of what else is
// somebody's, with one.
func (a *anonymiser) counted(text string, w words) string {
	const between = `[\s\x{00a0}]{0,3}`
	of := regexp.MustCompile(`(?i)((?:^|[^\pL\pN])(?:(?:` + w.requests + `|` + w.owned + `)` + between + sign + between + `:?` + between + `|(?:` + w.requests + `)[\s\x{00a0}]{1,3}))(\d[\pN]*(?:[-/.]\pN+)*)`)
	return of.ReplaceAllStringFunc(text, func(found string) string {
		part := of.FindStringSubmatch(found)
		if signed := regexp.MustCompile(`(?i)` + sign + `[\s\x{00a0}:]*$`).MatchString(part[1]); !signed && !isLong(part[2]) {
			return found
		}
		return part[1] + a.take(Number, part[2], a.words.number)
	})
}

// isLong reports whether a number is none of a few things that are counted.
func isLong(number string) bool { return len(number) >= 3 }

var (
	alone = regexp.MustCompile(`(?i)(^|[^\pL\pN])(` + sign + `[\s\x{00a0}]{0,3})(\d{3,}(?:[-/]\d+)*)`)
	// code are words before the number of an error, which solves problems.
	code = regexp.MustCompile(`(?i)(?:err?or|errore|erro|fehler|fehlercode|fehlermeldung|erreur|fout|foutcode|b[łl][ąę]du?|code|codes|kod|código|codice|event|ereignis|événement|evento|zdarzenie|gebeurtenis|exit|status|update|patch|kb|port|puerto|porta|poort)[\s\x{00a0}:]*$`)
)

// loose takes out numbers behind a sign alone, unless they are of errors and their like.
func (a *anonymiser) loose(text string) string {
	var b strings.Builder
	end := 0
	for _, at := range alone.FindAllStringSubmatchIndex(text, -1) {
		if code.MatchString(text[max(0, at[3]-24):at[3]]) {
			continue
		}
		b.WriteString(text[end:at[6]] + a.take(Number, text[at[6]:at[7]], a.words.number))
		end = at[7]
	}
	return b.String() + text[end:]
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
