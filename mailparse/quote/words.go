package quote

import "strings"

// FindWords returns where words stand one behind the other in a text, however its lines
// are broken.
func FindWords(text string, words []string) (start, end int, found bool) {
	if len(words) == 0 {
		return 0, 0, false
	}
	for from := 0; ; {
		at := strings.Index(text[from:], words[0])
		if at < 0 {
			return 0, 0, false
		}
		start = from + at
		if end, found = goesOnWith(text, start+len(words[0]), words[1:]); found {
			return start, end, true
		}
		from = start + len(words[0])
	}
}

// goesOnWith reports whether a text goes on with words, and where they end.
func goesOnWith(text string, at int, words []string) (end int, ok bool) {
	for _, word := range words {
		rest := strings.TrimLeft(text[at:], " \t\r\n\u00a0")
		if len(rest) == len(text)-at || !strings.HasPrefix(rest, word) {
			return 0, false
		}
		at = len(text) - len(rest) + len(word)
	}
	return at, true
}
