package mailparse

import (
	"path"
	"slices"
	"strings"
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

// origin tells whose words the lines are that count as written.
func (s *splitter) origin() Origin {
	o, own := Own, false
	marked, quoted := false, false // what stands above: a mark of older mail, a quote
	for i := range s.lines {
		l := &s.lines[i]
		switch {
		case l.text == "" && l.depth == 0:
			quoted = false
		case s.kind[i] == passedOn:
			return Foreign
		case s.kind[i] == dropped:
			marked = true
		case l.depth > 0 || s.kind[i] != written:
			// A line without a mark below one with it may be its end, which a
			// program has broken off. HTML knows where its quotes end.
			marked, quoted = false, l.depth > 0 && l.source != ""
		case isRule(l.text):
		default:
			if marked || quoted || l.history || l.intro {
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

// shownIn gives the origin of a text with HTML beside it: what could be a command
// and cannot be seen there was not typed by the author.
func shownIn(o Origin, text string, page []line) Origin {
	if commands := signLines(text); commands != "" && !wordsIn(commands, renderLines(page)) {
		return max(o, Unclear)
	}
	return o
}

// signLines gives the lines of a text with a number sign, of whatever width.
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

// origin tells whose words the reply is that was put together from pieces of
// these origins, before it was replaced for being empty.
func (m *Message) origin(reply string, pieces []Origin, why purpose) Origin {
	o := Own
	for i, p := range pieces {
		if i == 0 || p == o {
			o = p
		} else {
			o = Unclear // the author's words and others'
		}
	}
	switch {
	case strings.TrimSpace(reply) == "" && m.passesOn():
		return Foreign
	case why == passOn && (o == Unclear || m.Quoted == "" && len(m.Forwarded) == 0 && !m.passesOn()):
		return Foreign // by a program whose marks are not known
	}
	return o
}

// passesOn reports whether a mail is passed on, within the text or attached.
func (m *Message) passesOn() bool {
	return len(m.Forwarded) > 0 || slices.ContainsFunc(m.Attachments, func(a Attachment) bool {
		switch strings.ToLower(path.Ext(a.Name)) {
		case ".eml", ".msg":
			return true
		}
		return a.Type == "message/rfc822" || a.Type == "message/global" || a.Type == "application/vnd.ms-outlook"
	})
}
