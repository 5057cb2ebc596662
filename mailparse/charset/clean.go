package charset

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// CleanText makes text safe to keep and show: lines end in "\n" (a vertical tab, a
// form feed and U+0085 end one too), NUL and other
// control characters are gone.
func CleanText(s string) string {
	s = unixLines(s)
	return strings.Map(func(r rune) rune {
		switch {
		case ' ' <= r && r < utf8.RuneSelf-1, r == '\n': // nearly all
			return r
		case r == '\v', r == '\f', r == '\u0085': // other ends of lines (Unicode section 5.8)
			return '\n'
		case oddRune(r):
			return -1
		}
		return r
	}, s)
}

// unixLines ends lines in "\n" that end in "\r\n" or "\r".
func unixLines(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	var out strings.Builder
	out.Grow(len(s))
	for {
		line, rest, found := strings.Cut(s, "\r")
		out.WriteString(line)
		if !found {
			return out.String()
		}
		out.WriteByte('\n')
		s = strings.TrimPrefix(rest, "\n")
	}
}

func oddRune(r rune) bool {
	return r != '\n' && r != '\t' && unicode.IsControl(r) || r == '\ufeff'
}

// Raw returns as UTF-8 header text that is not encoded: ASCII, or raw 8-bit as RFC
// 6532 allows for UTF-8 and as others write it all the same.
func Raw(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	text, _ := ToUTF8([]byte(s), "")
	return text
}

// CleanLine makes a value safe to show: valid UTF-8 on one line, control and
// invisible direction characters replaced by a space or removed.
func CleanLine(s string) string {
	s = Raw(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u2028' || r == '\u2029' || unicode.IsControl(r):
			return ' '
		case '\u202a' <= r && r <= '\u202e', '\u2066' <= r && r <= '\u2069':
			return -1 // direction overrides: a name may not pretend to be another
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// Excerpt shortens foreign words for a problem text.
func Excerpt(s string) string {
	s = CleanLine(s)
	if len(s) > 80 {
		s = strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}
