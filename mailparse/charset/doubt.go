package charset

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
)

// The declared charset is often that of a program, not of the text. It is doubted where
// the text shows that it is another.

// escaped decodes text in 7 bits that says by escape sequences what it is, whatever is
// declared: ISO-2022-JP (RFC 1468) and ISO-2022-KR (RFC 1557).
func escaped(b []byte) (text string, ok bool) {
	if !bytes.Contains(b, []byte("\x1b$")) || !isASCII(b) {
		return "", false
	}
	if !bytes.Contains(b, []byte("\x1b$)C")) {
		return Decode(japanese.ISO2022JP, b), true
	}
	out := make([]byte, 0, len(b))
	high := byte(0)
	for _, c := range bytes.ReplaceAll(b, []byte("\x1b$)C"), nil) {
		switch {
		case c == 0x0e: // shift out, and in
			high = 0x80
		case c == 0x0f:
			high = 0
		case c > ' ':
			out = append(out, c|high)
		default:
			out = append(out, c)
		}
	}
	return Decode(korean.EUCKR, out), true
}

// Escaped decodes a header value without encoded words that says by escape sequences
// what it is, or shows it.
func Escaped(s string) string {
	if text, ok := escaped([]byte(s)); ok {
		return text
	}
	if text, _ := sevenBit([]byte(s), ""); text != "" {
		return text
	}
	return s
}

// Doubtful reports whether a text may have other words than were read of these bytes, by the
// problem that [ToUTF8] returned with it.
func Doubtful(b []byte, text, problem string) bool {
	switch {
	case problem == UndeclaredUTF7:
		return true
	case problem == Undeclared:
		return dense(b) || strings.ContainsRune(text, utf8.RuneError)
	case strings.HasPrefix(problem, unknownCharset):
		return !utf8.Valid(b)
	}
	return problem != "broken utf-8" && strings.ContainsRune(text, utf8.RuneError) && !bytes.Contains(b, []byte("\xef\xbf\xbd"))
}

// unknownCharset begins the problem that [ToUTF8] returns where it does not know the charset.
const unknownCharset = "unknown charset "

// windows are the charsets of Windows that some programs call by the name of the
// standard that is nearest; bytes from 0x80 to 0x9f, which are no letters there, give
// them away.
var windows = map[string]string{
	"iso-8859-2": "windows-1250", "iso-8859-4": "windows-1257", "iso-8859-6": "windows-1256", "iso-8859-7": "windows-1253",
	"iso-8859-8": "windows-1255", "iso-8859-8-i": "windows-1255", "iso-8859-13": "windows-1257",
}

// reread decodes text again that shows that it is in another charset than it was decoded
// by; better is empty where it does not.
func reread(b []byte, enc encoding.Encoding, text string) (better, name string) {
	name, err := htmlindex.Name(enc)
	_, single := enc.(*charmap.Charmap)
	switch {
	case err != nil:
	case windows[name] != "" && bytes.ContainsFunc([]byte(text), func(r rune) bool { return 0x80 <= r && r <= 0x9f || r == utf8.RuneError }):
		return Decode(ByLabel(windows[name]), b), windows[name]
	case !single && strings.ContainsRune(text, utf8.RuneError), (name == "windows-1252" || name == "iso-8859-15") && dense(b):
		return foreign(b)
	case single && slavic(name):
		return otherSlavic(b, name, text)
	}
	return "", ""
}

// minKinds is how many different bytes beyond ASCII words of another script have at least.
const minKinds = 6

// dense reports whether the words of a text that are not ASCII have more letters beyond it
// than any language in Latin letters has.
func dense(b []byte) bool {
	high, low, of, in := 0, 0, 0, 0 // of all such words, and of this one
	seen := map[byte]bool{}         // lines of dashes and columns of blanks have few
	for _, c := range append(b[:min(len(b), 4096):min(len(b), 4096)], ' ') {
		switch {
		case c >= utf8.RuneSelf:
			of++
			seen[c] = true
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
			in++
		default:
			if of > 0 {
				high, low = high+of, low+in
			}
			of, in = 0, 0
		}
	}
	return len(seen) >= minKinds && high >= 8 && 3*high > 5*low
}

