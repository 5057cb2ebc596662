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
	anAddress = regexp.MustCompile(`<[^<>\s]*@`)
	entity    = regexp.MustCompile(`&(?:[a-zA-Z]{2,8}|#[0-9]{1,6});`)
	endTag    = regexp.MustCompile(`(?i)</(?:div|p|table|span|font|center|h[1-6]|td|tr|b|strong|i|em|u|ul|li|a)>`)
)

// maxLooked is how much of a text is looked at for the ends of its lines.
const maxLooked = 64 << 10

// EndsLines reports whether each line of a text that calls itself plain ends in a tag, as <br>, right
// behind what it says, and other HTML or a second <br> is in it. Who writes about a <br> has blanks
// around it, who quotes such a text has marks, and who writes <ana@example.net> means an address.
func EndsLines(text string) bool {
	text = text[:min(len(text), maxLooked)]
	if !strings.Contains(text, "<br") && !strings.Contains(text, "<BR") || anAddress.MatchString(text) {
		return false
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, ">") || i < len(lines)-1 && line != "" && !strings.HasSuffix(line, ">") {
			return false
		}
	}
	found := lineTag.FindAllStringSubmatch(text, -1)
	if slices.ContainsFunc(found, func(tag []string) bool {
		return strings.TrimSpace(tag[1]) == "" || strings.ContainsAny(tag[1], "\"'`(„“‘”’«»")
	}) {
		return false
	}
	return len(found) > 1 || entity.MatchString(text) || endTag.MatchString(text)
}

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
