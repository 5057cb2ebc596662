package threading

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

//go:embed foreign.txt
var foreignList string

// foreignMarks matches the numbers that other desks put into subjects.
var foreignMarks = sync.OnceValue(func() *regexp.Regexp {
	var patterns []string
	for line := range strings.Lines(foreignList) {
		line = strings.TrimSpace(line)
		if line != "" && line[0] != '#' {
			patterns = append(patterns, line)
		}
	}
	return regexp.MustCompile(strings.Join(patterns, "|"))
})

// Wrapped reports whether a decoded subject looks like one of ours that another
// help desk has put into a subject of its own: it has our tag twice, or our tag
// and another desk's ticket mark. known is the subject of the ticket, which may
// itself contain such a mark.
func Wrapped(name, subject, known string) bool {
	subject = cut(strings.ToValidUTF8(subject, "\uFFFD"))
	switch tags := tagsIn(name, fold(subject)); len(tags) {
	case 0:
		return false
	case 1:
	default:
		return true
	}
	rest := strings.TrimSpace(fold(CleanSubject(name, subject)).text)
	if known = strings.TrimSpace(fold(known).text); known != "" {
		rest = strings.Replace(rest, known, " ", 1)
	}
	return foreignMarks().MatchString(rest)
}

// ForeignMark returns the first number that another desk put into a decoded subject, as
// it is written there; "" where there is none. Our own tags are none.
func ForeignMark(name, subject string, former ...string) string {
	subject = CleanSubject(name, subject, former...)
	folded := fold(subject)
	found := foreignMarks().FindStringIndex(folded.text)
	if found == nil {
		return ""
	}
	return strings.TrimFunc(subject[folded.at[found[0]]:folded.at[found[1]]], unicode.IsSpace)
}
