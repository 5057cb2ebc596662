package html

import (
	"regexp"
	"slices"
	"strings"
)

var (
	pageStart = regexp.MustCompile(`(?i)^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[^>]*-->\s*)*<(?:!doctype html|html|head|body|meta|style)\b[^>]*>`)
	tagStart  = regexp.MustCompile(`(?i)^\s*(?:<!--[^>]*-->\s*)*<(div|p|table|span|font|center|h[1-6]|br|b|ul)(?:\s[^>]*|/)?>`)
	lineTag   = regexp.MustCompile(`(?i)(^|.)<br\s*/?>`)
	entity    = regexp.MustCompile(`&(?:[a-zA-Z]{2,8}|#[0-9]{1,6});`)
	endTag    = regexp.MustCompile(`(?i)</(?:div|p|table|span|font|center|h[1-6]|td|tr|b|strong|i|em|u|ul|li|a)>`)
)

// IsPage reports whether a text that calls itself plain is HTML: it begins like a
// page, it is between tags from its first to its last character, or its lines end in tags
// for that. People who ask about a piece of HTML write words around it.
func IsPage(text string) bool {
	return isPage(text) || endsLines(text)
}

// endsLines reports whether the lines of a text end in <br>, right behind what they say, and other
// HTML or a second such line is in it. Who writes about a <br> has blanks around it.
func endsLines(text string) bool {
	if !strings.Contains(text, "<br") && !strings.Contains(text, "<BR") {
		return false
	}
	found := lineTag.FindAllStringSubmatch(text, -1)
	if slices.ContainsFunc(found, func(tag []string) bool {
		return strings.TrimSpace(tag[1]) == "" || strings.ContainsAny(tag[1], "\"'`(„“‘”’«»")
	}) {
		return false
	}
	return len(found) > 1 || entity.MatchString(text) || endTag.MatchString(text)
}

func isPage(text string) bool {
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
