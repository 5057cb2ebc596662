package header

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"maildesk/mailparse/charset"
	"maildesk/mailparse/transfer"
)

// encodedWord is =?charset*language?encoding?text?= (RFC 2047 section 2, RFC
// 2231 section 5). QUIRK: blanks and any 8-bit byte within are accepted.
var encodedWord = regexp.MustCompile(`=\?([^?\s]{1,64})\?([bBqQ])\?([^?]*(?:\?[^?=][^?]*)*)\?=`)

// cutWord ends a field that was cut within the end of an encoded word.
var cutWord = regexp.MustCompile(`=\?[^?\s]{1,64}\?[bB]\?[A-Za-z0-9+/=]+\??$`)

// Decode decodes a header value that was unfolded: RFC 2047 words and raw
// 8-bit text. The result is one line of valid UTF-8 without control characters.
//
// QUIRK: mime.WordDecoder decodes each word on its own, as RFC 2047 section 5
// wants. Many senders cut words in the middle of a character, so neighbours of
// one charset are joined before they are decoded.
func Decode(raw string) string {
	if !strings.Contains(raw, "=?") {
		return charset.CleanLine(charset.Escaped(raw))
	}
	if cutWord.MatchString(raw) {
		raw = strings.TrimSuffix(raw, "?") + "?="
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
	text := charset.CleanLine(out.String())
	if twice := encodedWord.FindStringIndex(text); twice != nil && twice[1]-twice[0] == len(text) && text != raw {
		return Decode(text) // QUIRK: some encode what is encoded
	}
	return text
}

// wordBytes undoes the encoding of one word; what is broken is skipped.
func wordBytes(encoding, text string) []byte {
	if strings.EqualFold(encoding, "b") {
		return transfer.Base64([]byte(text))
	}
	return transfer.Q(text)
}

// Redecode decodes the fields anew that hold raw bytes which are no UTF-8, by a
// charset, and reports whether there were any.
func (h Header) Redecode(label string) bool {
	any := false
	for i := range h {
		if utf8.ValidString(h[i].Raw) {
			continue
		}
		text, _ := charset.ToUTF8([]byte(h[i].Raw), label)
		h[i] = NewField(h[i].Name, text)
		any = true
	}
	return any
}

// WordCharset returns the charset, in lower case, of the first encoded word of a
// value, and whether there is such a word.
func WordCharset(raw string) (label string, found bool) {
	m := encodedWord.FindStringSubmatch(raw)
	if m == nil {
		return "", false
	}
	label, _, _ = strings.Cut(strings.ToLower(m[1]), "*")
	return label, true
}
