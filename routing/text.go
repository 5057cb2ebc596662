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

// words gives the text as spaced does.
func (t *text) words() *searched {
	if t.inWords.text == "" {
		t.inWords.text = spaced(t.plain)
	}
	return &t.inWords
}

// folded gives the text as fold does.
func (t *text) folded() *searched {
	if t.inLowerCases.text == "" {
		t.inLowerCases.text = fold(t.plain)
	}
	return &t.inLowerCases
}

// spaced gives the words of a text in lower case, with one space before and
// after each; what is neither letter, mark nor digit parts words. An accent is
// the same whether it was typed as one character or two.
func spaced(text string) string {
	text = norm.NFC.String(text)
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

// asciiWord gives the lower case of letters and digits, 0 for what parts words.
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

// fold gives a text in which characters that a pattern with (?i) takes as
// equal are equal.
func fold(text string) string {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return strings.Map(foldRune, text)
		}
	}
	return strings.ToLower(text)
}

// foldRune gives the lowest of the characters that fold to each other, in
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
