package quote

import "strings"

// Line is one line of the text of a mail with what its place says of it.
type Line struct {
	Text      string
	Source    string // the line as it stood, with its quote marks; empty when the text is from HTML
	Depth     int    // of quoting: 0 is the author's
	History   bool   // the mail program says that older mail begins at or above it
	Intro     bool   // the mail program says that it introduces a quote ("On … wrote:")
	Signature bool   // the mail program says that it is a signature
	Hidden    string // what the page hides from its readers beside this line
}

// Render writes lines as plain text, quotes behind "> ".
func Render(lines []Line) string {
	size := 0
	for i := range lines {
		size += len(lines[i].Text) + 8
	}
	var b strings.Builder
	b.Grow(size)
	for i, l := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		if l.Source != "" {
			b.WriteString(l.Source)
			continue
		}
		if l.Depth > 0 {
			b.WriteString(strings.Repeat(">", min(l.Depth, 20)))
			if l.Text != "" {
				b.WriteByte(' ')
			}
		}
		b.WriteString(l.Text)
	}
	return strings.Trim(b.String(), "\n")
}
