package person

import (
	"strings"
)

// depthOf returns how many marks of a quotation begin a line.
func depthOf(line string) (depth int) {
	for _, r := range line {
		switch r {
		case '>', '|':
			depth++
		case ' ', '\t', '\u00a0':
		default:
			return depth
		}
	}
	return depth
}

// quotation is a block of lines of a text that are quoted to the same depth.
type quotation struct {
	first, end int    // its lines
	text       string // without marks
	above      string // the paragraph right above it, if that ends with a colon: "On Monday Ana wrote:"
}

// quotationsOf returns the quotations of a text, from the top. Empty lines do not end one.
func quotationsOf(lines []string) (all []quotation) {
	for i := 0; i < len(lines); {
		depth := depthOf(lines[i])
		if depth == 0 || plain(lines[i]) == "" {
			i++
			continue
		}
		q := quotation{first: i, end: i + 1, above: paragraphAbove(lines[:i], depth)}
		for j := i; j < len(lines); j++ {
			if plain(lines[j]) == "" {
				continue
			}
			if depthOf(lines[j]) != depth {
				break
			}
			q.end = j + 1
		}
		var text strings.Builder
		for _, line := range lines[q.first:q.end] {
			text.WriteString(plain(line) + "\n")
		}
		q.text = text.String()
		all = append(all, q)
		i = q.end
	}
	return all
}

// longestAbove is how many lines say at most whose words follow.
const longestAbove = 3

// paragraphAbove returns what says whose words the quotation behind some lines are; empty: nothing does.
func paragraphAbove(lines []string, depth int) (text string) {
	for i, n := len(lines)-1, 0; i >= 0 && n < longestAbove; i-- {
		line := plain(lines[i])
		switch {
		case line == "" && text == "":
			continue
		case line == "", depthOf(lines[i]) >= depth, text == "" && !strings.HasSuffix(line, ":"):
			return text
		}
		text = strings.TrimSpace(line + " " + text)
		n++
	}
	return text
}

// scrubQuotes replaces each quotation of the person: one that is said to be theirs, that has words of theirs,
// or is nothing but some of these. All of it goes: a short line, a number, a password would be known by nothing.
func (t Traces) scrubQuotes(text string) string {
	if t.own == nil || !strings.ContainsAny(text, ">|") {
		return text
	}
	lines := strings.SplitAfter(text, "\n")
	all := quotationsOf(lines)
	var out strings.Builder
	at := 0
	for _, q := range all {
		if !t.quotesThem(q) {
			continue
		}
		out.WriteString(strings.Join(lines[at:q.first], ""))
		last := lines[q.end-1]
		out.WriteString(Gone + last[len(strings.TrimRight(last, "\r\n")):])
		at = q.end
	}
	out.WriteString(strings.Join(lines[at:], ""))
	return out.String()
}

// quotesThem reports whether a quotation is of the person.
func (t Traces) quotesThem(q quotation) bool {
	if q.above != "" && (t.In(q.above) || t.parts.in(q.above)) {
		return true
	}
	return len(t.own.spans(q.text)) > 0 || t.own.isOnlyTheirs(q.text)
}
