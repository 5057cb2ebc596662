package imappoll

import "bytes"

// maxShifted bounds how many numbers the library moves to process one reply: it
// keeps the listed mails sorted and makes room for each that comes out of order.
// 45,000 mails in descending order are within it.
const maxShifted = 1_000_000_000

// order estimates the cost of replies to a search that are not ascending, which RFC
// 9051 section 6.4.4 permits.
//
// QUIRK: the connection is closed when a reply costs more than maxShifted allows.
type order struct {
	head    []byte // the beginning of the response: "* ESEARCH"
	within  bool   // within a number
	number  int64
	highest int64
	listed  int64 // numbers in the replies to one command
	shifted int64 // upper bound of how many had to make room
}

// scan processes one byte outside of literals and reports whether the cost is
// within bounds.
func (o *order) scan(c byte) bool {
	if len(o.head) < len("* ESEARCH") && c != '\n' {
		o.head = append(o.head, c)
		return true
	}
	switch {
	case c == '\n':
		o.end()
		if len(o.head) > 0 && o.head[0] != '*' { // the command is complete
			o.highest, o.listed, o.shifted = 0, 0, 0
		}
		o.head = o.head[:0]
	case c >= '0' && c <= '9':
		o.number, o.within = min(o.number*10+int64(c-'0'), 1<<40), true
	default:
		o.end()
	}
	return o.shifted <= maxShifted
}

// end processes the end of a number.
func (o *order) end() {
	if o.within && (bytes.EqualFold(o.head, []byte("* SEARCH ")) || bytes.EqualFold(o.head, []byte("* ESEARCH"))) {
		if o.listed++; o.number < o.highest {
			o.shifted += o.listed
		}
		o.highest = max(o.highest, o.number)
	}
	o.number, o.within = 0, false
}
