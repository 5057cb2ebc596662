package mailparse

import (
	"bytes"
	"slices"

	"maildesk/mailparse/header"
)

// mend prepares a damaged multipart body for enmime, which passes over parts
// with a line in their header that is no field: such lines are taken out, and
// an empty line or a ";" that was forgotten is put in.
func mend(body []byte, boundary string) []byte {
	delimiters := declaredDelimiters(body, boundary)
	out := make([]byte, 0, len(body)+64)
	inHeader := false
	for rest := body; len(rest) > 0; {
		before := rest
		var line []byte
		line, rest = header.CutLine(rest)
		whole := before[:len(before)-len(rest)]
		switch {
		case delimiters[string(bytes.TrimRight(line, " \t"))]:
			inHeader = true
		case !inHeader:
		case len(line) == 0:
			inHeader = false
		case openParameters(line, rest):
			whole = append(bytes.Clone(line), ";\r\n"...)
		case header.IsParameter(line):
			whole = append([]byte{' '}, whole...)
		case header.IsField(line), line[0] == ' ', line[0] == '\t':
		case header.FieldFollows(rest) || bytes.HasPrefix(rest, []byte("\r\n")) || bytes.HasPrefix(rest, []byte("\n")):
			continue // no field, yet the header goes on or ends below
		default:
			out = append(out, "\r\n"...)
			inHeader = false
		}
		out = append(out, whole...)
	}
	return out
}

// closeParts ends every multipart that a mail leaves open, and returns how many
// those were. Where the end of the
// mail comes first, enmime asks for more at each level twice, and each of these
// again: its work would double with each level.
func closeParts(mail []byte) (closed []byte, open int) {
	g := guardState{raw: mail}
	g.scan()
	for _, boundary := range slices.Backward(g.open) {
		mail = append(mail, "\r\n--"+string(boundary)+"--\r\n"...)
	}
	return mail, len(g.open)
}

// openParameters reports whether the ";" before the parameters on the next line is
// missing in a Content-Type: "text/plain", then " charset=utf-8".
func openParameters(line, rest []byte) bool {
	if !bytes.HasPrefix(asciiLower(line), []byte("content-type:")) || bytes.IndexByte(line, ';') >= 0 || len(rest) == 0 || rest[0] != ' ' && rest[0] != '\t' {
		return false
	}
	next, _ := header.CutLine(rest)
	return bytes.IndexByte(next, '=') > 0
}

// declaredDelimiters returns the delimiter lines of every boundary that a body
// declares.
func declaredDelimiters(body []byte, boundary string) map[string]bool {
	delimiters := map[string]bool{"--" + boundary: boundary != ""}
	lower := asciiLower(body)
	for at := 0; len(delimiters) <= maxParts; {
		i := bytes.Index(lower[at:], []byte("boundary"))
		if i < 0 {
			break
		}
		at += i + len("boundary")
		if value := boundaryValue(body[at:min(len(body), at+2*maxBoundary)]); len(value) > 0 {
			delimiters["--"+string(value)] = true
		}
	}
	return delimiters
}

// declare makes a part that calls itself plain text the multipart that its body is: a
// gateway has lost its type, and the first line with text is a delimiter.
func (p *part) declare(body []byte) {
	body = bytes.TrimLeft(body, "\r\n")
	if line, rest := header.CutLine(body); bytes.EqualFold(bytes.TrimSpace(line), []byte("this is a multi-part message in mime format.")) {
		body = bytes.TrimLeft(rest, "\r\n")
	}
	_, rest := header.CutLine(body)
	boundary := guessBoundary(body[:len(body)-len(rest)+min(len(rest), 8)]) // by the first line alone
	if len("--"+boundary) < minGuessed || !bytes.Contains(rest, []byte("\n--"+boundary)) {
		return
	}
	p.mediaType, p.params = "multipart/mixed", map[string]string{"boundary": boundary}
	if low := asciiLower(rest); bytes.Contains(low, []byte("text/plain")) && bytes.Contains(low, []byte("text/html")) && !bytes.Contains(low, []byte("attachment")) {
		p.mediaType = "multipart/alternative"
	}
	p.problem("a multipart that does not say so")
}

// minGuessed is the length of a line, in bytes, that may be a delimiter without being
// declared.
const minGuessed = 6

// guessBoundary finds the boundary of a body that never uses the declared one:
// the first line that begins with dashes and is followed by a content field.
func guessBoundary(body []byte) string {
	for rest := body; len(rest) > 0; {
		var line []byte
		line, rest = header.CutLine(rest)
		if len(line) > 3 && len(line) <= maxBoundary && bytes.HasPrefix(line, []byte("--")) && bytes.HasPrefix(asciiLower(rest[:min(len(rest), 8)]), []byte("content-")) {
			return string(bytes.TrimRight(line[2:], " \t"))
		}
	}
	return ""
}
