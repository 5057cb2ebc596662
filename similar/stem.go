package similar

import (
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/spanish"

	"maildesk/letters"
)

// stemmers are those of the Snowball project.
var stemmers = map[string]func(*snowballstem.Env) bool{
	"en": english.Stem, "de": german.Stem, "fr": french.Stem, "es": spanish.Stem, "it": italian.Stem, "nl": dutch.Stem, "pt": portuguese.Stem,
}

// maxPolish is how many letters of a Polish word count: Snowball has no stemmer for Polish, and
// the beginning does nearly as well for a language that inflects at the end.
const maxPolish = 6

// stem returns what a word has in common with its other forms, without accents. A word typed
// without its accents has the same stem.
func stem(language, word string) string {
	if language == "de" {
		word = umlauts.Replace(word)
	}
	if cut, ok := stemmers[language]; ok {
		env := snowballstem.NewEnv(word)
		cut(env)
		word = env.Current()
	}
	word = letters.Plain(word)
	switch language {
	case "pl":
		if runes := []rune(word); len(runes) > maxPolish {
			word = string(runes[:maxPolish])
		}
	case "fr", "es", "it", "pt":
		// What is a stem with its accent keeps its last vowel without.
		if len(word) > 4 {
			word = strings.TrimRight(word, "aeio")
		}
	}
	return word
}

// umlauts writes German umlauts and ß as people do who cannot type them.
var umlauts = strings.NewReplacer("ä", "a", "ö", "o", "ü", "u", "ae", "a", "oe", "o", "ue", "u", "ß", "ss")
