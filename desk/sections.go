package desk

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// sections is an agent's text that has parts for readers of certain languages,
// each begun by a line such as [fr].
type sections struct {
	before string            // what stands above the first mark: for everybody else; may be empty
	order  []string          // the languages, as they are written
	of     map[string]string // language (ISO 639-1) → text
}

var sectionMark = regexp.MustCompile(`^\s*\[([A-Za-z]{2})\]\s*$`)

// sectionsOf finds the parts of a text. A line in brackets that is no language
// is text like any other.
func sectionsOf(text string) sections {
	s := sections{of: map[string]string{}}
	current := ""
	for line := range strings.Lines(text) {
		if m := sectionMark.FindStringSubmatch(strings.TrimRight(line, "\r\n")); m != nil {
			if base, err := language.ParseBase(strings.ToLower(m[1])); err == nil && len(base.String()) == 2 {
				current = base.String()
				if !slices.Contains(s.order, current) {
					s.order = append(s.order, current)
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
	s.order = slices.DeleteFunc(s.order, func(l string) bool {
		s.of[l] = strings.TrimSpace(s.of[l])
		return s.of[l] == ""
	})
	return s
}

// has reports whether readers of a language have a part of their own, or the
// text has no parts at all.
func (s sections) has(language string) bool {
	return len(s.order) == 0 || slices.Contains(s.order, language)
}

// forReader returns what of a text is for readers of a language: their part, or
// else what stands above all parts, or else the first of them.
func forReader(text, language string) string {
	s := sectionsOf(text)
	switch {
	case len(s.order) == 0:
		return text
	case slices.Contains(s.order, language):
		return s.of[language]
	case s.before != "":
		return s.before
	}
	return s.of[s.order[0]]
}
