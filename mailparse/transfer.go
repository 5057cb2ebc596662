package mailparse

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime/quotedprintable"
	"strings"

	"maildesk/mailparse/charset"
)

// transferEncoding is the one of the encodings of RFC 2045 section 6 that
// changes the content, as far as it can be made out: base64 or quoted-printable.
func (p *part) transferEncoding() string {
	declared := strings.ToLower(p.header.Get("Content-Transfer-Encoding"))
	switch {
	case strings.Contains(declared, "quoted"):
		return "quoted-printable"
	case strings.Contains(declared, "base64"):
		return "base64"
	}
	return ""
}

// decodeTransfer undoes the Content-Transfer-Encoding, and what is damaged as
// well as it goes. Without a transferEncoding it may give body itself.
func (p *part) decodeTransfer(body []byte) []byte {
	encoding := p.transferEncoding()
	if encoding == "" {
		return p.decodeOther(body)
	}
	content := []byte{}
	var err error
	if encoding == "base64" {
		content, err = base64.StdEncoding.AppendDecode(content, bytes.TrimSpace(body))
	} else {
		buffer := bytes.NewBuffer(make([]byte, 0, len(body)+bytes.MinRead)) // ReadFrom grows a buffer with less room
		_, err = buffer.ReadFrom(quotedprintable.NewReader(bytes.NewReader(body)))
		content = buffer.Bytes()
	}
	if err == nil {
		return content
	}
	p.problem(fmt.Sprintf("damaged %s: %s", encoding, charset.Excerpt(err.Error())))
	if encoding == "base64" {
		return looseBase64(body)
	}
	return looseQuotedPrintable(body)
}

// decodeOther undoes uuencode, which some declare as an encoding, and takes
// everything else as it stands.
func (p *part) decodeOther(body []byte) []byte {
	declared := strings.ToLower(p.header.Get("Content-Transfer-Encoding"))
	if strings.Contains(declared, "uue") {
		if _, content, ok := uudecode(body); ok {
			return content
		}
		return body
	}
	if !strings.Contains("7bit 8bit binary 7-bit 8-bit 8bits plain", strings.Trim(declared, " ;\"'.")) {
		p.problem("unknown transfer encoding " + charset.Excerpt(declared))
	}
	return body
}

// looseQuotedPrintable keeps what is no encoding as it stands, line by line.
func looseQuotedPrintable(body []byte) []byte {
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
