package routing

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// text is a text of the mail in the forms that it is searched in. They are
// made when they are first needed, once a mail.
type text struct {
	plain        string
	inWords      searched
	inLowerCases searched
}

// maxTexts is the number of texts that are remembered.
const maxTexts = 32

// text finds or makes the forms of a text.
func (m *mail) text(plain string) *text {
	for _, t := range m.texts {
		if t.plain == plain { // nearly always the same pointer: no bytes are compared
			return t
		}
	}
	t := &text{plain: plain}
	if len(m.texts) < maxTexts {
		m.texts = append(m.texts, t)
	}
	return t
}

// words returns the text as spaced does.
func (t *text) words() *searched {
	if t.inWords.text == "" {
		t.inWords.text = spaced(t.plain)
	}
	return &t.inWords
}

// folded returns the text as fold does.
func (t *text) folded() *searched {
	if t.inLowerCases.text == "" {
		t.inLowerCases.text = fold(t.plain)
	}
	return &t.inLowerCases
}

// spaced returns the words of a text in lower case, with one space before and
// after each and without accents; what is neither letter, mark nor digit parts words.
func spaced(text string) string {
	text = withoutAccents(text)
	b := make([]byte, 1, len(text)+2)
	b[0] = ' '
	apart := false
	for _, r := range text {
		if r < utf8.RuneSelf { // nearly always
			if r = rune(asciiWord[r]); r == 0 {
				apart = len(b) > 1
				continue
			}
		} else if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			apart = len(b) > 1
			continue
		}
		if apart {
			b = append(b, ' ')
			apart = false
		}
		if r < utf8.RuneSelf {
			b = append(b, byte(r))
		} else {
			b = utf8.AppendRune(b, unicode.ToLower(r))
		}
	}
	if len(b) > 1 {
		b = append(b, ' ')
	}
	return string(b)
}

// withoutAccents takes away what stands above or below Latin, Greek and Cyrillic
// letters (U+0300 to U+036F); signs of other scripts are letters of their own.
func withoutAccents(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return text
	}
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if '\u0300' <= r && r <= '\u036F' {
			return -1
		}
		return r
	}, norm.NFD.String(text)))
}

// pluralsOf returns the forms that the last word of a phrase, as spaced returns it,
// may have in the plural: those of English, French, German, Spanish, Italian,
// Portuguese and Dutch. Accents do not matter, so that Passwort finds Passwörter.
func pluralsOf(phrase string) []string {
	word := strings.TrimSuffix(phrase, " ")
	var all []string
	for _, ending := range []string{"s", "es", "x", "e", "n", "en", "er", "ern", "nen", "se"} {
		all = append(all, word+ending+" ")
	}
	for _, change := range []struct{ from, to string }{
		{"y", "ies"}, {"al", "aux"}, {"ail", "aux"}, {"z", "ces"}, {"f", "ves"}, {"fe", "ves"}, {"a", "e"}, {"o", "i"}, {"e", "i"}, {"ao", "oes"}, {"l", "is"}, {"m", "ns"},
	} {
		if stem, ok := strings.CutSuffix(word, change.from); ok && utf8.RuneCountInString(stem) > 3 {
			all = append(all, stem+change.to+" ")
		}
	}
	return all
}

// asciiWord returns the lower case of letters and digits, 0 for what parts words.
var asciiWord = func() (table [utf8.RuneSelf]byte) {
	for c := range byte(utf8.RuneSelf) {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			table[c] = c
		case 'A' <= c && c <= 'Z':
			table[c] = c + 'a' - 'A'
		}
	}
	return table
}()

// fold returns a text in which characters that a pattern with (?i) takes as
// equal are equal.
func fold(text string) string {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return strings.Map(foldRune, text)
		}
	}
	return strings.ToLower(text)
}

// foldRune returns the lowest of the characters that fold to each other, in
// ASCII the lower case: the Kelvin sign becomes k.
func foldRune(r rune) rune {
	lowest := r
	if r >= utf8.RuneSelf {
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			lowest = min(lowest, other)
		}
	}
	if 'A' <= lowest && lowest <= 'Z' {
		return lowest + 'a' - 'A'
	}
	return lowest
}
