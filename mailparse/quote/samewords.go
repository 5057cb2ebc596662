package quote

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// SameWords reports whether two texts have the same words.
func SameWords(a, b string) bool {
	for {
		var one, other string
		one, a = nextWord(a)
		other, b = nextWord(b)
		if one == "" || other == "" {
			return one == other
		}
		if one != other && !strings.EqualFold(one, other) {
			return false
		}
	}
}

// wordsIn reports whether every word of s stands in text.
func wordsIn(s, text string) bool {
	have := map[string]bool{}
	for w, rest := nextWord(text); w != ""; w, rest = nextWord(rest) {
		have[strings.ToLower(w)] = true
	}
	for w, rest := nextWord(s); w != ""; w, rest = nextWord(rest) {
		if !have[strings.ToLower(w)] {
			return false
		}
	}
	return true
}

// nextWord cuts the first word off: letters and digits.
func nextWord(s string) (word, rest string) {
	start := 0
	for start < len(s) && s[start] < utf8.RuneSelf && !isWord(rune(s[start])) {
		start++
	}
	if start < len(s) && s[start] >= utf8.RuneSelf {
		i := strings.IndexFunc(s[start:], isWord)
		if i < 0 {
			return "", ""
		}
		start += i
	}
	end := start
	for end < len(s) && s[end] < utf8.RuneSelf && isWord(rune(s[end])) {
		end++
	}
	if end < len(s) && s[end] >= utf8.RuneSelf {
		i := strings.IndexFunc(s[end:], notWord)
		if i < 0 {
			return s[start:], ""
		}
		end += i
	}
	return s[start:end], s[end:]
}

func isWord(r rune) bool {
	if r < 0x80 {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

func notWord(r rune) bool { return !isWord(r) }
