package signed

import "errors"

// Bounds of what is passed to the library that reads CMS.
const (
	maxDepth    = 32
	maxElements = 64 << 10
	maxScan     = 1 << 32 // bytes
)

var errTooMuch = errors.New("over a bound, or not BER")

// guardBER reports an error where BER (X.690 section 8.1) is nested too deep or has too many pieces to be read. It
// understands nothing of what is in it.
//
// QUIRK: smallstep/pkcs7 reads BER by recursion without a limit, copies each element once for each that it lies in, and
// behind each element of one of unknown length looks through all that follows. This walk goes as it does: an element of unknown
// length has at least one other in it.
func guardBER(b []byte) error {
	type open struct {
		end   int // -1: unknown
		inner int // elements read
	}
	var stack []open
	elements, scanned := 0, 0
	for at := 0; ; {
		for len(stack) > 0 { // close what ends here
			top := stack[len(stack)-1]
			if top.end >= 0 && at > top.end {
				return errTooMuch // the library would go back, and read it again and again
			}
			if top.end == at {
				stack = stack[:len(stack)-1]
				continue
			}
			if top.end < 0 && top.inner > 0 {
				if scanned += len(b) - at; len(b)-at < 2 || scanned > maxScan {
					return errTooMuch
				}
				if b[at] == 0 && b[at+1] == 0 {
					at, stack = at+2, stack[:len(stack)-1]
					continue
				}
			}
			break
		}
		if len(stack) == 0 && elements > 0 {
			return nil
		}
		head, length, constructed, err := headBER(b[at:])
		if elements++; err != nil || elements > maxElements {
			return errTooMuch
		}
		if len(stack) > 0 {
			stack[len(stack)-1].inner++
		}
		at += head
		switch {
		case !constructed:
			at += length
		case len(stack) == maxDepth:
			return errTooMuch
		case length < 0:
			stack = append(stack, open{end: -1})
		default:
			stack = append(stack, open{end: at + length})
		}
	}
}

// headBER reads tag and length of an element: the size of both, and the length of what is in it, -1: unknown.
func headBER(b []byte) (head, length int, constructed bool, err error) {
	if len(b) < 2 || b[0]&0x1f == 0x1f { // CMS has no tags of several bytes
		return 0, 0, false, errTooMuch
	}
	constructed, head = b[0]&0x20 != 0, 2
	switch n := int(b[1] & 0x7f); {
	case b[1] < 0x80:
		length = n
	case n == 0:
		if !constructed {
			return 0, 0, false, errTooMuch
		}
		return head, -1, true, nil
	case n > 4 || len(b) < 2+n:
		return 0, 0, false, errTooMuch
	default:
		for _, c := range b[2 : 2+n] {
			length = length<<8 | int(c)
		}
		head += n
	}
	if length > len(b)-head {
		return 0, 0, false, errTooMuch
	}
	return head, length, constructed, nil
}
