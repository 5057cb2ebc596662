package compose

import (
	"regexp"
	"strings"
)

var signature = regexp.MustCompile(`^(?:>+ ?)?-- $`)

// wantPlain returns a text as it is read from its flowing lines: blanks at the end of a
// line are gone.
func wantPlain(s string) string {
	lines := strings.Split(unixLines(s), "\n")
	for i, line := range lines {
		if !signature.MatchString(line) {
			lines[i] = strings.TrimRight(line, " ")
		}
	}
	return strings.Join(lines, "\n")
}
