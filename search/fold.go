package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"

	"maildesk/letters"
)

// FileMark is a word that is indexed with the mails that have files. Its first character
// is of the private use area, which [Bounded] removes from what people write.
const FileMark = "\uE000file"

// maxToken is the longest word that is indexed, in characters: what is longer is
// not a word but a key, a hash or encoded bytes.
const maxToken = 100

// Bounded returns a text as it is indexed and searched: without words of more than 100
// characters and without private characters.
func Bounded(text string) string {
	var kept strings.Builder
	for rest := text; rest != ""; {
		n := strings.IndexFunc(rest, isWord)
		if n < 0 {
			n = len(rest)
		}
		kept.WriteString(strings.ReplaceAll(rest[:n], "\uE000", " "))
		rest = rest[n:]
		if n = strings.IndexFunc(rest, notWord); n < 0 {
			n = len(rest)
		}
		if n <= maxToken || utf8.RuneCountInString(rest[:n]) <= maxToken {
			kept.WriteString(rest[:n])
		}
		rest = rest[n:]
	}
	return kept.String()
}

// isWord reports whether a character is part of a word. All others separate words.
func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

func notWord(r rune) bool { return !isWord(r) }

// hasWord reports whether a text has a letter or a digit: nothing else is indexed.
func hasWord(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// IsPhrase reports whether a text has several words, as "paper jam" and "x-ray" do.
func IsPhrase(text string) bool { return len(foldedWords(text)) > 1 }

// Fold returns a text in lower case and in plain letters, as it is indexed and
// compared. It does not divide it into words.
func Fold(text string) string {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return cases.Fold().String(letters.Plain(text))
		}
	}
	return strings.ToLower(text)
}

// Names reports whether part is somebody's address, or a part of their address or name; case and
// accents do not count.
func Names(part, address, name string) bool {
	local, domain, whole := strings.Cut(part, "@")
	if whole && local != "" && domain != "" {
		return strings.EqualFold(part, address)
	}
	part = Fold(part)
	return strings.Contains(Fold(address), part) || strings.Contains(Fold(name), part)
}

// Words returns the words of a text in order, for an index that takes words:
// [FileMark] is one of them.
func Words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return notWord(r) && r != '\uE000' })
}
