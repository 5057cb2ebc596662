package search

import (
	"strings"
	"unicode/utf8"

	"maildesk/ticket"
)

// LineWidth is how many characters [Line] returns at most.
const LineWidth = 160

// Line returns the line of a text that matches the most terms, the first of
// several, trimmed; of a long one the part around the first match. It
// returns "" if no line matches any.
func Line(text string, terms []ticket.Term) string {
	line, _ := BestLine(text, terms)
	return line
}

// BestLine is Line, and also returns how many of the terms the line matches.
func BestLine(text string, terms []ticket.Term) (line string, has int) {
	var wanted [][]string
	for _, t := range terms {
		if words := foldedWords(Bounded(t.Words)); len(words) > 0 {
			if t.Prefix {
				words[len(words)-1] += "*"
			}
			wanted = append(wanted, words)
		}
	}
	best, most, at := "", 0, 0
	for line := range strings.Lines(text) {
		if n, first := matches(line, wanted); n > most {
			best, most, at = line, n, first
		}
	}
	return around(best, at), most
}

// matches returns how many terms a line has, and where the first one begins.
func matches(line string, wanted [][]string) (n, first int) {
	words, begins := wordsOf(line)
	first = len(line)
	for _, term := range wanted {
		for i := range words {
			if follow(words[i:], term) {
				n, first = n+1, min(first, begins[i])
				break
			}
		}
	}
	return n, first
}

// follow reports whether words begin with those of a term.
func follow(words, term []string) bool {
	if len(words) < len(term) {
		return false
	}
	for i, want := range term {
		start, isPrefix := strings.CutSuffix(want, "*")
		if words[i] != want && !(isPrefix && strings.HasPrefix(words[i], start)) {
			return false
		}
	}
	return true
}

// wordsOf returns the words of a line, folded, and where each begins.
func wordsOf(line string) (words []string, begins []int) {
	for at := 0; at < len(line); {
		from := strings.IndexFunc(line[at:], isWord)
		if from < 0 {
			break
		}
		from += at
		end := strings.IndexFunc(line[from:], notWord)
		if end < 0 {
			end = len(line) - from
		}
		at = from + end
		words, begins = append(words, Fold(line[from:at])), append(begins, from)
	}
	return words, begins
}

func foldedWords(text string) []string {
	words, _ := wordsOf(text)
	return words
}

// around returns a line, or LineWidth characters of a long one: a third before the byte
// at which the match begins.
func around(line string, at int) string {
	before := len(line) - len(strings.TrimLeft(line, " \t\r\n"))
	line, at = strings.TrimSpace(line), max(0, at-before)
	if utf8.RuneCountInString(line) <= LineWidth {
		return line
	}
	runes := []rune(line)
	match := utf8.RuneCountInString(line[:min(at, len(line))])
	from := max(0, min(match-LineWidth/3, len(runes)-LineWidth))
	to := min(len(runes), from+LineWidth)
	if from > 0 {
		runes[from] = '…'
	}
	if to < len(runes) {
		runes[to-1] = '…'
	}
	return string(runes[from:to])
}

// LineOf returns the line of a hit that matched: of what its author wrote, else of the
// whole mail; of the subject if that matched. It is empty if none of these has
// any of the words: they are in a file.
func LineOf(h ticket.Hit, terms []ticket.Term) string {
	if h.Entry.ID == 0 {
		return Line(h.Ticket.Subject, terms)
	}
	for _, text := range []string{h.Entry.Text, h.Entry.Full, h.Entry.Subject} {
		if line := Line(text, terms); line != "" {
			return line
		}
	}
	return ""
}