// foreign decodes a text by the likeliest charset that makes letters of it which are not
// Latin, and none that are broken; empty where there is none.
func foreign(b []byte) (text, name string) {
	if isThai(b) {
		return Decode(charmap.Windows874, b), "windows-874"
	}
	found, err := chardet.NewTextDetector().DetectAll(b[:min(len(b), 4096)])
	if err != nil {
		return "", ""
	}
	slices.SortFunc(found, func(a, b chardet.Result) int { // it leaves equals in any order
		return cmp.Or(cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(a.Charset, b.Charset))
	})
	for _, one := range found {
		name = charsetLabel(one.Charset)
		enc := ByLabel(name)
		if enc == nil {
			continue
		}
		if text = Decode(enc, b); strings.ContainsRune(text, utf8.RuneError) || !mostlyForeign(text) {
			continue
		}
		if _, single := enc.(*charmap.Charmap); !single {
			if pairs := ofPairs(b); pairs != "" {
				return Decode(ByLabel(pairs), b), pairs
			}
		}
		return text, name
	}
	return "", ""
}

// ofPairs tells Korean and Chinese text of a few letters, in pairs of bytes beyond ASCII, from
// that of other charsets: by the first bytes of the syllables and of the frequent letters.
func ofPairs(b []byte) string {
	pairs, korean, chinese := 0, 0, 0
	for i := 0; i < len(b); i++ {
		if b[i] < utf8.RuneSelf {
			continue
		}
		if i+1 == len(b) || b[i] < 0xa1 || b[i+1] < 0xa1 {
			return ""
		}
		pairs++
		if b[i] >= 0xb0 && b[i] <= 0xc8 {
			korean++
		}
		if b[i] >= 0xb0 && b[i] <= 0xd7 {
			chinese++
		}
		i++
	}
	switch {
	case korean == pairs:
		return "euc-kr"
	case 5*chinese >= 4*pairs:
		return "gb18030"
	}
	return ""
}

// mostlyForeign reports whether most letters of a text beyond ASCII are not Latin.
func mostlyForeign(text string) bool {
	letters, other := 0, 0
	for _, r := range text {
		if r >= utf8.RuneSelf && unicode.IsLetter(r) {
			letters++
			if !unicode.Is(unicode.Latin, r) {
				other++
			}
		}
	}
	return 10*other > 9*letters
}

// slavic reports whether a charset is one of those for Cyrillic letters, which are taken
// for one another.
func slavic(name string) bool {
	switch name {
	case "windows-1251", "koi8-r", "koi8-u", "iso-8859-5", "ibm866":
		return true
	}
	return false
}

const (
	frequent    = "оеаинтсрвлОЕАИНТСРВЛ" // two of three letters of Russian text are among these
	minCyrillic = 12                     // letters by which a charset is told
)

// otherSlavic decodes a text by another of the charsets for Cyrillic letters, if that makes
// many more of the frequent ones.
func otherSlavic(b []byte, declared, text string) (better, name string) {
	of, all := frequency(text)
	if all < minCyrillic {
		return "", ""
	}
	best := of + 0.12
	for _, other := range []string{"windows-1251", "koi8-r", "ibm866"} {
		if other == declared || swapCase(declared) && swapCase(other) && !swapped(text) {
			continue
		}
		read := Decode(ByLabel(other), b)
		if f, n := frequency(read); f > best && f > 0.55 && 10*n > 9*all {
			best, better, name = f, read, other
		}
	}
	return better, name
}

// swapCase reports whether a charset is one of those that take the capitals of one another for
// small letters.
func swapCase(name string) bool { return name == "windows-1251" || strings.HasPrefix(name, "koi8-") }

// swapped reports whether a capital stands behind a small letter of the same word. Few letters
// say little by their frequency; this they say for sure.
func swapped(text string) bool {
	small := false
	for _, r := range text {
		cyrillic := unicode.Is(unicode.Cyrillic, r)
		if small && cyrillic && unicode.IsUpper(r) {
			return true
		}
		small = cyrillic && unicode.IsLower(r)
	}
	return false
}

// frequency returns which share of the Cyrillic letters of a text is frequent, and how many
// there are.
func frequency(text string) (share float64, all int) {
	often := 0
	for _, r := range text {
		if unicode.Is(unicode.Cyrillic, r) {
			all++
			if strings.ContainsRune(frequent, r) {
				often++
			}
		}
	}
	return float64(often) / float64(max(all, 1)), all
}
