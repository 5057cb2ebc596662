package compose

import (
	"bytes"
	"encoding/base64"
	"mime/quotedprintable"
	"slices"
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
func (p part) write(b *writer) error {
	for _, f := range p.fields {
		f.write(&b.Buffer)
	}
	if p.encoding != "" {
		field{"Content-Transfer-Encoding", string(p.encoding)}.write(&b.Buffer)
	}
	b.WriteString("\r\n")
	if len(p.parts) == 0 {
		return p.writeContent(b)
	}
	for _, child := range p.parts {
		writeAll(&b.Buffer, "--", p.boundary, "\r\n")
		if err := child.write(b); err != nil {
			return err
		}
		b.WriteString("\r\n")
	}
	writeAll(&b.Buffer, "--", p.boundary, "--\r\n")
	return nil
}

// writeContent writes the content of a leaf: text with LF, or bytes in base64.
func (p part) writeContent(b *writer) error {
	switch p.encoding {
	case quotedPrintable: // it writes CRLF for LF
		w := quotedprintable.NewWriter(b)
		if _, err := w.Write(p.content); err != nil {
			return err
		}
		return w.Close()
	case base64Lines:
		from := b.Len()
		if p.encoded != nil {
			b.Write(p.encoded)
		} else {
			encodeLines(&b.Buffer, p.content)
		}
		b.files = append(b.files, Span{from, b.Len()})
	default:
		for line := range bytes.Lines(p.content) {
			text, ended := bytes.CutSuffix(line, []byte("\n"))
			b.Write(text)
			if ended {
				b.WriteString("\r\n")
			}
		}
	}
	return nil
}

// encodeLines writes content in lines of base64 (RFC 2045 section 6.8).
func encodeLines(b *bytes.Buffer, content []byte) {
	for line := range slices.Chunk(content, perLine) {
		b.Write(append(base64.StdEncoding.AppendEncode(b.AvailableBuffer(), line), "\r\n"...))
	}
}

// perLine is the number of bytes that fill a line of 76 characters in base64.
const perLine = 57

// size estimates the size of the part in bytes, so that the buffer need not grow:
// copying a mail with large files is expensive.
func (p part) size() int {
	n := 256 + len(p.content)
	switch p.encoding {
	case quotedPrintable:
		n += len(p.content) / 2
	case base64Lines:
		n += encodedSize(len(p.content)) - len(p.content)
	}
	for _, child := range p.parts {
		n += child.size()
	}
	return n
}

func writeAll(b *bytes.Buffer, pieces ...string) {
	for _, s := range pieces {
		b.WriteString(s)
	}
}

// preferredLine is where a field is folded, if it has a space (RFC 5322
// section 2.1.1). No word that we write comes near the limit of 998 octets.
const preferredLine = 76

// write writes the field, folded at its spaces: a value contains no white space
// but single spaces (RFC 5322 section 2.2.3).
func (f field) write(b *bytes.Buffer) {
	writeAll(b, f.name, ":")
	column := len(f.name) + 1
	for word := range strings.SplitSeq(f.value, " ") {
		if column > len(f.name)+1 && column+1+len(word) > preferredLine {
			b.WriteString("\r\n")
			column = 0
		}
		writeAll(b, " ", word)
		column += 1 + len(word)
	}
	b.WriteString("\r\n")
}
