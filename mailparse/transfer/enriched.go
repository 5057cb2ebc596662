package transfer

import (
	"regexp"
	"strings"
)

var (
	enrichedCommand = regexp.MustCompile(`<<|</?[A-Za-z][A-Za-z0-9-]{0,59}>`)
	enrichedParam   = regexp.MustCompile(`(?is)<param>.{0,200}?</param>`)
	enrichedBreak   = regexp.MustCompile(`\n+`)
)

// Enriched returns the words of a text/enriched (RFC 1896) without its commands: one
// end of a line is a blank, and n of them are n-1. The older text/richtext (RFC 1341)
// has the command nl in their place.
func Enriched(text string) string {
	text = enrichedParam.ReplaceAllString(text, "")
	text = enrichedBreak.ReplaceAllStringFunc(strings.Trim(text, "\n"), func(breaks string) string {
		if len(breaks) == 1 {
			return " "
		}
		return breaks[1:]
	})
	return enrichedCommand.ReplaceAllStringFunc(text, func(command string) string {
		switch strings.ToLower(command) {
		case "<<":
			return "<"
		case "<nl>", "<np>", "<paragraph>", "</paragraph>":
			return "\n"
		case "<lt>":
			return "<"
		}
		return ""
	}) + "\n"
}
