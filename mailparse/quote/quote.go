package quote

import (
	"slices"
	"strings"
)

// Purpose is what a mail was written for, as far as its header shows. It decides
// what a mark of older mail means.
type Purpose uint8

// The purposes.
const (
	Unknown Purpose = iota
	Answer          // of another mail
	PassOn          // of somebody else's mail
)

// Parts are the parts of a text, each as plain text without empty and drawn
// lines at its ends.
type Parts struct {
	Written   string // what the author newly wrote, with the quotes that are answered in place
	Signature string // signatures, lines of devices and disclaimers
	Quoted    string // older mail and what introduces it
	Origin    Origin // whose words Written is
	Forwarded []Forwarded
	Hidden    string // what the author's page hides from its readers and does not show elsewhere
}

// Plain takes a plain text apart. Its lines must end in "\n".
func Plain(text string, why Purpose) Parts { return split(plainLines(text), why).parts() }

// Page takes the text of an HTML page apart, whose lines say what the page marks
// as quoted. It may change the lines.
func Page(page []Line, why Purpose) Parts { return split(page, why).parts() }

// Both takes a plain text apart that has the same text as HTML beside it. HTML
// marks by its structure what is quoted, so it decides when it says something
// else than the plain text; but only with words that stand in that text.
func Both(text string, page []Line, why Purpose) Parts {
	s, origin := compare(split(plainLines(text), why), text, page, why)
	p := s.parts()
	p.Origin = origin
	if p.Hidden == "" && hides(page) {
		p.Hidden = split(page, why).hidden()
	}
	return p
}

// compare chooses between a plain text and the page beside it.
func compare(plain *splitter, text string, lines []Line, why Purpose) (*splitter, Origin) {
	if !slices.ContainsFunc(lines, mayBeQuoted) {
		return plain, shownIn(plain.origin(), plain.take(written), lines)
	}
	page := split(lines, why)
	if !slices.ContainsFunc(page.lines, structured) {
		return plain, shownIn(plain.origin(), plain.take(written), lines)
	}
	fromHTML, fromPlain := page.take(written), plain.take(written)
	switch {
	case SameWords(fromHTML, fromPlain):
		if o := page.origin(); o == Foreign {
			return plain, o
		}
		return plain, plain.origin()
	case wordsIn(fromHTML, text) && strings.TrimSpace(fromHTML) != "":
		return page, page.origin()
	case !wordsIn(signLines(fromPlain), fromHTML):
		return plain, max(plain.origin(), Unclear) // the HTML counts it as somebody else's
	}
	return plain, plain.origin()
}

// parts renders what was found.
func (s *splitter) parts() Parts {
	return Parts{
		Written:   s.take(written),
		Signature: s.take(signed),
		Quoted:    s.take(history, dropped),
		Origin:    s.origin(),
		Forwarded: s.forwarded,
		Hidden:    s.hidden(),
	}
}

// structured reports whether the HTML marks a line as a quote or history.
func structured(l Line) bool { return l.Depth > 0 || l.History || l.Intro || l.Signature }

// mayBeQuoted reports whether a line is structured or can come to be by a mark
// in front of it (see otherQuoteMark).
func mayBeQuoted(l Line) bool {
	return structured(l) || strings.HasPrefix(l.Text, "|") || strings.Contains(l.Text, ">")
}
