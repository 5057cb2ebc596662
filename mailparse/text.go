package mailparse

import (
	"regexp"
	"strings"
	"unicode"
)

// cleanText makes text safe to keep and show: lines end in "\n", NUL and other
// control characters are gone.
func cleanText(s string) string {
	s = unixLines(s)
	if nothingOdd(s) || strings.IndexFunc(s, oddRune) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if oddRune(r) {
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

// nothingOdd is a quick look for text that has nothing odd in it. It goes by
// bytes: those that may be of an odd character beyond ASCII count as odd.
func nothingOdd(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case ' ' <= c && c < 0x7f:
		case c < ' ' && c != '\n' && c != '\t', c == 0x7f, c == 0xef:
			return false
		case c == 0xc2 && i+1 < len(s) && s[i+1] < 0xa0:
			return false
		}
	}
	return true
}

func oddRune(r rune) bool {
	return r != '\n' && r != '\t' && unicode.IsControl(r) || r == '\ufeff'
}

var metaCharsetPattern = regexp.MustCompile(`(?i)<meta[^>]{1,200}charset\s*=\s*["']?([\w:.-]{1,40})`)

// metaCharset gives the charset that an HTML page declares for itself.
func metaCharset(b []byte) string {
	if m := metaCharsetPattern.FindSubmatch(b[:min(len(b), 2048)]); m != nil {
		return string(m[1])
	}
	return ""
}

// unflow joins the lines of format=flowed text (RFC 3676 section 4): a line
// that ends in a blank goes on in the next line of the same quote depth.
func unflow(text string, delsp bool) string {
	var out strings.Builder
	out.Grow(len(text))
	depth, open := 0, false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		level := len(line) - len(strings.TrimLeft(line, ">"))
		body := strings.TrimPrefix(line[level:], " ") // space-stuffing
		if open && level != depth {
			out.WriteByte('\n')
			open = false
		}
		signature := body == "-- "
		if open && signature {
			out.WriteByte('\n')
			open = false
		}
		if !open && level > 0 {
			out.WriteString(strings.Repeat(">", level) + " ")
		}
		depth, open = level, strings.HasSuffix(body, " ") && !signature
		if open && delsp {
			body = strings.TrimSuffix(body, " ")
		}
		out.WriteString(body)
		if !open {
			out.WriteByte('\n')
		}
	}
	if open {
		out.WriteByte('\n')
	}
	return out.String()
}

func isWord(r rune) bool {
	if r < 0x80 {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

func notWord(r rune) bool { return !isWord(r) }
