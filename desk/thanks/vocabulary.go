package thanks

import (
	_ "embed"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"maildesk/letters"
)

//go:embed vocabulary.txt
var wordsFile string

// kind is what a word or phrase of vocabulary.txt does in a text.
type kind string

const (
	unknown kind = ""
	thanks  kind = "thanks"
	works   kind = "works"
	closes  kind = "close"
	agree   kind = "agree"
	greet   kind = "greet"
	bye     kind = "bye"
	say     kind = "say"
	stop    kind = "stop"

	named kind = "named" // of a clause: names and nothing else
)

// vocabulary is what one language says: folded phrases, their words parted by
// one blank.
type vocabulary struct {
	language string
	phrases  map[string]kind
	longest  int // words of the longest phrase
}

// vocabularies reads vocabulary.txt once. A phrase that stands under several kinds
// counts as the first of them, stop before all.
var vocabularies = sync.OnceValue(func() (all []vocabulary) {
	for line := range strings.Lines(wordsFile) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			all = append(all, vocabulary{language: strings.Trim(line, "[]"), phrases: map[string]kind{}})
			continue
		}
		name, list, ok := strings.Cut(line, ": ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		v := &all[len(all)-1]
		for phrase := range strings.SplitSeq(list, ", ") {
			words := strings.Fields(fold(phrase))
			phrase = strings.Join(words, " ")
			if _, known := v.phrases[phrase]; !known || kind(name) == stop {
				v.phrases[phrase] = kind(name)
			}
			v.longest = max(v.longest, len(words))
		}
	}
	return all
})

// stops are the single words that stop a text in any language.
var stops = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, v := range vocabularies() {
		for phrase, k := range v.phrases {
			if k == stop && !strings.Contains(phrase, " ") {
				all[phrase] = true
			}
		}
	}
	return all
})

// common are the words of all phrases in any language.
var common = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, v := range vocabularies() {
		for phrase := range v.phrases {
			for word := range strings.FieldsSeq(phrase) {
				all[word] = true
			}
		}
	}
	return all
})

// fold returns a text in lower case and without accents, as hurried people and
// old keyboards write it.
func fold(s string) string {
	return letters.Plain(norm.NFKC.String(strings.ToLower(s)))
}

// match returns the longest phrase at the beginning of words, which are folded,
// as its kind and its number of words; unknown and 1 where there is none.
func (v *vocabulary) match(words []word) (kind, int) {
	var phrase strings.Builder
	found, n := unknown, 1
	for i := range min(v.longest, len(words)) {
		if i > 0 {
			phrase.WriteByte(' ')
		}
		phrase.WriteString(words[i].folded)
		if k, ok := v.phrases[phrase.String()]; ok {
			found, n = k, i+1
		}
	}
	return found, n
}
