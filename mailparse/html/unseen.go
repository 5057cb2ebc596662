package html

import (
	"slices"
	"strings"
	"unicode"

	"maildesk/mailparse/charset"
	"maildesk/mailparse/quote"
)

// Bounds of what is kept of the text that a page hides.
const (
	maxUnseen       = 4 << 10 // bytes
	maxUnseenPieces = 100
)

// unseen is text that the page hides from its readers.
type unseen struct {
	text   []byte
	before int  // the line that followed, if any did
	within bool // that line had begun
}

// fillers are characters with which programs of newsletters fill up what they hide.
var fillers = strings.NewReplacer("\u00ad", "", "\u034f", "", "\u115f", "", "\u1160", "", "\u17b4", "", "\u17b5", "", "\u180e", "", "\u2007", "",
	"\u1427", "", "\u200b", "", "\u200c", "", "\u200d", "", "\u200e", "", "\u200f", "", "\u2060", "", "\u3164", "", "\ufeff", "")

// hide keeps text that the page hides, unless it is a program's, or stands in older mail or
// in a signature.
func (r *htmlReader) hide(text []byte) {
	if r.code > 0 || r.depth > 0 || r.history || r.intro > 0 || r.sign > 0 || r.hiddenBytes >= maxUnseen || len(r.unseen) >= maxUnseenPieces {
		return
	}
	words := charset.CleanLine(strings.Join(strings.Fields(fillers.Replace(string(text))), " "))
	if !strings.ContainsFunc(words, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }) {
		return
	}
	if left := maxUnseen - r.hiddenBytes; len(words) > left {
		words = strings.ToValidUTF8(words[:left], "") + "…"
	}
	if len(r.unseen) == maxUnseenPieces-1 {
		words += " …"
	}
	r.hiddenBytes += len(words)
	if n := len(r.unseen); n > 0 && !r.blockSince && r.unseen[n-1].before == len(r.lines) {
		r.unseen[n-1].text = append(append(r.unseen[n-1].text, ' '), words...)
		return
	}
	r.unseen = append(r.unseen, unseen{text: []byte(words), before: len(r.lines), within: len(r.current) > 0})
	r.blockSince = false
}

// placeUnseen puts what the page hides to the lines beside which it stands: to the one above,
// if that is the author's.
func (r *htmlReader) placeUnseen() {
	if len(r.unseen) > 0 && len(r.lines) == 0 {
		r.lines = append(r.lines, quote.Line{})
	}
	own := func(l quote.Line) bool { return l.Text != "" && l.Depth == 0 && !l.History && !l.Intro }
	for _, u := range r.unseen {
		at := min(u.before, len(r.lines)-1)
		if !u.within || !own(r.lines[at]) {
			above := min(u.before, len(r.lines)) - 1
			for above >= 0 && !own(r.lines[above]) {
				above--
			}
			if at = above; above < 0 {
				at = max(0, slices.IndexFunc(r.lines, own))
			}
		}
		l := &r.lines[at]
		if l.Hidden != "" {
			l.Hidden += "\n"
		}
		l.Hidden += string(u.text)
	}
}
