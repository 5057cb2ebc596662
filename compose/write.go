package compose

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime/quotedprintable"
	"strings"
)

// encoding is a Content-Transfer-Encoding (RFC 2045 section 6).
type encoding string

const (
	sevenBit        encoding = "7bit"
	quotedPrintable encoding = "quoted-printable"
	base64Lines     encoding = "base64"
)

// write writes the part: its fields, an empty line, and its content or the
// parts between boundaries (RFC 2046 section 5.1.1).
func (p part) write(b *bytes.Buffer) error {
	for _, f := range p.fields {
		f.write(b)
	}
	if p.encoding != "" {
		field{"Content-Transfer-Encoding", string(p.encoding)}.write(b)
	}
	b.WriteString("\r\n")
	if len(p.parts) == 0 {
		return p.writeContent(b)
	}
	for _, child := range p.parts {
		b.WriteString("--" + p.boundary + "\r\n")
		if err := child.write(b); err != nil {
			return err
		}
		b.WriteString("\r\n")
	}
	b.WriteString("--" + p.boundary + "--\r\n")
	return nil
}

// writeContent writes the content of a leaf: text with LF, or bytes in base64.
func (p part) writeContent(b *bytes.Buffer) error {
	switch p.encoding {
	case quotedPrintable: // it writes CRLF for LF
		w := quotedprintable.NewWriter(b)
		if _, err := io.WriteString(w, p.content); err != nil {
			return err
		}
		return w.Close()
	case base64Lines:
		const perLine = 57 // bytes that make 76 characters
		for rest := []byte(p.content); len(rest) > 0; {
			n := min(perLine, len(rest))
			b.Write(base64.StdEncoding.AppendEncode(b.AvailableBuffer(), rest[:n]))
			b.WriteString("\r\n")
			rest = rest[n:]
		}
	default:
		b.WriteString(strings.ReplaceAll(p.content, "\n", "\r\n"))
	}
	return nil
}

// preferredLine is where a field is folded, if it has a space (RFC 5322
// section 2.1.1). No word of ours comes near to the limit of 998 octets.
const preferredLine = 76

// write writes the field, folded at its spaces: a value holds no other white
// space than single ones (RFC 5322 section 2.2.3).
func (f field) write(b *bytes.Buffer) {
	b.WriteString(f.name + ":")
	column := len(f.name) + 1
	for word := range strings.SplitSeq(f.value, " ") {
		if column > len(f.name)+1 && column+1+len(word) > preferredLine {
			b.WriteString("\r\n")
			column = 0
		}
		b.WriteString(" " + word)
		column += 1 + len(word)
	}
	b.WriteString("\r\n")
}
