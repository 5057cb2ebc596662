package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"

	"maildesk/letters"
)

// FileMark is a word that is indexed with the mails that have files. Its first character
// is of the private use area, which [Bounded] keeps out of all that people write.
const FileMark = "\uE000file"

// maxToken is how many characters a word has at most that is indexed: what is longer is
// no word of a language, but a key, a hash or encoded bytes.
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

// isWord reports whether a character is part of a word. The rest divides words.
func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

func notWord(r rune) bool { return !isWord(r) }

// hasWord reports whether a text has a letter or a digit: the index knows nothing else.
func hasWord(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// IsPhrase reports whether a text is several words, as "paper jam" and "x-ray" are.
func IsPhrase(text string) bool { return len(foldedWords(text)) > 1 }

// Fold returns a text in lower case and in plain letters, as it is indexed and words are
// compared. It says nothing of where words begin and end.
func Fold(text string) string {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return cases.Fold().String(letters.Plain(text))
		}
	}
	return strings.ToLower(text)
}

// Names reports whether somebody is meant by an address, or by a part of an address or of a
// name; case and accents do not count.
func Names(part, address, name string) bool {
	local, domain, whole := strings.Cut(part, "@")
	if whole && local != "" && domain != "" {
		return strings.EqualFold(part, address)
	}
	part = Fold(part)
	return strings.Contains(Fold(address), part) || strings.Contains(Fold(name), part)
}

// Words returns the words of a text in their order, for an index that is given words:
// [FileMark] is one of them.
func Words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return notWord(r) && r != '\uE000' })
}
