package quote

import (
	"regexp"
	"slices"
	"strings"
)

const (
	maxDeviceLine  = 150 // bytes
	minDeviceLine  = 5
	maxDeviceWords = 14
	maxDeviceLines = 20 // at the end of a run of lines; more are text, so that a mail of nothing else costs little

	maxDeviceLooks = 300 // at lines of a mail that may be one: each is held against all expressions
)

// devicePatterns compiles the expressions for the lines that devices and programs
// add. Upper and lower case are the same to them.
func devicePatterns(expressions []string) []*regexp.Regexp {
	all := make([]*regexp.Regexp, len(expressions))
	for i, expression := range expressions {
		all[i] = regexp.MustCompile("(?i)" + expression)
	}
	return all
}

// linkBehind is the target of a link, which may be of any length.
var linkBehind = regexp.MustCompile(`\s*[<(\[]https?://[^\s>)\]]+[>)\]]`)

// deviceLine reports whether a program or device wrote a line ("Sent from my
// phone").
func deviceLine(text string) bool {
	text = strings.TrimSpace(linkBehind.ReplaceAllString(text, ""))
	if len(text) > maxDeviceLine || len(text) < minDeviceLine || strings.Count(text, " ") > maxDeviceWords {
		return false
	}
	text = strings.Trim(text, "<>*_()[]~ \u00a0\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
	return slices.ContainsFunc(phrases.device, func(r *regexp.Regexp) bool { return r.MatchString(text) })
}
