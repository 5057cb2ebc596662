package mailparse

import (
	"bytes"
	"fmt"
)

// The limits of the guard. No honest mail comes near them; the parsers need
// quadratic time beyond (RELIABILITY: nested and flat parts).
const (
	maxDepth       = 20
	maxParts       = 500
	maxHeaderBytes = 256 << 10
	maxFields      = 1000
	maxBoundary    = 200 // QUIRK: RFC 2046 section 5.1.1 allows 70, yet people's mails have more
)

// guard scans a mail once, line by line, before any parser sees it. It gives
// the limit that the mail breaks, in words, or "". It counts generously: every
// boundary that any header declares, and everything that looks like a delimiter
// line of one of them.
func guard(raw []byte) string {
	g := guardState{inHeader: true}
	for line, rest := cutLine(raw); ; line, rest = cutLine(rest) {
		if limit := g.line(line); limit != "" {
			return limit
		}
		if len(rest) == 0 {
			return ""
		}
	}
}

type guardState struct {
	open     [][]byte // boundaries that are open, outermost first
	declared []byte   // boundary of the header being read
	inner    bool     // the header being read is of a mail within the mail
	inHeader bool
	bytes    int // of the header being read
	fields   int
	parts    int
	nested   bool // the header is that of a mail within the mail; it ends at any other line
}

func (g *guardState) line(line []byte) string {
	if len(line) > 2 && line[0] == '-' && line[1] == '-' {
		if limit, found := g.delimiter(line[2:]); found {
			return limit
		}
	}
	if g.inHeader {
		return g.headerLine(line)
	}
	return ""
}

// delimiter looks for the innermost open boundary that text begins with.
func (g *guardState) delimiter(text []byte) (limit string, found bool) {
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
		g.beginHeader()
		if g.parts++; g.parts > maxParts {
			return fmt.Sprintf("more than %d parts", maxParts), true
		}
		return "", true
	}
	return "", false
}

func (g *guardState) beginHeader() {
	g.inHeader, g.nested, g.inner, g.declared, g.bytes, g.fields = true, false, false, nil, 0, 0
}

func (g *guardState) headerLine(line []byte) string {
	if len(line) == 0 {
		return g.endHeader()
	}
	if g.bytes += len(line) + 2; g.bytes > maxHeaderBytes {
		return fmt.Sprintf("a header of more than %d KiB", maxHeaderBytes>>10)
	}
	if line[0] != ' ' && line[0] != '\t' {
		if g.nested && !isField(line) {
			g.inHeader = false // an encoded mail: it is scanned when it is decoded
			return ""
		}
		if g.fields++; g.fields > maxFields {
			return fmt.Sprintf("more than %d header fields", maxFields)
		}
	}
	lower := bytes.ToLower(line)
	if bytes.Contains(lower, []byte("message/")) {
		g.inner = true
	}
	if value := declaredBoundary(lower, line); value != nil {
		if len(value) > maxBoundary {
			return fmt.Sprintf("a boundary of more than %d characters", maxBoundary)
		}
		g.declared = value
	}
	return ""
}

func (g *guardState) endHeader() string {
	if g.declared != nil {
		if g.open = append(g.open, g.declared); len(g.open) > maxDepth {
			return fmt.Sprintf("parts nested more than %d deep", maxDepth)
		}
	}
	inner := g.inner
	g.beginHeader()
	g.inHeader, g.nested = inner, inner // the next lines are the header of the inner mail
	return ""
}

// declaredBoundary finds the boundary parameter in a header line, in the plain
// form and in those of RFC 2231 section 3 and 4 (of a boundary that is cut in
// pieces, the first piece).
func declaredBoundary(lower, line []byte) []byte {
	i := bytes.Index(lower, []byte("boundary"))
	if i < 0 {
		return nil
	}
	rest := bytes.TrimLeft(line[i+len("boundary"):], "*0 \t")
	rest, found := bytes.CutPrefix(rest, []byte("="))
	if !found {
		return nil
	}
	rest = bytes.TrimLeft(rest, " \t")
	if quoted, found := bytes.CutPrefix(rest, []byte(`"`)); found {
		rest, _, _ = bytes.Cut(quoted, []byte(`"`))
	} else if end := bytes.IndexAny(rest, "; \t"); end >= 0 {
		rest = rest[:end]
	}
	if len(rest) == 0 {
		return nil
	}
	return rest
}
