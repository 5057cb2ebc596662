package mailparse

import (
	"regexp"
	"strings"
	"unicode"
)

// cleanText makes text safe to keep and show: lines end in "\n", NUL and other
// control characters are gone.
func cleanText(s string) string {
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(s, "\r\n", "\n")
		if strings.Contains(s, "\r") {
			s = strings.ReplaceAll(s, "\r", "\n")
		}
	}
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

// nothingOdd is a quick look for text that has nothing odd in it.
func nothingOdd(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 0x7f || c < ' ' && c != '\n' && c != '\t' {
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
