package language

import (
	"math"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"maildesk/mailparse/phrase"
)

// Short texts may hold no word that is in the table. Then the letters of their
// words tell: how common each run of three letters is in the words of a
// language.
const (
	minGramWords = 150  // of a language that are known, to count its letters
	minGramWord  = 4    // letters of a word that is looked at
	gramSmooth   = 0.3  // for runs that no known word has
	minGrams     = 8    // fewer runs tell nothing
	gramLead     = 4.0  // of the likeliest language before the next, in natural logarithms
	gramLikely   = -8.2 // of a run at the mean, or it is no word of the language
)

// gramIndex has the logarithm of the share of each run of letters, by language.
type gramIndex struct {
	rare  []float64 // of a run that is in no word of the language; 0: the language is not counted
	grams map[string][]float64
}

var languageGrams = sync.OnceValue(func() *gramIndex {
	rows := phrase.Rows(table, 3)
	index := &gramIndex{rare: make([]float64, len(rows)), grams: map[string][]float64{}}
	total := make([]float64, len(rows))
	for i, row := range rows {
		words := strings.Fields(row[2])
		if len(words) < minGramWords {
			continue
		}
		for _, word := range words {
			if strings.HasPrefix(word, "-") {
				continue
			}
			eachGram(word, func(gram string) {
				if index.grams[gram] == nil {
					index.grams[gram] = make([]float64, len(rows))
				}
				index.grams[gram][i]++
				total[i]++
			})
		}
	}
	for i, n := range total {
		if n == 0 {
			continue
		}
		all := n + gramSmooth*float64(len(index.grams))
		index.rare[i] = math.Log(gramSmooth / all)
		for _, counts := range index.grams {
			counts[i] = math.Log((counts[i] + gramSmooth) / all)
		}
	}
	return index
})

// eachGram calls f with the runs of three letters of a word, its edges marked.
func eachGram(word string, f func(gram string)) {
	word = "^" + word + "$"
	a, b := 0, 1
	for c := range word {
		if c <= b {
			continue
		}
		_, size := utf8.DecodeRuneInString(word[c:])
		f(word[a : c+size])
		a, b = b, c
	}
}

// guess is the language of a script whose words are spelled most like these,
// or nothing where several are.
func (g *gramIndex) guess(words, codes, scripts []string, script string) string {
	sums, n := make([]float64, len(codes)), 0
	for i, word := range words {
		if utf8.RuneCountInString(word) < minGramWord || slices.Contains(words[:i], word) { // said twice, it proves no more
			continue
		}
		eachGram(word, func(gram string) {
			n++
			shares := g.grams[gram]
			for i := range sums {
				if shares != nil {
					sums[i] += shares[i]
				} else {
					sums[i] += g.rare[i]
				}
			}
		})
	}
	best, second := -1, math.Inf(-1)
	for i, sum := range sums {
		switch {
		case g.rare[i] == 0 || scripts[i] != script:
		case best < 0 || sum > sums[best]:
			if best >= 0 {
				second = sums[best]
			}
			best = i
		default:
			second = max(second, sum)
		}
	}
	if n < minGrams || best < 0 || sums[best]-second < gramLead || sums[best]/float64(n) < gramLikely {
		return ""
	}
	return codes[best]
}
