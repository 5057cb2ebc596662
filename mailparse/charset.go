package mailparse

import (
	"cmp"
	"slices"
	"strings"
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
			p.doubtful = strings.ContainsRune(p.text, utf8.RuneError)
		}
		return true
	})
}

// restCharset returns the charset that the rest of a mail names, for raw bytes in
// its fields: that of an encoded word in its header, of its text, or of its top.
func restCharset(h Header, root *part) string {
	hint := ""
	take := func(label string) {
		switch label = strings.ToLower(label); label {
		case "", "utf-8", "utf8", "us-ascii", "ascii":
		default:
			hint = cmp.Or(hint, label)
		}
	}
	for i := range h {
		if label, found := header.WordCharset(h[i].Raw); found {
			take(label)
		}
	}
	root.walk(func(p *part) bool {
		if strings.HasPrefix(p.mediaType, "text/") || p == root {
			take(p.params["charset"])
		}
		return true
	})
	return hint
}

// redecodeFields reads the raw bytes in the header of a mail and of its parts by
// the charset that the rest of it names.
func redecodeFields(h Header, root *part) {
	odd := func(h Header) bool {
		return slices.ContainsFunc(h, func(f Field) bool { return !utf8.ValidString(f.Raw) })
	}
	found := odd(h)
	root.walk(func(p *part) bool {
		found = found || odd(p.header)
		return !found
	})
	if !found {
		return
	}
	label := restCharset(h, root)
	if charset.ByLabel(label) == nil {
		return
	}
	h.Redecode(label)
	root.walk(func(p *part) bool {
		if p.header.Redecode(label) || p == root {
			p.readName()
		}
		return true
	})
}
