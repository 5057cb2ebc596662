package routing

import "unicode/utf8"

// Closest returns the word of among that is most like word, for "did you mean";
// empty when none is near enough to be meant.
func Closest(word string, among []string) string {
	best, limit := "", max(1, utf8.RuneCountInString(word)/3)
	for _, w := range among {
		if d := distance([]rune(word), []rune(w)); d <= limit && w != word {
			best, limit = w, d-1
		}
	}
	return best
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours that turn a into b (optimal string alignment).
func distance(a, b []rune) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
