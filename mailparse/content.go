package mailparse

import (
	"strings"
)

// setReply sets apart what the author newly wrote, piece by piece of the body.
func (m *Message) setReply(b *body) {
	answers := len(m.InReplyTo) > 0 || len(m.References) > 0
	var reply, signature, quoted []string
	add := func(list *[]string, text string) {
		if strings.TrimSpace(text) != "" {
			*list = append(*list, text)
		}
	}
	for _, one := range b.pieces {
		s := one.split(answers)
		add(&reply, s.take(written))
		add(&signature, s.take(signed))
		add(&quoted, s.take(history))
		m.Forwarded = append(m.Forwarded, s.forwarded...)
	}
	m.Reply, m.Signature, m.Quoted = strings.Join(reply, "\n\n"), strings.Join(signature, "\n\n"), strings.Join(quoted, "\n\n")
	if m.Reply == "" && m.Quoted == "" {
		m.Reply, m.Signature = m.Text, "" // there is nothing that it could be set apart from
	}
	if len(m.Forwarded) > maxForwarded {
		m.Forwarded = m.Forwarded[:maxForwarded]
	}
}

// split takes one piece apart. HTML tells by its structure what is quoted, so it
// decides when it says something else than the plain text beside it; but only
// with words that stand in that text.
func (p piece) split(answers bool) *splitter {
	if strings.TrimSpace(p.plain) == "" {
		return split(htmlLines(p.html, true), answers)
	}
	plain := split(plainLines(p.plain), answers)
	if p.html == "" {
		return plain
	}
	page := split(htmlLines(p.html, false), answers)
	if !page.structured() {
		return plain
	}
	fromHTML := page.take(written)
	if sameWords(fromHTML, plain.take(written)) || !wordsIn(fromHTML, p.plain) || strings.TrimSpace(fromHTML) == "" {
		return plain
	}
	return page
}

// structured tells whether the HTML marks quotes or history at all.
func (s *splitter) structured() bool {
	for i := range s.lines {
		if l := &s.lines[i]; l.depth > 0 || l.history || l.intro || l.signature {
			return true
		}
	}
	return false
}

func sameWords(a, b string) bool {
	return strings.Join(words(a), " ") == strings.Join(words(b), " ")
}

// wordsIn tells whether every word of s stands in text.
func wordsIn(s, text string) bool {
	have := map[string]bool{}
	for _, w := range words(text) {
		have[w] = true
	}
	for _, w := range words(s) {
		if !have[w] {
			return false
		}
	}
	return true
}

func words(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), notWord)
}
