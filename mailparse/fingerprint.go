package mailparse

import (
	"bytes"
	"crypto/sha256"
	"hash"
	"strings"
)

// Fingerprint names the mail that a delivery carries: two deliveries of one
// mail have the same fingerprint, whatever hops added to the header, and two
// mails differ even when they pretend to the same Message-ID. It covers the
// strict From (as written when there is none), Message-ID, Date, Subject and the
// body. CRLF and LF, folding and empty lines at the end do not count, so that a
// copy from a pipe or an IMAP server is known again. It reads the header only
// as far as the guard allows and never fails.
func Fingerprint(raw []byte) [32]byte {
	head := raw[:min(len(raw), maxHeaderBytes)]
	h, rest, _ := readHeader(head)
	body := raw[len(head)-len(rest):]

	from := strings.Join(h.allRaw("From"), "\n")
	if address, problem := identity(h.allRaw("From")); problem == "" {
		from = address.Address
	}
	sum := sha256.New()
	for _, s := range []string{"v1", from, strings.Trim(h.raw("Message-ID"), "<> "), h.raw("Date"), h.raw("Subject")} {
		sum.Write([]byte(s))
		sum.Write([]byte{0})
	}
	hashLines(sum, bytes.TrimRight(body, "\r\n"))
	return [32]byte(sum.Sum(nil))
}

// hashLines writes text with every CRLF as LF.
func hashLines(sum hash.Hash, text []byte) {
	for {
		line, rest, found := bytes.Cut(text, []byte("\r\n"))
		sum.Write(line)
		if !found {
			return
		}
		sum.Write([]byte{'\n'})
		text = rest
	}
}
