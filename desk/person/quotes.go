package person

import (
	"regexp"
	"strings"

	"maildesk/mailparse/quote"
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
	table      bool   // each line is a row of one
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
		q := quotation{first: i, end: i + 1, table: true, above: paragraphAbove(lines[:i], depth)}
		for j := i; j < len(lines); j++ {
			if plain(lines[j]) == "" {
				continue
			}
			if depthOf(lines[j]) != depth {
				break
			}
			q.end, q.table = j+1, q.table && isTableRow(lines[j])
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

// scrubQuotes replaces each quotation of the person. All of it goes: a short line, a number, a password would be
// known by nothing.
func (t Traces) scrubQuotes(text string) string {
	if t.own == nil || !strings.ContainsAny(text, ">|") {
		return text
	}
	lines := strings.SplitAfter(text, "\n")
	all := quotationsOf(lines)
	theirs := t.whichAreTheirs(all)
	var out strings.Builder
	at := 0
	for i, q := range all {
		if !theirs[i] {
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

// verdict is whose a quotation is.
type verdict int

const (
	others verdict = iota
	beside         // the person's where the quotation before or behind is: a word or two of theirs, and of everybody
	theirs
)

// whichAreTheirs returns which quotations of a text are of the person.
func (t Traces) whichAreTheirs(all []quotation) []bool {
	verdicts := make([]verdict, len(all))
	for i, q := range all {
		verdicts[i] = t.verdictOn(q)
	}
	is := make([]bool, len(all))
	for i, v := range verdicts {
		is[i] = v == theirs || v == beside && (i > 0 && is[i-1] || i+1 < len(all) && verdicts[i+1] == theirs)
	}
	return is
}

// verdictOn returns whose a quotation is: of whom the line above it says so, else of the person if it has words of
// theirs or is nothing but some of these. A table is a quotation only where the line above says so.
func (t Traces) verdictOn(q quotation) verdict {
	named := q.above != "" && (t.In(q.above) || t.parts.in(q.above))
	switch says := q.above != "" && isAttribution(q.above); {
	case named && (says || !q.table):
		return theirs
	case says && !namesReader.MatchString(q.above), q.table:
		return others
	case len(t.own.spans(q.text)) > 0:
		return theirs
	case !t.own.isOnlyTheirs(q.text):
		return others
	case isMoreThanAWord(q.text):
		return theirs
	}
	return beside
}

// namesReader matches a line above a quotation that names nobody: "You wrote:".
var namesReader = regexp.MustCompile(`(?i)(?:^|\PL)(?:you|sie|du|vous|tu|usted|lei)(?:\PL|$)`)

// longestAttribution bounds what may say whose words follow, in bytes.
const longestAttribution = 500

// isAttribution reports whether a paragraph says who wrote what follows, as programs do in many languages: "On Monday
// Ana wrote:".
func isAttribution(text string) bool {
	return len(text) <= longestAttribution && quote.Plain(text+"\n> x\n", quote.Answer).Written == ""
}
