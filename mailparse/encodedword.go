package mailparse

import (
	"encoding/base64"
	"regexp"
	"strings"

	"maildesk/mailparse/charset"
)

// encodedWord is =?charset*language?encoding?text?= (RFC 2047 section 2, RFC
// 2231 section 5). QUIRK: blanks and any 8-bit byte within are accepted.
var encodedWord = regexp.MustCompile(`=\?([^?\s]{1,64})\?([bBqQ])\?([^?]*(?:\?[^?=][^?]*)*)\?=`)

// decodeHeader decodes a header value that was unfolded: RFC 2047 words and raw
// 8-bit text. The result is one line of valid UTF-8 without control characters.
//
// QUIRK: mime.WordDecoder decodes each word on its own, as RFC 2047 section 5
// wants. Many senders cut words in the middle of a character, so neighbours of
// one charset are joined before they are decoded.
func decodeHeader(raw string) string {
	if !strings.Contains(raw, "=?") {
		return charset.CleanLine(raw)
	}
	var out strings.Builder
	var pending []byte // bytes of words not yet decoded
	var joined string  // their charset
	flush := func() {
		if len(pending) > 0 {
			text, _ := charset.ToUTF8(pending, joined)
			out.WriteString(text)
			pending = nil
		}
	}
	at := 0
	for _, m := range encodedWord.FindAllStringSubmatchIndex(raw, -1) {
		between := raw[at:m[0]]
		label, _, _ := strings.Cut(raw[m[2]:m[3]], "*")
		label = strings.ToLower(label)
		if strings.TrimSpace(between) != "" || label != joined {
			flush()
		}
		// Blanks between two words do not count (RFC 2047 section 6.2).
		if strings.TrimSpace(between) != "" || at == 0 {
			out.WriteString(charset.Raw(between))
		}
		joined = label
		pending = append(pending, wordBytes(raw[m[4]:m[5]], raw[m[6]:m[7]])...)
		at = m[1]
	}
	flush()
	out.WriteString(charset.Raw(raw[at:]))
	return charset.CleanLine(out.String())
}

// wordBytes undoes the encoding of one word; what is broken is skipped.
func wordBytes(encoding, text string) []byte {
	if strings.EqualFold(encoding, "b") {
		return looseBase64([]byte(text))
	}
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

// looseBase64 decodes as much base64 as there is: other characters are stepped
// over, and text after padding is a further piece.
func looseBase64(b []byte) []byte {
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
