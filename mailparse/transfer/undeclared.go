package transfer

import (
	"bytes"
	"regexp"
	"unicode/utf8"
)

const (
	minUndeclared = 60 // bytes of base64; fewer may be a word or a key
	minEscapes    = 3  // escaped letters within words
)

// Undeclared decodes a text that is in base64 or quoted-printable and does not say
// so, and names the encoding; empty where the text is none of them for sure: people
// write about encodings, and send keys.
func Undeclared(b []byte) (content []byte, encoding string) {
	if content = asBase64(bytes.TrimSpace(b)); content != nil {
		return content, "base64"
	}
	if quotedText(b) {
		if content = QuotedPrintable(b); utf8.Valid(content) {
			return content, "quoted-printable"
		}
	}
	return nil, ""
}

// asBase64 decodes lines of base64, all of one length but the last, that are text;
// nil for anything else.
func asBase64(b []byte) []byte {
	if len(b) < minUndeclared {
		return nil
	}
	width, short := 0, false
	for line := range bytes.Lines(b) {
		line = bytes.TrimRight(line, "\r\n")
		if width == 0 {
			width = len(line)
		}
		if short || len(line) > width || len(line) == 0 || !base64Line(line) || bytes.ContainsAny(line, " \t") {
			return nil
		}
		short = len(line) < width
	}
	content := Base64(b)
	if !utf8.Valid(content) || bytes.IndexByte(content, ' ') < 0 || bytes.ContainsFunc(content, control) {
		return nil
	}
	return content
}

func control(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f }

var (
	softBreak     = regexp.MustCompile(`=\r?\n[^\r\n]`)
	escapedLetter = regexp.MustCompile(`[A-Za-z](?:=[C-F][0-9A-F](?:=[89AB][0-9A-F])+)+[a-z]`)
	noEscape      = regexp.MustCompile(`=(?:[^0-9A-F\r\n]|[0-9A-F][^0-9A-F]|\r?\n?$)`)
)

// quotedText reports whether a text is surely quoted-printable: nothing but ASCII,
// each "=" escapes something, and letters within words are escaped, or lines broken.
func quotedText(b []byte) bool {
	if bytes.IndexByte(b, '=') < 0 || noEscape.Match(b) || bytes.ContainsFunc(b, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return false
	}
	letters := len(escapedLetter.FindAllIndex(b, minEscapes))
	return letters >= minEscapes || letters > 0 && softBreak.Match(b)
}
