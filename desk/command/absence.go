package command

import "strings"

// CutUntil cuts the line of an absence before the first word that says until when it is,
// in any of the eight languages. found is false where nothing stands before such a word.
func CutUntil(arg string) (before, after string, found bool) {
	words := strings.Fields(strings.ReplaceAll(arg, "’", "'"))
	for i, word := range words {
		if i > 0 && untilWords[plainly(strings.ToLower(strings.Trim(word, ",;:")))] {
			return strings.Join(words[:i], " "), strings.Join(words[i+1:], " "), true
		}
	}
	return "", arg, false
}
