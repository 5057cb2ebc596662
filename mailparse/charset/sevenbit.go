package charset

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/cention-sany/utf7"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// Text in seven bits that holds other letters than ASCII has, and may not say so.

// MaybeUTF7 is the problem that [ToUTF8] returns with text of a few letters in UTF-7.
const MaybeUTF7 = "text that may be utf-7"

// sevenBit decodes ASCII bytes that are HZ or UTF-7; empty: they are neither.
func sevenBit(b []byte, label string) (text, problem string) {
	if !bytes.Contains(b, []byte("~{")) && (bytes.IndexByte(b, '+') < 0 || !isASCIILabel(label)) || !isASCII(b) {
		return "", ""
	}
	if text := fromHZ(b); text != "" && ByLabel(label) == simplifiedchinese.HZGB2312 {
		return text, ""
	} else if text != "" {
		return text, "text in hz-gb-2312 that does not say so"
	}
	if !isASCIILabel(label) {
		return "", ""
	}
	switch text, sure := fromUTF7(b); {
	case text == "":
		return "", ""
	case sure:
		return text, "text in utf-7 that does not say so"
	default:
		return text, MaybeUTF7
	}
}

// isASCIILabel reports whether a label says nothing, or that a text is ASCII.
func isASCIILabel(label string) bool {
	switch label {
	case "", "us-ascii", "ascii", "ansi_x3.4-1968", "646":
		return true
	}
	return false
}

// fromHZ decodes the stretches of a text in HZ (RFC 1843); empty where not all of them are.
func fromHZ(b []byte) string {
	var out strings.Builder
	for found := false; ; found = true {
		before, rest, more := bytes.Cut(b, []byte("~{"))
		out.Write(before)
		if !more {
			if !found {
				return ""
			}
			return out.String()
		}
		pairs, after, ends := bytes.Cut(rest, []byte("~}"))
		if !ends || len(pairs) == 0 || len(pairs)%2 != 0 || bytes.ContainsAny(pairs, "\r\n ") {
			return ""
		}
		text := Decode(simplifiedchinese.HZGB2312, []byte("~{"+string(pairs)+"~}"))
		if strings.ContainsRune(text, utf8.RuneError) || utf8.RuneCountInString(text) != len(pairs)/2 {
			return ""
		}
		out.WriteString(text)
		b = after
	}
}

// isBase64 reports whether a byte is a digit of base64.
func isBase64(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '+' || c == '/'
}

// minUTF7 is how many letters beyond ASCII show for sure that a text is UTF-7.
const minUTF7 = 3

// fromUTF7 decodes a text each plus sign of which begins what only UTF-7 has (RFC 2152): letters
// in the form in which programs write them. Empty where one does not; sure: it cannot be chance.
func fromUTF7(b []byte) (text string, sure bool) {
	letters, stretches := 0, 0
	for at := bytes.IndexByte(b, '+'); at >= 0; {
		end := at + 1
		for end < len(b) && isBase64(b[end]) {
			end++
		}
		closed := end < len(b) && b[end] == '-'
		if end == at+1 && !closed {
			return "", false
		}
		if end > at+1 {
			n, ok := beyondASCII(string(b[at+1 : end]))
			if !ok || n == 1 && !closed && letters == 0 && bytes.IndexByte(b[end:], '+') < 0 {
				return "", false
			}
			letters, stretches = letters+n, stretches+1
		}
		next := bytes.IndexByte(b[end:], '+')
		if next < 0 {
			break
		}
		at = end + next
	}
	if letters == 0 {
		return "", false
	}
	return Decode(utf7.UTF7, b), letters >= minUTF7 || letters > 1 && stretches > 1
}

// beyondASCII returns how many letters a stretch of base64 holds that are not ASCII; ok is false
// where it is not what programs make of letters, signs and blanks.
func beyondASCII(digits string) (letters int, ok bool) {
	text := Decode(utf7.UTF7, []byte("+"+digits+"-"))
	if base64.RawStdEncoding.EncodeToString(utf16Bytes(text)) != digits {
		return 0, false
	}
	far := 0
	for _, r := range text {
		switch {
		case r == utf8.RuneError || r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			return 0, false
		case r < utf8.RuneSelf && (unicode.IsPrint(r) || r == '\r' || r == '\n' || r == '\t'):
		case unicode.IsLetter(r):
			letters++
			if r >= 0x0600 {
				far++
			}
		case !unicode.IsGraphic(r) || unicode.Is(unicode.Co, r):
			return 0, false
		}
	}
	return letters, far == 0 || far >= minUTF7 // any three digits are a letter of some script
}

// utf16Bytes returns a text in UTF-16, the high byte first.
func utf16Bytes(text string) []byte {
	var all []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		all = append(all, byte(unit>>8), byte(unit))
	}
	return all
}
