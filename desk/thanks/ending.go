package thanks

import (
	"slices"
	"strings"
	"unicode"
)

// Bounds of the end of a letter.
const (
	maxEnding     = 800 // bytes
	maxEndingLine = 12  // words
	minNumber     = 4   // figures of a telephone number or a place
)

// contactWords are words of a signature that may begin with a small letter, folded.
var contactWords = strings.Fields("phone telephone mobile cell office mail email direct extension telefon telefax mobil handy durchwahl " +
	"tele portable bureau courriel telefono movil correo cellulare ufficio posta telefoon mobiel telefone celular movel komorka biuro http https")

// IsEnding reports whether a text is nothing but the end of a letter: "Kind regards" or the
// name of its writer, and below it a name, an office and where to find it. Mail programs
// write it below a text that is empty. What may be a sentence is none of it.
func IsEnding(text string, names ...string) bool {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxEnding || strings.ContainsAny(text, "?？؟!！#") {
		return false
	}
	known := map[string]bool{}
	for _, w := range split(strings.Join(names, " ")) {
		known[w.folded] = true
	}
	first, rest, _ := strings.Cut(text, "\n")
	if _, _, bye := cutSignature(first); !bye && !endsWithName(first, known) && !isName(first, known) && !(namedIn(first, known) && strings.ContainsFunc(rest, unicode.IsDigit)) {
		return false
	}
	for line := range strings.SplitSeq(rest, "\n") {
		if !isName(line, known) && !isOffice(line) {
			return false
		}
	}
	return true
}

// withoutEnding cuts a text above a paragraph that begins with the name of its writer, and goes on
// with an office and where to find it: the end of a letter without "Kind regards".
func (r *reader) withoutEnding(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	for at := 0; ; {
		i := strings.Index(text[at:], "\n\n")
		if i < 0 {
			return text
		}
		at += i + 2
		first, rest, found := strings.Cut(text[at:], "\n")
		if !found || len(text)-at > maxEnding || strings.ContainsAny(rest, "?？؟!！#") || !isName(first, r.names) && !namedIn(first, r.names) {
			continue
		}
		lines := strings.Split(rest, "\n")
		sentence := func(line string) bool {
			return !isOffice(line) || !saysWhere(line) && (strings.ContainsFunc(line, unicode.IsDigit) || slices.ContainsFunc(split(line), func(w word) bool { return len(w.folded) > 2 && stops()[w.folded] }))
		}
		if !slices.ContainsFunc(lines, sentence) {
			return strings.TrimSpace(text[:at])
		}
	}
}

// saysWhere reports whether a line has an address or a number by which somebody is found. One with
// a figure or two may be what somebody still misses.
func saysWhere(line string) bool {
	figures := 0
	for _, r := range line {
		if unicode.IsDigit(r) {
			figures++
		}
	}
	return figures >= minNumber || hasAddress(line)
}

// hasAddress reports whether there is a mail address, or one of a page.
func hasAddress(text string) bool {
	return strings.Contains(text, "@") || strings.Contains(text, "www.") || strings.Contains(text, "://")
}

// endsWithName reports whether a line is "Kind regards, Ana": what ends a letter, and a name.
func endsWithName(line string, known map[string]bool) bool {
	words := split(line)
	return slices.ContainsFunc(vocabularies(), func(v vocabulary) bool {
		kind, n := v.match(words)
		return kind == bye && areKnown(words[n:], known)
	})
}

// isName reports whether a line has words of a name and no others.
func isName(line string, known map[string]bool) bool {
	return areKnown(split(line), known)
}

// areKnown reports whether there are words, and all of them are known.
func areKnown(words []word, known map[string]bool) bool {
	return len(words) > 0 && !slices.ContainsFunc(words, func(w word) bool { return !known[w.folded] })
}

// namedIn reports whether a line can be a whole name of which one word is known: an agent's
// family name need not stand in the configuration.
func namedIn(line string, known map[string]bool) bool {
	words := split(line)
	return len(words) <= 4 && isOffice(line) && slices.ContainsFunc(words, func(w word) bool { return len(w.folded) > 2 && known[w.folded] }) &&
		!slices.ContainsFunc(words, func(w word) bool { return !w.capital() })
}

// isOffice reports whether a line can be the name of somebody or something, or says where
// to find it: its longer words begin with a capital letter, and it is no sentence.
func isOffice(line string) bool {
	line = strings.TrimSpace(line)
	fields := strings.Fields(line)
	if len(fields) > maxEndingLine || strings.HasSuffix(line, ".") && len(fields) > 2 {
		return false
	}
	for _, field := range fields {
		if hasAddress(field) || strings.ContainsFunc(field, unicode.IsDigit) {
			continue
		}
		for _, w := range split(field) {
			if !w.capital() && len([]rune(w.written)) > 3 && !slices.Contains(contactWords, w.folded) {
				return false
			}
		}
	}
	return true
}
