package logic

import (
	"strings"
	"unicode/utf8"
)

// Source is a condition with the backslashes that its writer left out.
type Source struct {
	Text string
	put  []int // offsets in text of the backslashes that were put in, rising
}

// kept are the characters that mean something after a backslash in a quoted text
// of expr-lang and that an admin may want. The others, as in "\d" or "\bvpn\b",
// only make sense in a pattern: there the backslash must stand twice, and
// nearly everybody writes it once.
const kept = `nrt\"'` + "`uUx01234567"

// Mend doubles the backslashes of quoted texts that can only be meant for a
// pattern.
func Mend(source string) Source {
	var b strings.Builder
	m := Source{}
	quote := byte(0)
	for i := 0; i < len(source); i++ {
		c := source[i]
		b.WriteByte(c)
		switch {
		case quote == 0 && (c == '"' || c == '\'' || c == '`'):
			quote = c
		case quote != 0 && c == quote:
			quote = 0
		case (quote == '"' || quote == '\'') && c == '\\' && i+1 < len(source):
			i++
			if !strings.ContainsRune(kept, rune(source[i])) {
				m.put = append(m.put, b.Len())
				b.WriteByte('\\')
			}
			b.WriteByte(source[i])
		}
	}
	m.Text = b.String()
	return m
}

// Column returns the column in what the admin wrote of one in the mended text, on
// a line; both count characters from 1.
func (m Source) Column(line, column int) int {
	start := 0
	for ; line > 1; line-- {
		next := strings.IndexByte(m.Text[start:], '\n')
		if next < 0 {
			return column
		}
		start += next + 1
	}
	shift := 0
	for _, at := range m.put {
		if at >= start && utf8.RuneCountInString(m.Text[start:at]) < column-1 {
			shift++
		}
	}
	return column - shift
}
