package charset

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/cention-sany/utf7"
	"github.com/gogs/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// ToUTF8 decodes text of a declared charset (empty: none declared). The second
// result says in words what was wrong, or is empty. The result is always valid
// UTF-8.
//
// QUIRK: the declaration is often a lie (RFC 2045 section 5.1 takes it at its
// word). Bytes that are valid UTF-8 beyond ASCII are read as UTF-8, as it
// hardly ever happens by chance, unless a multi-byte charset reads them well.
func ToUTF8(b []byte, declared string) (text, problem string) {
	if enc := byteOrderMark(b); enc != nil {
		return Decode(enc, b), ""
	}
	if text, ok := escaped(b); ok {
		return text, ""
	}
	label := charsetLabel(declared)
	if text, problem := sevenBit(b, label); text != "" {
		return text, problem
	}
	switch label {
	case "", "us-ascii", "ascii", "utf-8", "utf8", "unicode-1-1-utf-8", "ansi_x3.4-1968", "646":
		if utf8.Valid(b) {
			return string(b), ""
		}
		return guessCharset(b, label)
	}
	enc := ByLabel(label)
	if enc == nil {
		if utf8.Valid(b) {
			return string(b), ""
		}
		text, _ = guessCharset(b, label)
		return text, unknownCharset + Excerpt(declared)
	}
	_, single := enc.(*charmap.Charmap)
	if single && isASCII(b) {
		return string(b), "" // all of them are ASCII below 128
	}
	if single && utf8.Valid(b) && !isASCII(b) {
		return string(b), "declared as " + label + ", but it is utf-8"
	}
	text = Decode(enc, b)
	if strings.ContainsRune(text, utf8.RuneError) && utf8.Valid(b) && !isASCII(b) {
		return string(b), "declared as " + label + ", but it is utf-8"
	}
	if better, name := reread(b, enc, text); better != "" {
		return better, "declared as " + label + ", but it is " + name
	}
	return text, ""
}

// guessCharset reads 8-bit text that is neither UTF-8 nor truthfully declared.
func guessCharset(b []byte, label string) (text, problem string) {
	if label == "utf-8" || label == "utf8" {
		// Mostly UTF-8 with a few broken bytes stays UTF-8.
		if bad := badRunes(b); bad*10 < len(b)-asciiCount(b) {
			return strings.ToValidUTF8(string(b), "\uFFFD"), "broken utf-8"
		}
	}
	dense := dense(b)
	if enc := ByLabel(Likely(b)); enc != nil && (enc != charmap.Windows1252 || !dense) {
		return Decode(enc, b), Undeclared
	}
	if dense {
		if text, _ := foreign(b); text != "" {
			return text, Undeclared
		}
	}
	return Decode(charmap.Windows1252, b), Undeclared
}

// Likely returns the likely charset of 8-bit text by its bytes, empty when
// there are too few of them to tell.
func Likely(b []byte) string {
	b = b[:min(len(b), 4096)]
	if isThai(b) {
		return "windows-874" // which the detector does not know
	}
	if len(b)-asciiCount(b) < 8 {
		return ""
	}
	best, err := chardet.NewTextDetector().DetectBest(b)
	if err != nil || best.Confidence < 30 {
		return ""
	}
	return charsetLabel(best.Charset)
}

// Undeclared is the problem that [ToUTF8] returns with text whose charset had to
// be guessed.
const Undeclared = "8-bit text without a true charset"

var metaCharsetPattern = regexp.MustCompile(`(?i)<meta[^>]{1,200}charset\s*=\s*["']?([\w:.-]{1,40})`)

// OfPage returns the charset that an HTML page declares for itself.
func OfPage(b []byte) string {
	if m := metaCharsetPattern.FindSubmatch(b[:min(len(b), 2048)]); m != nil {
		return string(m[1])
	}
	return ""
}

// charsetLabel cleans a charset label: charset="charset=utf-8", 'utf-8', utf-8;
// and the like occur.
func charsetLabel(declared string) string {
	s := strings.ToLower(strings.TrimSpace(declared))
	s = strings.TrimPrefix(s, "charset=")
	return strings.Trim(s, "\"'; \t")
}

// ByLabel finds an encoding, nil when unknown. The labels of browsers
// come first, since iso-8859-1 is mostly windows-1252 in truth.
func ByLabel(label string) encoding.Encoding {
	switch label {
	case "":
		return nil
	case "utf-7", "utf7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7":
		return utf7.UTF7
	case "cp932", "ms932", "windows-932", "x-sjis-cp932":
		return japanese.ShiftJIS
	case "cp949", "ms949", "uhc", "iso-2022-kr":
		return korean.EUCKR
	case "utf-32", "ucs-4":
		return utf32.UTF32(utf32.BigEndian, utf32.UseBOM)
	case "utf-32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	case "utf-32be":
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	case "utf-16", "unicode", "ucs-2":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "ansi_x3.110-1983", "latin1", "default", "x-user-defined":
		return charmap.Windows1252
	case "johab", "x-johab", "cp1361", "ms1361", "windows-1361", "ks_c_5601-1992", "ksc5601-1992":
		return johab{}
	case "hz", "hz-gb2312", "hzgb2312":
		return simplifiedchinese.HZGB2312
	case "tis620", "tis-620-2533", "tis620-2533", "x-windows-874", "ms874":
		return charmap.Windows874
	case "x-mac-roman", "mac", "x-macroman", "macroman":
		return charmap.Macintosh
	}
	if enc, err := htmlindex.Get(label); err == nil && enc != encoding.Replacement {
		if enc == simplifiedchinese.GBK {
			return simplifiedchinese.GB18030 // which has all of it
		}
		return enc
	}
	for _, name := range []string{label, "cs" + label, strings.Replace(label, "cp", "ibm", 1), strings.Replace(label, "cp", "windows-", 1),
		strings.Replace(label, "iso8859", "iso-8859", 1), strings.Replace(label, "_", "-", 1)} {
		if enc, err := ianaindex.MIME.Encoding(name); err == nil && enc != nil {
			return enc
		}
	}
	return nil
}

func byteOrderMark(b []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return unicode.UTF8BOM
	case bytes.HasPrefix(b, []byte("\xff\xfe\x00\x00")):
		return utf32.UTF32(utf32.LittleEndian, utf32.ExpectBOM)
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	return nil
}

// Decode returns bytes of one charset as valid UTF-8; what is broken becomes
// U+FFFD.
func Decode(enc encoding.Encoding, b []byte) string {
	got, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return strings.ToValidUTF8(string(got), "\uFFFD")
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func asciiCount(b []byte) int {
	n := 0
	for _, c := range b {
		if c < utf8.RuneSelf {
			n++
		}
	}
	return n
}

func badRunes(b []byte) int {
	n := 0
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			n++
		}
		b = b[size:]
	}
	return n
}
