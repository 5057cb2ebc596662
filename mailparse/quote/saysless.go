package quote

import "strings"

// minMissing is how many words of the page a plain text must lack, in lines of
// which it lacks most, to say clearly less.
const minMissing = 3

// maxPlace is how much of a plain text is looked at for the word HTML, in bytes: scripts
// without blanks write it within others.
const maxPlace = 500

// SaysLess reports whether a plain text says clearly less than the page beside
// it: it holds a place ("this is an HTML mail"), or lacks tables, lists, pictures
// or paragraphs. Links and addresses do not count, as pages hide them.
func SaysLess(text string, page []Line) bool {
	if sameAsPage(text, page) {
		return false
	}
	have := map[string]bool{}
	var lines [][]string
	for line := range strings.Lines(text) {
		words := wordsOf(line)
		lines = append(lines, words)
		for _, w := range words {
			have[w] = true
		}
	}
	shown := map[string]bool{}
	inPage := 0
	for i := range page {
		words := wordsOf(page[i].Text)
		for _, w := range words {
			shown[w] = true
		}
		n := lacking(words, have)
		if n > 0 && isMark(page[i].Text) {
			n = max(n, minMissing)
		}
		inPage += n
	}
	inText, all := 0, 0
	for _, words := range lines {
		inText, all = inText+lacking(words, shown), all+len(words)
	}
	if 5*inText >= 4*all && (all == 0 || have["browser"] || have["mime"] || have["viewer"] || strings.Contains(strings.ToLower(text[:min(len(text), maxPlace)]), "html")) {
		return inPage > 0 // it holds a place
	}
	return inPage >= minMissing && inPage > inText
}

// lacking returns how many words of a line are not there, 0 where most of them
// are.
func lacking(words []string, there map[string]bool) int {
	n := 0
	for _, w := range words {
		if !there[w] {
			n++
		}
	}
	if 2*n <= len(words) {
		return 0
	}
	return n
}

// isMark reports whether a line is the mark of a picture.
func isMark(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasPrefix(text, "[") && strings.IndexByte(text, ']') == len(text)-1
}

// sameAsPage is a quick look at the words of a text and a page in their order.
func sameAsPage(text string, page []Line) bool {
	var word string
	for i := range page {
		rest := page[i].Text
		for {
			var shown string
			if shown, rest = nextWord(rest); shown == "" {
				break
			}
			if word, text = nextWord(text); word != shown && !strings.EqualFold(word, shown) {
				return false
			}
		}
	}
	word, _ = nextWord(text)
	return word == ""
}
