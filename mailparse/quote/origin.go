package quote

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Origin says whose words a Reply is, as far as the marks around it tell.
// Commands are read from what is surely the author's own only.
type Origin uint8

// The origins, the surest first.
const (
	Own     Origin = iota // the author's, or nobody's: there is no text
	Unclear               // older mail that nothing marks may stand in it
	Foreign               // the mail only passes on or quotes what somebody else wrote
)

func (o Origin) String() string { return [...]string{"own", "unclear", "foreign"}[o] }

// maxUnbroken is the length, in characters, from which on a program may have broken the
// last line of a quote before a short word.
const maxUnbroken = 45

// origin reports whose words the lines are that count as written.
func (s *splitter) origin() Origin {
	o, own := Own, false
	marked, quoted := false, false // what stands above: a mark of older mail, a quote
	for i := range s.lines {
		l := &s.lines[i]
		switch {
		case l.Text == "" && l.Depth == 0:
			quoted = false
		case s.kind[i] == passedOn:
			return Foreign
		case s.kind[i] == dropped:
			marked = true
		case l.Depth > 0 || s.kind[i] != written:
			// A line without a mark below one with it may be its end, which a
			// program has broken off. HTML knows where its quotes end.
			marked, quoted = false, l.Depth > 0 && l.Source != "" && (utf8.RuneCountInString(l.Source) >= maxUnbroken || s.goesOn(i+1))
		case isRule(l.Text):
		default:
			if marked || quoted || l.History || l.Intro {
				o = Unclear
			}
			own, marked, quoted = true, false, false
		}
	}
	if !own && slices.Contains(s.kind, written) && strings.TrimSpace(s.take(written)) != "" {
		return Foreign // nothing but quotes
	}
	if s.looked > maxIntros {
		return Unclear
	}
	return o
}

// goesOn reports whether quoted lines follow from a place on, before an empty one.
func (s *splitter) goesOn(from int) bool {
	for _, l := range s.lines[from:] {
		if l.Depth > 0 || l.Text == "" {
			return l.Depth > 0
		}
	}
	return false
}

// shownIn returns the origin of a text with HTML beside it: what could be a command
// and cannot be seen there was not typed by the author.
func shownIn(o Origin, text string, page []Line) Origin {
	if commands := signLines(text); commands != "" && !wordsIn(commands, Render(page)) {
		return max(o, Unclear)
	}
	return o
}

// signLines returns the lines of a text with a number sign, of whatever width.
func signLines(text string) string {
	const signs = "#\uff03\ufe5f\u266f"
	if !strings.ContainsAny(text, signs) {
		return ""
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.ContainsAny(line, signs) {
			b.WriteString(line)
		}
	}
	return b.String()
}
