package html

import (
	"regexp"
	"strings"
)

var (
	pageStart = regexp.MustCompile(`(?i)^\s*(?:<!--[^>]*-->\s*)*<(?:!doctype html|html|head|body|meta|style)\b[^>]*>`)
	tagStart  = regexp.MustCompile(`(?i)^\s*<(div|p|table|span|font|center|h[1-6]|br|b|ul)(?:\s[^>]*|/)?>`)
	endTag    = regexp.MustCompile(`(?i)</(?:div|p|table|span|font|center|h[1-6]|td|tr|b|ul|li|a)>`)
)

// IsPage reports whether a text that calls itself plain is HTML: it begins like a
// page, or it is between tags from its first to its last character. People who ask
// about a piece of HTML write words around it.
func IsPage(text string) bool {
	if start := strings.TrimLeft(text[:min(len(text), 200)], "\ufeff \t\r\n"); start == "" || start[0] != '<' {
		return false
	}
	if pageStart.MatchString(text) {
		return strings.Contains(text, "</")
	}
	first := tagStart.FindStringSubmatch(text)
	text = strings.ToLower(strings.TrimSpace(text))
	if first == nil || !strings.HasSuffix(text, ">") {
		return false
	}
	within := strings.HasSuffix(text, "</"+strings.ToLower(first[1])+">") && first[1] != "b" && first[1] != "B"
	return within || len(endTag.FindAllString(text, 2)) == 2
}
