package mailparse

import (
	"slices"
	"unicode/utf8"

	"maildesk/mailparse/charset"
	"maildesk/mailparse/header"
)

// headerCharset returns the charset of a subject, if it is not that of every mail:
// a program that names none for the text means it too.
func headerCharset(h Header) string {
	subject := h.Raw("Subject")
	label, found := header.WordCharset(subject)
	if !found {
		if utf8.ValidString(subject) {
			return ""
		}
		return charset.Likely([]byte(subject))
	}
	switch label {
	case "utf-8", "utf8", "us-ascii", "ascii":
		return ""
	}
	return label
}

// redecode reads text without a charset again by a hint.
func (p *part) redecode(hint string) {
	enc := charset.ByLabel(hint)
	if enc == nil {
		return
	}
	p.walk(func(p *part) bool {
		if slices.Contains(p.problems, charset.Undeclared) && !p.embedded() {
			p.text = charset.CleanText(charset.Decode(enc, decodable(p.mediaType, p.content)))
		}
		return true
	})
}
