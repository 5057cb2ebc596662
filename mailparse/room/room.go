package room

import (
	"strconv"
	"strings"
)

// The readable text of a mail is bounded: nobody reads more, and whatever comes
// after the parser (rules, templates, the search) costs by its length. The rest
// is in the mail itself, and the reader is told so.
const (
	MaxText  = 1 << 20 // bytes of readable text, of all parts together
	MaxLines = 20_000  // of it
	MaxPage  = 4 << 20 // bytes of HTML, of all parts together, that are looked at
)

// CutLine is the last line of a text that goes on in the mail itself.
const CutLine = "[… The text goes on: the rest is in the original mail.]"

// ProblemCut says so in a list of problems.
var ProblemCut = "the text is longer than " + strconv.Itoa(MaxText>>20) + " MiB or " + strconv.Itoa(MaxLines) + " lines: the rest is in the original only"

// Room is what is left of a bound for text.
type Room struct {
	Bytes, Lines int
	Full         bool // something had no place
}

// New returns the room that the whole text of a mail has.
func New() *Room { return &Room{Bytes: MaxText, Lines: MaxLines} }

// Take makes room for one line, and reports whether there was any.
func (r *Room) Take(line string) bool {
	if r.Full || r.Lines <= 0 || len(line) >= r.Bytes {
		r.Full = true
		return false
	}
	r.Bytes, r.Lines = r.Bytes-len(line)-1, r.Lines-1
	return true
}

// Cut returns as much of a text as there is room for, and takes it. What does
// not fit is replaced by CutLine; after that nothing fits any more.
func (r *Room) Cut(text string) string {
	if r.Full {
		return ""
	}
	end := 0
	for end < len(text) {
		next := len(text)
		if i := strings.IndexByte(text[end:], '\n'); i >= 0 {
			next = end + i + 1
		}
		if next-end > r.Bytes || r.Lines == 0 {
			r.Full = true
			if end == 0 { // one long line: as much of it as there is room for
				end = len(strings.ToValidUTF8(text[:min(r.Bytes, len(text))], ""))
			}
			return strings.TrimRight(text[:end], "\n") + "\n" + CutLine + "\n"
		}
		r.Bytes, r.Lines = r.Bytes-(next-end), r.Lines-1
		end = next
	}
	return text
}
