package mailparse

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// setReply sets apart what the author newly wrote, piece by piece of the body.
func (m *Message) setReply(b *body) {
	purpose := m.purpose()
	before := len(m.Forwarded)
	var reply, signature, quoted []string
	add := func(list *[]string, text string) {
		if strings.TrimSpace(text) != "" {
			*list = append(*list, text)
		}
	}
	var origins []Origin
	again := newRoom() // for pages that are read beside a plain text
	for i := range b.pieces {
		s, o := b.pieces[i].split(purpose, again)
		if written := s.take(written); strings.TrimSpace(written) != "" {
			reply, origins = append(reply, written), append(origins, o)
		}
		add(&signature, s.take(signed))
		add(&quoted, s.take(history, dropped))
		m.Forwarded = append(m.Forwarded, s.forwarded...)
	}
	m.Reply, m.Signature, m.Quoted = strings.Join(reply, "\n\n"), strings.Join(signature, "\n\n"), strings.Join(quoted, "\n\n")
	m.Origin = m.origin(m.Reply, origins, purpose)
	if m.Reply == "" && len(m.Forwarded) > before {
		m.Reply = m.Forwarded[before].Text // nothing but somebody else's mail: then that is the matter
	}
	if m.Reply == "" && m.Quoted == "" {
		m.Reply, m.Signature = m.Text, "" // there is nothing that it could be set apart from
	}
	if len(m.Forwarded) > maxForwarded {
		m.Forwarded = m.Forwarded[:maxForwarded]
	}
}

// purpose tells what a mail was written for, as far as its header shows.
type purpose uint8

const (
	unclear purpose = iota
	answer          // of another mail
	passOn          // of somebody else's mail
)

// purpose reads the header. Outlook writes In-Reply-To in answers and in what it
// passes on, so the subject decides first.
func (m *Message) purpose() purpose {
	if forwardPrefix(m.Subject) {
		return passOn
	}
	prefix, _, found := strings.Cut(strings.ToLower(m.Subject), ":")
	if len(m.InReplyTo) > 0 || len(m.References) > 0 || found && replyPrefixes[prefix] {
		return answer
	}
	return unclear
}

// split takes one piece apart. HTML tells by its structure what is quoted, so it
// decides when it says something else than the plain text beside it; but only
// with words that stand in that text. There is some room left for its lines.
func (p *piece) split(why purpose, left *room) (*splitter, Origin) {
	if strings.TrimSpace(p.plain) == "" {
		page := split(p.htmlLines(left), why)
		return page, page.origin()
	}
	plain := split(plainLines(p.plain), why)
	if p.html == "" {
		return plain, plain.origin()
	}
	lines := htmlLines(p.html, false, left)
	if !slices.ContainsFunc(lines, mayBeQuoted) {
		return plain, shownIn(plain.origin(), plain.take(written), lines)
	}
	page := split(lines, why)
	if !slices.ContainsFunc(page.lines, structured) {
		return plain, shownIn(plain.origin(), plain.take(written), lines)
	}
	fromHTML, fromPlain := page.take(written), plain.take(written)
	switch {
	case sameWords(fromHTML, fromPlain):
		if o := page.origin(); o == Foreign {
			return plain, o
		}
		return plain, plain.origin()
	case wordsIn(fromHTML, p.plain) && strings.TrimSpace(fromHTML) != "":
		return page, page.origin()
	case !wordsIn(signLines(fromPlain), fromHTML):
		return plain, max(plain.origin(), Unclear) // the HTML counts it as somebody else's
	}
	return plain, plain.origin()
}

// structured tells whether the HTML marks a line as a quote or history.
func structured(l line) bool { return l.depth > 0 || l.history || l.intro || l.signature }

// mayBeQuoted tells whether a line is structured or can come to be by a mark in
// front of it (see otherQuoteMark).
func mayBeQuoted(l line) bool {
	return structured(l) || strings.HasPrefix(l.text, "|") || strings.Contains(l.text, ">")
}

// sameWords compares two texts by their words.
func sameWords(a, b string) bool {
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

// wordsIn tells whether every word of s stands in text.
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
