package command

import "strings"

// Without reports whether a minus stands before a word, with no blank between them, and
// returns the word.
func Without(word string) (string, bool) {
	rest := strings.TrimLeft(word, dashes)
	if rest == word || rest == "" || rest[0] == ' ' {
		return strings.TrimSpace(rest), false
	}
	return rest, true
}
