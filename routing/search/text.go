package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"

	"maildesk/letters"
)

// Text is a text of the mail in the forms that it is searched in. They are
// made when they are first needed, once a mail.
type Text struct {
	Plain        string
	inWords      Searched
	inLowerCases Searched
}

// Words returns the text as [Spaced] does.
func (t *Text) Words() *Searched {
	if t.inWords.text == "" {
		t.inWords.text = Spaced(t.Plain)
	}
	return &t.inWords
}

// Folded returns the text as [Fold] does.
func (t *Text) Folded() *Searched {
	if t.inLowerCases.text == "" {
		t.inLowerCases.text = Fold(t.Plain)
	}
	return &t.inLowerCases
}

// Spaced returns the words of a text in lower case, with one space before and
// after each and in plain letters, as a search for them does: Łódź is lodz, and Straße strasse. What is neither
// letter, mark nor digit parts words.
func Spaced(text string) string {
	text = plain(text)
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

// plain returns a text in which letters are equal that a search takes as equal, but for the signs of scripts that
// are not European.
func plain(text string) string {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return cases.Fold().String(letters.PlainEuropean(text))
		}
	}
	return text
}

// PluralsOf returns the forms that the last word of a phrase, as [Spaced] returns it,
// may have in the plural: those of English, French, German, Spanish, Italian,
// Portuguese and Dutch. Accents do not matter, so that Passwort finds Passwörter.
func PluralsOf(phrase string) []string {
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

// Fold returns a text in which characters that a pattern with (?i) takes as
// equal are equal.
func Fold(text string) string {
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
