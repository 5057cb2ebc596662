package mailparse

import "bytes"

// source is the body that parts are read from, in their order. A part that is not
// encoded need not be copied: mails within mails would be copied at every level.
type source struct {
	body []byte
	at   int // everything before it was found
}

// maxPlaces is how many empty lines are looked behind for the content of a part:
// one ends its header, others stand in a preamble.
const maxPlaces = 4

// find returns the place of a part's content in the body, nil if it is not found.
// Content that stands in two places is the same in both.
func (s *source) find(content []byte) []byte {
	at := s.at
	for range maxPlaces {
		i := bytes.IndexByte(s.body[at:], '\n')
		for i >= 0 { // up to an empty line
			at += i + 1
			if rest := bytes.TrimPrefix(s.body[at:], []byte("\r")); len(rest) > 0 && rest[0] == '\n' {
				at = len(s.body) - len(rest) + 1
				break
			}
			i = bytes.IndexByte(s.body[at:], '\n')
		}
		if i < 0 {
			return nil
		}
		if bytes.HasPrefix(s.body[at:], content) {
			end := at + len(content)
			s.at = end
			return s.body[at:end:end]
		}
		at-- // this line end may begin the next empty line
	}
	return nil
}
