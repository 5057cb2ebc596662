package mailparse

import (
	"bytes"
	"fmt"

	"maildesk/mailparse/header"
)

// The limits of the guard. No honest mail comes near them; the parsers need
// quadratic time beyond (RELIABILITY: nested and flat parts).
const (
	maxDepth       = 20
	maxParts       = 500
	maxHeaderBytes = 256 << 10
	maxHeaders     = 2 << 20 // bytes, of all parts together
	maxFields      = 1000
	maxBoundary    = 200 // QUIRK: RFC 2046 section 5.1.1 allows 70, yet people's mails have more
)

// guard scans a mail once, line by line, before any parser sees it. It returns
// the limit that the mail breaks, in words, or "". It counts generously: every
// boundary that any header declares, and everything that looks like a delimiter
// line of one of them.
func guard(raw []byte) string {
	g := guardState{raw: raw}
	return g.scan()
}

// scan goes through the lines and returns the limit that they break, or "".
func (g *guardState) scan() string {
	g.beginHeader(0)
	for at := 0; at < len(g.raw); {
		line, rest := header.CutLine(g.raw[at:])
		next := len(g.raw) - len(rest)
		if limit := g.line(line, at, next); limit != "" {
			return limit
		}
		at = next
	}
	return ""
}

type guardState struct {
	raw      []byte
	open     [][]byte // boundaries that are open, outermost first
	inHeader bool
	nested   bool // the header is that of a mail within the mail; it ends at any other line
	start    int  // of the header
	fields   int
	headers  int // bytes of headers so far
	parts    int
}

// line looks at raw[at:next], which is line and its ending.
func (g *guardState) line(line []byte, at, next int) string {
	if len(line) > 2 && line[0] == '-' && line[1] == '-' {
		if limit, found := g.delimiter(line[2:], next); found {
			return limit
		}
	}
	if !g.inHeader {
		return ""
	}
	if len(line) == 0 {
		return g.endHeader(at, next)
	}
	if g.headers += next - at; g.headers > maxHeaders {
		return fmt.Sprintf("headers of more than %d MiB", maxHeaders>>20)
	}
	if next-g.start > maxHeaderBytes {
		return fmt.Sprintf("a header of more than %d KiB", maxHeaderBytes>>10)
	}
	if line[0] != ' ' && line[0] != '\t' {
		if g.nested && !header.IsField(line) {
			g.inHeader = false // an encoded mail: it is scanned when it is decoded
			return ""
		}
		if g.fields++; g.fields > maxFields {
			return fmt.Sprintf("more than %d header fields", maxFields)
		}
	}
	return ""
}

// delimiter looks for the innermost open boundary that text begins with.
func (g *guardState) delimiter(text []byte, next int) (limit string, found bool) {
	for i := len(g.open) - 1; i >= 0; i-- {
		after, match := bytes.CutPrefix(text, g.open[i])
		if !match {
			continue
		}
		if bytes.HasPrefix(after, []byte("--")) {
			g.open, g.inHeader = g.open[:i], false
			return "", true
		}
		g.open = g.open[:i+1]
		g.beginHeader(next)
		if g.parts++; g.parts > maxParts {
			return fmt.Sprintf("more than %d parts", maxParts), true
		}
		return "", true
	}
	return "", false
}

func (g *guardState) beginHeader(at int) {
	g.inHeader, g.nested, g.start, g.fields = true, false, at, 0
}

// endHeader reads what a header declares. The lines after the header of a
// message/rfc822 are a header again.
func (g *guardState) endHeader(at, next int) string {
	header := asciiLower(g.raw[g.start:at])
	for i := bytes.Index(header, []byte("boundary")); i >= 0; {
		i += len("boundary")
		if value := boundaryValue(g.raw[g.start+i : at]); len(value) > maxBoundary {
			return fmt.Sprintf("a boundary of more than %d characters", maxBoundary)
		} else if len(value) > 0 {
			if g.open = append(g.open, value); len(g.open) > maxDepth {
				return fmt.Sprintf("parts nested more than %d deep", maxDepth)
			}
		}
		if more := bytes.Index(header[i:], []byte("boundary")); more < 0 {
			break
		} else {
			i += more
		}
	}
	if bytes.Contains(header, []byte("message/")) {
		g.beginHeader(next)
		g.nested = true
	} else {
		g.inHeader = false
	}
	return ""
}

// boundaryValue reads the value after the word "boundary", in the plain form and
// in those of RFC 2231 section 3 and 4 (of a boundary that is cut in pieces, the
// first piece).
func boundaryValue(b []byte) []byte {
	b, found := bytes.CutPrefix(bytes.TrimLeft(b, "*0 \t\r\n"), []byte("="))
	if !found {
		return nil
	}
	b = bytes.TrimLeft(b, " \t\r\n")
	if quoted, found := bytes.CutPrefix(b, []byte(`"`)); found {
		b, _, _ = bytes.Cut(quoted, []byte(`"`))
		return b
	}
	if end := bytes.IndexAny(b, "; \t\r\n"); end >= 0 {
		b = b[:end]
	}
	return b
}

// asciiLower keeps the length of b, which bytes.ToLower does not.
func asciiLower(b []byte) []byte {
	lower := bytes.Clone(b)
	for i, c := range lower {
		if 'A' <= c && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}
	return lower
}
