package imappoll

import "bytes"

// maxShifted bounds how many numbers are moved to list the mails that a server
// names in one answer: the library keeps them sorted and makes room for each that
// comes out of order. 45,000 mails may be named from the last to the first.
const maxShifted = 1_000_000_000

// order counts what the answers to a search cost that are not ascending. They may
// come in any order (RFC 9051 section 6.4.4).
//
// QUIRK: a server that names more than maxShifted allows in another order than
// from the first to the last is not listened to any longer.
type order struct {
	head    []byte // of the response: "* ESEARCH"
	within  bool   // a number
	number  int64
	highest int64
	listed  int64 // numbers within the answers to one command
	shifted int64 // at most, to make room
}

// scan takes notice of one byte outside of literals and reports whether the cost
// is within bounds.
func (o *order) scan(c byte) bool {
	if len(o.head) < len("* ESEARCH") && c != '\n' {
		o.head = append(o.head, c)
		return true
	}
	switch {
	case c == '\n':
		o.end()
		if len(o.head) > 0 && o.head[0] != '*' { // the command is answered
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

// end takes notice of the end of a number.
func (o *order) end() {
	if o.within && (bytes.EqualFold(o.head, []byte("* SEARCH ")) || bytes.EqualFold(o.head, []byte("* ESEARCH"))) {
		if o.listed++; o.number < o.highest {
			o.shifted += o.listed
		}
		o.highest = max(o.highest, o.number)
	}
	o.number, o.within = 0, false
}
