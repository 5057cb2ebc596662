package command

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// mostMeant bounds how many commands a hint names.
const mostMeant = 3

// Nearest returns the commands that the writer of an unknown one probably meant, the
// likeliest first, each as the word that is nearest to what they wrote; none when
// nothing is near. The word is lower case, without #.
func Nearest(word string) []string {
	if word == "" {
		return nil
	}
	var meant []guess
	for i, e := range Table {
		if slices.ContainsFunc(strings.Fields(e.Meant), func(s string) bool { return slices.Contains(spellings(s), word) }) {
			return []string{e.Name}
		}
		if best, near := nearestOf(e, word); near {
			best.entry = i
			meant = append(meant, best)
		}
	}
	slices.SortFunc(meant, func(a, b guess) int { return cmp.Or(cmp.Compare(a.away, b.away), cmp.Compare(a.entry, b.entry)) })
	var words []string
	for _, g := range meant[:min(len(meant), mostMeant)] {
		if g.away == meant[0].away {
			words = append(words, g.word)
		}
	}
	return words
}

// guess is a word that may be meant.
type guess struct {
	word  string
	away  int // how many letters are wrong
	entry int
}

// nearestOf returns the word of a command that is nearest to one that is none.
func nearestOf(e Entry, word string) (best guess, near bool) {
	all := append([]string{e.Name}, e.aliases()...)
	for _, s := range strings.Fields(e.Meant) {
		if len(s) > 3 {
			all = append(all, s)
		}
	}
	for _, known := range all {
		away := distance(plainly(word), plainly(known))
		switch short := min(utf8.RuneCountInString(word), utf8.RuneCountInString(known)); {
		case short >= 3 && known == e.Name && (strings.HasPrefix(known, word) || strings.HasPrefix(word, known) && len(word) <= len(known)+3):
			away = min(away, 1) // shortened, or with an ending
		case short < 3, away > 1+short/5:
			continue
		}
		if !near || away < best.away {
			best, near = guess{word: known, away: away}, true
		}
	}
	if near && !isCommand(best.word) {
		best.word = e.Name
	}
	return best, near
}

// plainly writes a word as it is compared: without accents.
func plainly(word string) string { return spellings(word)[1] }

// NearestOf returns the choice that was probably meant by a word that is none.
func NearestOf(choices []string, word string) (string, bool) {
	best, away := "", 0
	word = plainly(strings.ToLower(strings.TrimSpace(word)))
	for _, choice := range choices {
		known := plainly(strings.ToLower(choice))
		d := distance(word, known)
		if len(word) >= 3 && strings.HasPrefix(known, word) {
			d = min(d, 1)
		}
		if d <= 1+len(word)/5 && (best == "" || d < away) {
			best, away = choice, d
		}
	}
	return best, best != ""
}

// longestWord bounds, in bytes, what is compared letter by letter.
const longestWord = 40

// distance returns how many letters have to be put in, left out, replaced or
// exchanged with their neighbour to make one word of the other (the optimal string
// alignment of Damerau and Levenshtein). Words that are very long are far apart.
func distance(a, b string) int {
	if len(a) > longestWord || len(b) > longestWord {
		return longestWord
	}
	from, to := []rune(a), []rune(b)
	rows := make([][]int, len(from)+1)
	for i := range rows {
		rows[i] = make([]int, len(to)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(from); i++ {
		for j := 1; j <= len(to); j++ {
			other := 1
			if from[i-1] == to[j-1] {
				other = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+other)
			if i > 1 && j > 1 && from[i-1] == to[j-2] && from[i-2] == to[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(from)][len(to)]
}
