package charset

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Text in seven bits that holds other letters than ASCII has, and may not say so.

// UndeclaredUTF7 is the problem that [ToUTF8] returns with text that is read as UTF-7 and does not say so.
const UndeclaredUTF7 = "text in utf-7 that does not say so"

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
	if text := fromUTF7(b); text != "" {
		return text, UndeclaredUTF7
	}
	return "", ""
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
func isBase64(c byte) bool { return isAlphanumeric(c) || c == '+' || c == '/' }

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// fromUTF7 decodes a text each plus sign of which begins what programs write in UTF-7 (RFC 2152),
// and that is in one script. Empty where it is not for sure: "+settings" are letters, too, of Korean and Chinese.
func fromUTF7(b []byte) string {
	var out strings.Builder
	var all evidence
	for before := byte(0); ; before = '-' {
		plain, rest, more := bytes.Cut(b, []byte("+"))
		out.Write(plain)
		if !more {
			break
		}
		end := 0
		for end < len(rest) && isBase64(rest[end]) {
			end++
		}
		if end == len(rest) || rest[end] != '-' {
			return ""
		}
		if len(plain) > 0 {
			before = plain[len(plain)-1]
		}
		text, ok := "+", true
		if end > 0 {
			text, ok = all.read(string(rest[:end]), before)
		}
		if !ok {
			return ""
		}
		out.WriteString(text)
		b = rest[end+1:]
	}
	if !all.sure() {
		return ""
	}
	return out.String()
}

// evidence is what the stretches of base64 of a text say for it being UTF-7.
type evidence struct {
	script string // of all letters beyond ASCII
	first  string // the first stretch with letters
	more   bool   // there is another one, or several letters in one
	word   bool   // several letters of another script than Latin stand together
	mixed  bool   // not all such stretches are capitals, as of API and ARM
}

// sure reports whether it cannot be chance.
func (e *evidence) sure() bool { return e.word || e.script == latin && e.more && e.mixed }

// minWord is how many letters in a row of another script than Latin are no chance.
const minWord = 3

// read decodes the digits of a stretch behind a byte; ok is false where it is not what programs make
// of letters of one script, signs and blanks.
func (e *evidence) read(digits string, before byte) (text string, ok bool) {
	text, ok = fromUTF16(digits)
	letters, far := 0, false
	for _, r := range text {
		switch {
		case r == utf8.RuneError || r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			return "", false
		case r < utf8.RuneSelf && (unicode.IsPrint(r) || r == '\r' || r == '\n' || r == '\t'):
		case unicode.IsLetter(r):
			script := scriptOf(r)
			if script == "" || e.script != "" && e.script != script {
				return "", false
			}
			e.script, far = script, far || r >= 0x0600
			letters++
		case !unicode.IsGraphic(r) || unicode.Is(unicode.Co, r):
			return "", false
		}
	}
	switch {
	case !ok || letters == 0:
		return text, ok
	case e.script != latin && (isAlphanumeric(before) || strings.IndexByte("=/&_%", before) >= 0):
		return "", false // only Latin words have ASCII letters, too; addresses are in ASCII
	case e.script != latin && letters >= minWord && (!far || isMixed(digits)):
		e.word = true
	}
	e.more = e.more || letters > 1 || e.first != "" && e.first != digits
	e.first = cmp.Or(e.first, digits)
	e.mixed = e.mixed || strings.ContainsFunc(digits, func(r rune) bool { return r < 'A' || r > 'Z' })
	return text, true
}

// isMixed reports whether digits of base64 are no word or number: they have small letters, and
// capitals that do not begin them.
func isMixed(digits string) bool {
	return strings.ContainsFunc(digits, unicode.IsLower) && strings.ContainsFunc(digits[1:], unicode.IsUpper)
}

// fromUTF16 decodes base64 of UTF-16, the high byte first.
func fromUTF16(digits string) (text string, ok bool) {
	b, err := base64.RawStdEncoding.Strict().DecodeString(digits)
	if err != nil || len(b) == 0 || len(b)%2 != 0 {
		return "", false
	}
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) > 0; b = b[2:] {
		units = append(units, uint16(b[0])<<8|uint16(b[1]))
	}
	return string(utf16.Decode(units)), true
}

const latin = "Latin"

// scripts are the letters that texts in UTF-7 which do not say so are read in.
var scripts = []struct {
	from, to rune
	name     string
}{
	{0x00aa, 0x017f, latin}, {0x0218, 0x021b, latin}, {0x0370, 0x03ff, "Greek"}, {0x0400, 0x04ff, "Cyrillic"}, {0x0530, 0x058f, "Armenian"}, {0x0590, 0x05ff, "Hebrew"},
	{0x0600, 0x06ff, "Arabic"}, {0x0900, 0x097f, "Devanagari"}, {0x0e00, 0x0e7f, "Thai"}, {0x10a0, 0x10ff, "Georgian"},
	{0x3005, 0x3005, "Han"}, {0x3040, 0x30ff, "Han"}, {0x4e00, 0x9fff, "Han"}, {0xac00, 0xd7a3, "Hangul"},
}

// scriptOf returns the script of a letter; empty: none that is looked for.
func scriptOf(r rune) string {
	for _, s := range scripts {
		if s.from <= r && r <= s.to {
			return s.name
		}
	}
	return ""
}
