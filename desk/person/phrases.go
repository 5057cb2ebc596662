package person

import (
	"iter"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"maildesk/mailparse"
)

// NameKey returns a name as it is compared: in lower case, with single spaces and letters composed.
func NameKey(name string) string {
	return norm.NFC.String(strings.ToLower(strings.Join(strings.Fields(name), " ")))
}

// Phrases returns what may be a name of so many words in the texts of a row, or of the mail that it
// holds: each of as many words in a row, as [NameKey] returns it, with the marks around it and without.
func Phrases(r Row, words int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, text := range textsOf(r) {
			all := strings.Fields(text)
			for i := range max(0, len(all)-words+1) {
				phrase := NameKey(strings.Join(all[i:i+words], " "))
				bare := strings.TrimFunc(phrase, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
				if !yield(phrase) || bare != phrase && !yield(bare) {
					return
				}
			}
		}
	}
}

// textsOf returns the texts of a row, and those of a mail that it holds.
func textsOf(r Row) (texts []string) {
	for _, text := range r.Texts {
		texts = append(texts, text)
	}
	if r.Table != "mail_raw" {
		return texts
	}
	m := mailparse.Parse(r.Bytes, mailparse.Envelope{})
	for _, f := range m.Header {
		if slices.Contains(keptFields, f.Name) {
			texts = append(texts, f.Value)
		}
	}
	return append(texts, m.Whole())
}
