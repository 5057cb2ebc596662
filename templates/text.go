package templates

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"

	"maildesk/mailparse"
	"maildesk/ticket"
)

func number(id ticket.ID) string {
	return strconv.FormatInt(int64(id), 10)
}

func mailbox(name, address string) string {
	if name == "" || address == "" {
		return cmp.Or(name, address)
	}
	return name + " <" + address + ">"
}

// oneLine returns a subject or a name as it is shown.
func oneLine(s string) string { return line(s, maxLine) }

// line returns a text on one line of so many characters at most.
func line(s string, most int) string {
	s = mailparse.Visible(strings.Join(strings.Fields(clip(s, 8*most)), " "))
	if runes := []rune(s); len(runes) > most {
		return strings.TrimSpace(string(runes[:most-1])) + "…"
	}
	return s
}

// trim takes away empty lines around a text; what is indented stays so.
func trim(s string) string {
	return strings.TrimLeft(strings.TrimRightFunc(s, unicode.IsSpace), "\r\n")
}

// closed trims s and ends it with one line end: its own, where it has one.
func closed(s string) string {
	end := len(strings.TrimRightFunc(s, unicode.IsSpace))
	if end > 0 && strings.HasPrefix(s[end:], "\n") {
		return strings.TrimLeft(s[:end+1], "\r\n")
	}
	return trim(s) + "\n"
}

// shorten cuts a text to at most limit bytes, and says in a line of its own that it goes on.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return clip(s, limit-len(mailparse.CutLine)-2) + "\n\n" + mailparse.CutLine
}

// clip cuts s to at most limit bytes, at a character, and says so by "…".
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit-len("…")], "") + "…"
}
