package mailparse

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The readable text of a mail is bounded: nobody reads more, and whatever comes
// after the parser (rules, templates, the search) costs by its length. The rest
// is in the mail itself, and the reader is told so.
const (
	maxText  = 1 << 20 // bytes of readable text, of all parts together
	maxLines = 20_000  // of it
	maxPage  = 4 << 20 // bytes of HTML, of all parts together, that are looked at
)

// CutLine is the last line of a text that goes on in the mail itself.
const CutLine = "[… The text goes on: the rest is in the original mail.]"

var problemCut = "the text is longer than " + strconv.Itoa(maxText>>20) + " MiB or " + strconv.Itoa(maxLines) + " lines: the rest is in the original only"

// room is what is left of a bound for text.
type room struct {
	bytes, lines int
	full         bool // something had no place
}

func newRoom() *room { return &room{bytes: maxText, lines: maxLines} }

// take makes room for one line, and reports whether there was any.
func (r *room) take(line string) bool {
	if r.full || r.lines <= 0 || len(line) >= r.bytes {
		r.full = true
		return false
	}
	r.bytes, r.lines = r.bytes-len(line)-1, r.lines-1
	return true
}

// cut returns as much of a text as there is room for, and takes it. What does
// not fit is replaced by CutLine; after that nothing fits any more.
func (r *room) cut(text string) string {
	if r.full {
		return ""
	}
	end := 0
	for end < len(text) {
		next := len(text)
		if i := strings.IndexByte(text[end:], '\n'); i >= 0 {
			next = end + i + 1
		}
		if next-end > r.bytes || r.lines == 0 {
			r.full = true
			if end == 0 { // one long line: as much of it as there is room for
				end = len(strings.ToValidUTF8(text[:min(r.bytes, len(text))], ""))
			}
			return strings.TrimRight(text[:end], "\n") + "\n" + CutLine + "\n"
		}
		r.bytes, r.lines = r.bytes-(next-end), r.lines-1
		end = next
	}
	return text
}

// decodable returns how much of the content of a text part is decoded. What may
// hold uuencoded files is decoded whole: they are taken out of the text.
func decodable(mediaType string, content []byte) []byte {
	most := 2 * maxText
	switch mediaType {
	case "text/html":
		most = maxPage
	case "text/calendar":
		most = maxCalendar + 1 // a longer one is not read at all
	}
	if len(content) <= most || mediaType == "text/plain" && bytes.Contains(content, []byte("begin ")) {
		return content
	}
	for i := range utf8.UTFMax { // not within a character
		if utf8.RuneStart(content[most-i]) {
			return content[:most-i]
		}
	}
	return content[:most]
}
