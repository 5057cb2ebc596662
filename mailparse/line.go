package mailparse

import "strings"

// line is one line of the text of a mail with what its place tells.
type line struct {
	text      string
	source    string // the line as it stood, with its quote marks; empty when the text is from HTML
	depth     int    // of quoting: 0 is the author's
	history   bool   // the mail program says that older mail begins at or above it
	intro     bool   // the mail program says that it introduces a quote ("On … wrote:")
	signature bool   // the mail program says that it is a signature
}

// htmlText gives the readable text of an HTML page.
func htmlText(page string) string { return renderLines(htmlLines(page, true, newRoom())) }

// renderLines writes lines as plain text, quotes behind "> ".
func renderLines(lines []line) string {
	size := 0
	for i := range lines {
		size += len(lines[i].text) + 8
	}
	var b strings.Builder
	b.Grow(size)
	for i, l := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		if l.source != "" {
			b.WriteString(l.source)
			continue
		}
		if l.depth > 0 {
			b.WriteString(strings.Repeat(">", min(l.depth, 20)))
			if l.text != "" {
				b.WriteByte(' ')
			}
		}
		b.WriteString(l.text)
	}
	return strings.Trim(b.String(), "\n")
}
