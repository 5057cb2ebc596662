package outage

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// maxText bounds, in bytes, the text of a request that is looked at: what is
// wrong is said at the beginning.
const maxText = 4 << 10

// common holds words that many requests have, whatever they are about.
var common = commonWords()

//go:embed common.txt
var commonText string

func commonWords() map[string]bool {
	words := map[string]bool{}
	for line := range strings.Lines(commonText) {
		line, _, _ = strings.Cut(line, "#")
		for _, w := range wordsOf(line) {
			words[w] = true
		}
	}
	return words
}

// features gives the words of a request, each once and without accents, and
// its category.
func features(r Request) []string {
	text := r.Text
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "")
	}
	var all []string
	seen := map[string]bool{}
	if r.Category != "" {
		all = append(all, categoryMark+r.Category)
	}
	for _, w := range wordsOf(text) {
		if !seen[w] {
			seen[w] = true
			if all = append(all, w); len(all) >= maxFeatures {
				break
			}
		}
	}
	return all
}

// wordsOf splits a text into words in lower case and without accents. Languages
// that put no spaces between words are cut into pairs of characters.
func wordsOf(text string) []string {
	bare, _, err := transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), text)
	if err != nil {
		bare = text
	}
	var all []string
	for _, w := range strings.FieldsFunc(strings.ToLower(bare), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		first, _ := utf8.DecodeRuneInString(w)
		if unicode.In(first, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) {
			all = append(all, pairs(w)...)
			continue
		}
		if utf8.RuneCountInString(w) >= minWord {
			all = append(all, w)
		}
	}
	return all
}

// minWord is the shortest word, in characters, that says anything.
const minWord = 3

func pairs(word string) []string {
	chars := []rune(word)
	var all []string
	for i := 0; i+1 < len(chars); i++ {
		all = append(all, string(chars[i:i+2]))
	}
	return all
}
