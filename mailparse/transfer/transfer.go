package transfer

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// Base64 decodes as much base64 as there is: other characters are stepped
// over, and text after padding is a further piece.
func Base64(b []byte) []byte {
	out := make([]byte, 0, len(b)*3/4)
	piece := make([]byte, 0, min(len(b), 4096)) // a multiple of four characters
	decode := func() {
		if len(piece)%4 == 1 {
			piece = piece[:len(piece)-1] // six bits are no byte
		}
		out, _ = base64.RawStdEncoding.AppendDecode(out, piece)
		piece = piece[:0]
	}
	for _, c := range b {
		switch {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '+', c == '/':
			if piece = append(piece, c); len(piece) == 4096 {
				decode()
			}
		case c == '=':
			decode()
		}
	}
	decode()
	return out
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'F' || 'a' <= c && c <= 'f'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}

// CutBase64 cuts text that is no base64 off the end of what says that it is, or
// returns all of it as plain where there is more of that. Lines of base64 have
// nothing but its characters; the text of people has blanks and marks.
func CutBase64(b []byte) (encoded, plain []byte) {
	at := 0
	for line := range bytes.Lines(b) {
		if !base64Line(line) {
			break
		}
		at += len(line)
	}
	rest := bytes.TrimSpace(b[at:])
	odd := 0
	for line := range bytes.Lines(rest) {
		if !base64Line(line) && bytes.ContainsAny(bytes.TrimSpace(line), " \t<") {
			odd += len(line)
		}
	}
	switch {
	case 2*odd <= len(rest):
		return b, nil // a damaged line or two
	case odd > at:
		return nil, b
	}
	return b[:at], b[at:]
}

// base64Line reports whether a line may be one of base64.
func base64Line(line []byte) bool {
	line = bytes.TrimSpace(line)
	for i, c := range line {
		switch {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '+', c == '/', c == '=' && i >= len(line)-2:
		default:
			return false
		}
	}
	return true
}

// QuotedPrintable keeps what is no encoding as it stands, line by line.
func QuotedPrintable(body []byte) []byte {
	out := make([]byte, 0, len(body))
	for line := range bytes.Lines(body) {
		out = appendLoose(out, line)
	}
	return out
}

// appendLoose decodes what it can of one line; a "=" at its end joins it to the
// next, and blanks there do not count (RFC 2045 section 6.7, rule 3).
func appendLoose(out, line []byte) []byte {
	bare := bytes.TrimRight(line, " \t\r\n")
	ending := bytes.TrimLeft(line[len(bare):], " \t")
	if joined, found := bytes.CutSuffix(bare, []byte("=")); found {
		bare, ending = joined, nil
	}
	line = bare
	for i := 0; i < len(line); i++ {
		if line[i] == '=' && i+2 < len(line) && isHex(line[i+1]) && isHex(line[i+2]) {
			out = append(out, unhex(line[i+1])<<4|unhex(line[i+2]))
			i += 2
			continue
		}
		out = append(out, line[i])
	}
	return append(out, ending...)
}

// Percent undoes "%C3%BC" and leaves everything else as it stands.
func Percent(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			out.WriteByte(unhex(s[i+1])<<4 | unhex(s[i+2]))
			i += 2
			continue
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// Q undoes the Q encoding of header fields (RFC 2047 section 4.2) and leaves
// everything else as it stands.
func Q(text string) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '_':
			out = append(out, ' ')
		case c == '=' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]):
			out = append(out, unhex(text[i+1])<<4|unhex(text[i+2]))
			i += 2
		default:
			out = append(out, c)
		}
	}
	return out
}
