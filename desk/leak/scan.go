package leak

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	macLetters = 16 // of a signature
	minTag     = len("t1-") + 3 + macLetters
	maxDigits  = 19
	maxBody    = 45 // letters and digits behind the hyphen: key, role, numbers, signature
	maxHost    = 80
	maxAction  = 12 // letters of an action
)

// kept says which bytes squeeze keeps, and as what.
var kept = func() (table [256]byte) {
	for c := byte('a'); c <= 'z'; c++ {
		table[c], table[c-'a'+'A'] = c, c
	}
	for c := byte('0'); c <= '9'; c++ {
		table[c] = c
	}
	for _, c := range []byte("-.@") {
		table[c] = c
	}
	return table
}()

// squeeze keeps letters, digits and the marks of addresses, in lower case.
func squeeze(content []byte) []byte {
	out := make([]byte, 0, len(content))
	for _, c := range content {
		if k := kept[c]; k != 0 {
			out = append(out, k)
		}
	}
	return out
}

// plainLetters writes letters of other widths and other hyphens as ours.
func plainLetters(content []byte) []byte {
	if !bytes.Contains(content, []byte("\xef\xbc")) && !bytes.Contains(content, []byte("\xef\xbd")) && !bytes.Contains(content, []byte("\xe2\x80")) && !bytes.Contains(content, []byte("\xe2\x88\x92")) || !utf8.Valid(content) {
		return content
	}
	return bytes.Map(func(r rune) rune {
		if '\u2010' <= r && r <= '\u2015' || r == '\u2212' {
			return '-'
		}
		return r
	}, norm.NFKC.Bytes(content))
}

// withoutTags takes the tags of HTML out; nil when there are none. What stands
// between angle brackets and has an @ is an address.
func withoutTags(content []byte) []byte {
	if !bytes.Contains(content, []byte("</")) && !bytes.Contains(content, []byte("<wbr")) && !bytes.Contains(content, []byte("<br")) && !bytes.Contains(content, []byte("<!")) {
		return nil
	}
	out := make([]byte, 0, len(content))
	for {
		open := bytes.IndexByte(content, '<')
		if open < 0 {
			return append(out, content...)
		}
		out, content = append(out, content[:open]...), content[open:]
		end := bytes.IndexByte(content[:min(len(content), 2000)], '>')
		if end < 0 || bytes.IndexByte(content[:end], '@') >= 0 || bytes.IndexByte(content[1:end], '<') >= 0 {
			out, content = append(out, content[0]), content[1:]
			continue
		}
		content = content[end+1:]
	}
}

// spelt are the marks that people spell out. Those of addresses come first: a
// signature may have "dot" in it.
var spelt = [][]struct{ word, mark string }{
	{{"dash", "-"}, {"minus", "-"}, {"hyphen", "-"}, {"bindestrich", "-"}, {"tiret", "-"}, {"guion", "-"}},
	{{"dot", "."}, {"punkt", "."}, {"point", "."}, {"punto", "."}},
}

// unspell returns the text with marks in the place of words for them, once for
// each kind of mark that is spelt out.
func unspell(text []byte) (said [][]byte) {
	for _, kind := range spelt {
		before := len(text)
		for _, w := range kind {
			text = bytes.ReplaceAll(text, []byte(w.word), []byte(w.mark))
		}
		if len(text) != before {
			said = append(said, text)
		}
	}
	return said
}

// scan finds a signed address or Message-ID in a squeezed text.
func (f *search) scan(text []byte) string {
	for i, c := range text {
		if c != '-' && c != '.' {
			continue
		}
		start := i
		for start > 0 && i-start <= maxDigits && '0' <= text[start-1] && text[start-1] <= '9' {
			start--
		}
		if start == i || start == 0 || text[start-1] != 't' {
			continue
		}
		ticket := text[start-1 : i]
		if c == '-' && f.address(ticket, text[i+1:]) || c == '.' && f.messageID(ticket, text[i+1:]) {
			return string(text[start-1:min(len(text), i+4)]) + "…"
		}
	}
	return ""
}

// address reports whether a tag goes on with a body that makes it an agent's. It
// may be followed by letters that are no part of it.
func (f *search) address(ticket, rest []byte) bool {
	n := span(rest, maxBody)
	last := n
	if n < len(rest) && rest[n] == '-' { // an action
		last = n + 1 + span(rest[n+1:], maxAction)
	}
	for end := 3 + macLetters; end <= last && f.left > 0; end++ {
		if end == n+1 {
			continue
		}
		f.left -= checkCost
		token, _, ok := f.Keys.ParseReplyAddress("x+" + string(ticket) + "-" + string(rest[:end]) + "@x")
		if ok {
			return f.isInternal(string(token.Role), string(token.Kind))
		}
	}
	return false
}

// messageID reports whether t1042. goes on as the Message-ID of an internal mail.
func (f *search) messageID(ticket, rest []byte) bool {
	body := span(rest, maxBody)
	unique, mac := body+1, body+1+macLetters+1
	host := mac + macLetters
	if body < 3 || len(rest) < host+2 || rest[body] != '.' || span(rest[unique:], macLetters+1) != macLetters || rest[mac-1] != '.' || span(rest[mac:], macLetters) != macLetters {
		return false
	}
	id := "<" + string(ticket) + "." + string(rest[:host]) + "@"
	host++
	if rest[host-1] != '@' {
		if !bytes.HasPrefix(rest[host-1:], []byte("at")) {
			return false
		}
		host++ // spelt out
	}
	check := func(name string) (internal, ours bool) {
		f.left -= checkCost
		token, ok := f.Keys.ParseMessageID(id + name + ">")
		return ok && f.isInternal(string(token.Role), string(token.Kind)), ok
	}
	if internal, ours := check(f.Host); ours { // whatever stands behind it
		return internal
	}
	for end := 1; end <= min(maxHost, len(rest)-host) && f.left > 0; end++ {
		if internal, ours := check(string(rest[host : host+end])); ours {
			return internal
		}
	}
	return false
}

// span counts the letters and digits that text begins with, up to a limit.
func span(text []byte, limit int) int {
	for i := range min(len(text), limit) {
		if c := text[i]; c == '-' || c == '.' || c == '@' {
			return i
		}
	}
	return min(len(text), limit)
}

// isInternal reports whether a token is an agent's, that of an answer which stays among
// agents, or that of somebody who is asked beside the correspondence.
func (f Finder) isInternal(role, kind string) bool {
	beside := role == "vendor" || role == "approver"
	return role == "agent" || beside && !f.Beside || kind == "internal"
}
