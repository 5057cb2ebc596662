package quote

import (
	"regexp"
	"strings"
)

// People write on below their signature, or below the one that their program put
// in: a postscript, a question, a further matter.

// postscript begins a paragraph that nobody puts into a signature.
var postscript = regexp.MustCompile(`(?i)^[*_]*(?:p\.? ?s\.?|pps|p\.? ?p\.? ?s\.|n\.? ?b\.?|p\. ?d\.|pd|ps2|пс|п\. ?с\.|з\.? ?ы\.?|post ?scriptum)[*_]*(?:\s*[:.)–-]|\s+\p{L}|$)`)

// postscriptWithin begins one within a signature, where titles and the names of firms stand, too.
var postscriptWithin = regexp.MustCompile(`(?i)^[*_]*(?:(?:p\.? ?s\.?|pps|p\.? ?p\.? ?s\.|n\.? ?b\.?|пс|п\. ?с\.|з\.? ?ы\.?)[*_]* ?:|p\. ?s\. \pL)`)

// contact is what signatures and footers hold.
var contact = regexp.MustCompile(`(?i)https?:|www\.|\S@\S|\+?\d[\d ()/.-]{6,}\d|unsubscribe|mailing list|registered|gmbh|\bltd\b|\binc\.`)

const minSentence = 7 // words of a paragraph below a signature that is more than a motto

// keepBelow gives back to the author what they wrote below a signature, in lines
// [from, to): each paragraph below the lines that a program marks as the signature,
// and below others those that speak.
func (s *splitter) keepBelow(from, to int) {
	marked, delimited := -1, false
	for i := from; i < to; i++ {
		if s.lines[i].Signature {
			marked = i
		}
		delimited = delimited || isRule(s.lines[i].Text)
	}
	if marked < 0 && !delimited {
		return // no signature, but lines of devices and disclaimers
	}
	above := false // the paragraph that the signature begins in was passed
	for i := from; i < to; {
		if s.lines[i].Text == "" || isRule(s.lines[i].Text) {
			i++
			continue
		}
		end := i
		for end < to && s.lines[end].Text != "" && (end == i || end-1 != marked) {
			end++
		}
		if marked < 0 && !above {
			end = s.postscriptIn(i, end)
		}
		if marked >= 0 && i > marked && s.isText(i, end) || above && marked < 0 && s.speaks(i, end) {
			start := i
			if s.lines[i-1].Text == "" {
				start--
			}
			s.set(start, end, written)
		}
		above, i = true, end
	}
}

// postscriptIn returns the line of a signature, below its first, that begins a postscript, or to.
func (s *splitter) postscriptIn(from, to int) int {
	for i := from + 1; i < to; i++ {
		if postscriptWithin.MatchString(s.lines[i].Text) {
			return i
		}
	}
	return to
}

// isText reports whether a paragraph is neither the line of a device nor a
// disclaimer, drawn or about where somebody can be reached.
func (s *splitter) isText(from, to int) bool {
	for i := from; i < to; i++ {
		if deviceLine(s.lines[i].Text) {
			return false
		}
	}
	text := s.paragraph(from, to)
	return len(wordsOf(text)) > 1 && !deviceLine(text) && !isRule(text) && legalWeight(text) == 0 && !contact.MatchString(text)
}

// speaks reports whether a paragraph is one that somebody wrote for this mail.
func (s *splitter) speaks(from, to int) bool {
	text := s.paragraph(from, to)
	if postscript.MatchString(text) {
		return len(wordsOf(text)) > 1
	}
	if !s.isText(from, to) {
		return false
	}
	last := strings.TrimRight(text, `"')»” `)
	question := strings.HasSuffix(last, "?") || strings.HasSuffix(last, "？")
	return question || len(wordsOf(text)) >= minSentence && (strings.HasSuffix(last, ".") || strings.HasSuffix(last, "!"))
}

func (s *splitter) paragraph(from, to int) string {
	var words []string
	for i := from; i < to; i++ {
		words = append(words, s.words(i))
	}
	return strings.Join(words, " ")
}
