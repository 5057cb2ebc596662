package mailparse

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime/quotedprintable"
	"strings"
	"unicode/utf8"

	"maildesk/mailparse/calendar"
	"maildesk/mailparse/charset"
	"maildesk/mailparse/room"
	"maildesk/mailparse/transfer"
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
// well as it goes. Without a transferEncoding it may return body itself.
func (p *part) decodeTransfer(body []byte) []byte {
	encoding := p.transferEncoding()
	if encoding == "" {
		return p.decodeHidden(p.decodeOther(body))
	}
	if encoding == "base64" && strings.HasPrefix(p.mediaType, "text/") && transfer.IsWords(body, p.params["charset"]) {
		p.problem("text that says it is base64 and is not")
		return body
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
	if err == nil && encoding == "base64" {
		return content
	}
	if err == nil {
		return p.decodeHidden(content)
	}
	if encoded, plain := transfer.CutBase64(body); encoding == "base64" && len(plain) > 0 && strings.HasPrefix(p.mediaType, "text/") {
		// QUIRK: some say base64 and write plain text, or it was added below.
		p.problem("text that says it is base64 and is not")
		return append(transfer.Base64(encoded), p.decodeHidden(plain)...)
	}
	p.problem(fmt.Sprintf("damaged %s: %s", encoding, charset.Excerpt(err.Error())))
	if encoding == "base64" {
		return transfer.Base64(body)
	}
	return transfer.QuotedPrintable(body)
}

// decodeHidden undoes the encoding of a text that does not declare it.
//
// QUIRK: gateways lose or change the field (RFC 2045 section 6), and leave the text as
// it was.
func (p *part) decodeHidden(content []byte) []byte {
	if !strings.HasPrefix(p.mediaType, "text/") || len(content) > maxHidden {
		return content
	}
	plain, encoding := transfer.Undeclared(content)
	if encoding == "" {
		return content
	}
	p.problem("text in " + encoding + " that does not say so")
	return plain
}

// maxHidden bounds the text that is looked at for an encoding.
const maxHidden = 1 << 20

// decodeOther undoes uuencode, which some declare as an encoding, and takes
// everything else as it stands.
func (p *part) decodeOther(body []byte) []byte {
	declared := strings.ToLower(p.header.Get("Content-Transfer-Encoding"))
	if strings.Contains(declared, "uue") {
		if _, content, ok := transfer.UU(body); ok {
			return content
		}
		return body
	}
	if !strings.Contains("7bit 8bit binary 7-bit 8-bit 8bits plain", strings.Trim(declared, " ;\"'.")) {
		p.problem("unknown transfer encoding " + charset.Excerpt(declared))
	}
	return body
}

// decodable returns how much of the content of a text part is decoded. What may
// hold uuencoded files is decoded whole: they are taken out of the text.
func decodable(mediaType string, content []byte) []byte {
	most := 2 * room.MaxText
	switch mediaType {
	case "text/html":
		most = room.MaxPage
	case "text/calendar":
		most = calendar.MaxSize + 1 // a longer one is not read at all
	}
	if len(content) <= most || mediaType == "text/plain" && bytes.Contains(content, []byte("begin ")) {
		return content
	}
	for i := range utf8.UTFMax { // not within a character
		if utf8.RuneStart(content[most-i]) {
			return content[:most-i]
		}
	}
	return content[:most]
}
