package thanks

import (
	"slices"
	"strings"
	"unicode"
)

// endsLetter reports whether the clauses below "Kind regards" may be a name, an
// office and where to find it: no sentence, and nothing that stops a text.
func (r *reader) endsLetter(rest []clause) bool {
	return !slices.ContainsFunc(rest, func(c clause) bool {
		if slices.ContainsFunc(c.words, r.stops) {
			return true
		}
		small := 0
		for _, w := range c.words {
			if !w.capital() && !r.names[w.folded] && len(w.folded) > 3 {
				small++
			}
		}
		return 2*small > len(c.words)
	})
}

// isSignature reports whether what was set apart as a signature may be one. It
// looks for what people write below it: questions, sentences, a postscript.
func (r *reader) isSignature(text string) bool {
	paragraphs := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n")
	for i, p := range paragraphs {
		words := split(p)
		if len(words) == 0 || len(words) > disclaimer {
			continue
		}
		p = strings.TrimSpace(p)
		sentence := i > 0 && len(words) > 3 && (strings.HasSuffix(p, ".") || strings.HasSuffix(p, "!"))
		if sentence || strings.ContainsAny(p, "?？؟") || slices.ContainsFunc(words, r.stops) {
			return false
		}
	}
	return true
}

// stops reports whether a word stops a text in one of the reader's languages.
func (r *reader) stops(w word) bool {
	return slices.ContainsFunc(r.languages, func(v *vocabulary) bool { return v.phrases[w.folded] == stop })
}

// split returns the words of a text: runs of letters and digits.
func split(text string) (words []word) {
	for _, s := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) }) {
		words = append(words, word{s, fold(s)})
	}
	return words
}
