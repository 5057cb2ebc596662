package person

import (
	"encoding/hex"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A name or an address is written in many ways that look alike: with accents apart, spaces that do not
// break, other hyphens and apostrophes, full-width letters, soft hyphens within, percent signs in a link.
// All of them are compared in one form.

// folded is a text in the form in which names and addresses are compared. Letters keep their case.
type folded struct {
	text     string
	from, to []int // of each byte: where in the text as it came the character begins and ends; nil: it is as it came
}

// fold returns the form of a text.
func fold(text string) folded {
	if isFolded(text) {
		return folded{text: text}
	}
	plain := unescape(text)
	f := folded{from: make([]int, 0, len(text)), to: make([]int, 0, len(text))}
	var out strings.Builder
	for at := 0; at < len(plain.text); {
		size, now := foldNext(plain.text[at:])
		from, to := plain.span(at, at+size)
		for range len(now) {
			f.from, f.to = append(f.from, from), append(f.to, to)
		}
		out.WriteString(now)
		at += size
	}
	f.text = out.String()
	return f
}

// unescape returns a text without characters that nobody sees, and with those that octets after percent signs stand for.
func unescape(text string) folded {
	var f folded
	var out strings.Builder
	for at := 0; at < len(text); {
		size, now := unescaped(text[at:])
		if size == 0 {
			_, size = utf8.DecodeRuneInString(text[at:])
			now = text[at : at+size]
		}
		if r, _ := utf8.DecodeRuneInString(now); seen(r) < 0 {
			now = ""
		}
		for range len(now) {
			f.from, f.to = append(f.from, at), append(f.to, at+size)
		}
		out.WriteString(now)
		at += size
	}
	f.text = out.String()
	return f
}

// isFolded reports whether a text is in that form without more work.
func isFolded(text string) bool {
	for i := range len(text) {
		if c := text[i]; c >= utf8.RuneSelf || c == '`' || c == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'A' && c <= 'F' || c >= 'a' && c <= 'f' }

// foldNext returns the form of the first character of a text, and how many bytes that takes there.
func foldNext(text string) (size int, now string) {
	if text[0] < utf8.RuneSelf && (len(text) == 1 || text[1] < utf8.RuneSelf) {
		return 1, foldMarks(text[:1])
	}
	if r, n := utf8.DecodeRuneInString(text); r == utf8.RuneError {
		return n, "\uFFFD"
	}
	size = norm.NFKC.NextBoundaryInString(text, true)
	if size <= 0 {
		_, size = utf8.DecodeRuneInString(text)
	}
	return size, foldMarks(norm.NFKC.String(text[:size]))
}

// unescaped returns what octets after percent signs at the beginning of a text stand for (RFC 3986 section 2.1), as far
// as that is one character, and their length; 0: they stand for none.
func unescaped(text string) (size int, now string) {
	var octets []byte
	for size+2 < len(text) && text[size] == '%' && len(octets) < utf8.UTFMax {
		octet, err := hex.DecodeString(text[size+1 : size+3])
		if err != nil {
			break
		}
		octets, size = append(octets, octet...), size+3
		if r, n := utf8.DecodeRune(octets); n == len(octets) && r != utf8.RuneError {
			return size, string(r)
		}
	}
	return 0, ""
}

// foldMarks returns a text with one kind of hyphen, apostrophe and space.
func foldMarks(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Pd, r), r == '\u2212':
			return '-'
		case strings.ContainsRune("’‘ʼ´`′", r):
			return '\''
		case unicode.IsSpace(r) && r != '\n' && r != '\r':
			return ' '
		}
		return r
	}, text)
}

// span returns where a part of the form stands in the text as it came.
func (f folded) span(begin, end int) (from, to int) {
	if f.from == nil || begin == end {
		return begin, end
	}
	return f.from[begin], f.to[end-1]
}
