package mailparse

import (
	"fmt"
	"strings"
)

// directions are the characters that turn the direction of the text after them:
// with them a line reads as something else than what stands there (UAX #9
// section 2).
const directions = "\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

var showDirections = func() *strings.Replacer {
	var pairs []string
	for _, r := range directions {
		pairs = append(pairs, string(r), fmt.Sprintf("[U+%04X]", r))
	}
	return strings.NewReplacer(pairs...)
}()

// Visible returns a text of strangers as it is shown to people: characters that
// turn its direction stand there as marks, such as [U+202E].
func Visible(text string) string {
	if !strings.ContainsAny(text, directions) {
		return text
	}
	return showDirections.Replace(text)
}

// Listed returns a name as it stands among others that commas part: in quotation marks
// where it has a comma itself, as in "Berg, Ana".
func Listed(name string) string {
	if !strings.ContainsAny(name, ",;،，、；") {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, "") + `"`
}
