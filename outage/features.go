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

// maxText bounds how much of a request's text is examined, in bytes: people say
// what is wrong at the beginning.
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

// features returns the words of a request, without repetition and without accents,
// and its category.
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

// wordsOf splits a text into words in lower case and without accents. Scripts
// without spaces between words are split into pairs of characters.
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

// minWord is the length, in characters, of the shortest word that counts.
const minWord = 3

func pairs(word string) []string {
	chars := []rune(word)
	var all []string
	for i := 0; i+1 < len(chars); i++ {
		all = append(all, string(chars[i:i+2]))
	}
	return all
}
