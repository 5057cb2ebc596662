package notify

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// Parts is an agent's text that has parts for readers of certain languages,
// each begun by a line such as [fr].
type Parts struct {
	before string            // what stands above the first mark: for everybody else; may be empty
	Order  []string          // the languages, as they are written
	of     map[string]string // language (ISO 639-1) → text
}

var partMark = regexp.MustCompile(`^\s*\[([A-Za-z]{2})\]\s*$`)

// PartsOf finds the parts of a text. A line in brackets that is no language
// is text like any other.
func PartsOf(text string) Parts {
	s := Parts{of: map[string]string{}}
	current := ""
	for line := range strings.Lines(text) {
		if m := partMark.FindStringSubmatch(strings.TrimRight(line, "\r\n")); m != nil {
			if base, err := language.ParseBase(strings.ToLower(m[1])); err == nil && len(base.String()) == 2 {
				current = base.String()
				if !slices.Contains(s.Order, current) {
					s.Order = append(s.Order, current)
				}
				continue
			}
		}
		if current == "" {
			s.before += line
		} else {
			s.of[current] += line
		}
	}
	s.before = strings.TrimSpace(s.before)
	s.Order = slices.DeleteFunc(s.Order, func(l string) bool {
		s.of[l] = strings.TrimSpace(s.of[l])
		return s.of[l] == ""
	})
	return s
}

// Has reports whether readers of a language have a part of their own, or the
// text has no parts at all.
func (s Parts) Has(language string) bool {
	return len(s.Order) == 0 || slices.Contains(s.Order, language)
}

// ForReader returns what of a text is for readers of a language: their part, or
// else what stands above all parts, or else the first of them.
func ForReader(text, language string) string {
	s := PartsOf(text)
	switch {
	case len(s.Order) == 0:
		return text
	case slices.Contains(s.Order, language):
		return s.of[language]
	case s.before != "":
		return s.before
	}
	return s.of[s.Order[0]]
}
