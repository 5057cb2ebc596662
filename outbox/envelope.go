package outbox

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"maildesk/ticket"
)

// envelope is the SMTP envelope of a mail and the extensions it needs.
type envelope struct {
	from, to string // without angle brackets; from may be empty
	eightBit bool   // RFC 6152
	utf8     bool   // RFC 6531: in an address or in the header
}

// newEnvelope checks a mail and returns its envelope. Errors wrap errUnsendable.
func newEnvelope(m *ticket.OutboxMail) (envelope, error) {
	var e envelope
	var err error
	if m.ReversePath != "" {
		if e.from, err = path(m.ReversePath); err != nil {
			return e, fmt.Errorf("reverse-path: %w", err)
		}
	}
	if e.to, err = path(m.Recipient); err != nil {
		return e, fmt.Errorf("recipient: %w", err)
	}
	if !crlfOnly(m.Bytes) {
		return e, fmt.Errorf("%w: it has a bare CR or LF (RFC 5321 section 2.3.8)", errUnsendable)
	}
	if m.SHA256 != [32]byte{} && sha256.Sum256(m.Bytes) != m.SHA256 {
		return e, fmt.Errorf("%w: its bytes have changed since it was written", errUnsendable)
	}
	header, _, _ := bytes.Cut(m.Bytes, []byte("\r\n\r\n"))
	e.eightBit = !ascii(m.Bytes)
	e.utf8 = !ascii(header) || !ascii(e.from) || !ascii(e.to)
	return e, nil
}

// path returns an address as MAIL and RCPT take it. It accepts only what net/mail
// parses as one plain mailbox and formats identically, so that nothing can be
// injected after the address. An internationalized domain becomes A-labels unless
// the local part needs RFC 6531 anyway.
func path(s string) (string, error) {
	bad := fmt.Errorf("%w: bad address %q", errUnsendable, s)
	a, err := mail.ParseAddress("<" + s + ">")
	if err != nil || a.String() != "<"+s+">" || len(s) > 254 { // RFC 5321 section 4.5.3.1.3
		return "", bad
	}
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "", bad
	}
	at := strings.LastIndexByte(s, '@')
	if local, domain := s[:at], s[at+1:]; ascii(local) && !ascii(domain) {
		label, err := idna.Lookup.ToASCII(domain)
		if err != nil {
			return "", bad
		}
		return local + "@" + label, nil
	}
	return s, nil
}

// crlfOnly reports whether every CR and LF is part of a CRLF.
func crlfOnly(raw []byte) bool {
	n := bytes.Count(raw, []byte("\r\n"))
	return bytes.Count(raw, []byte{'\r'}) == n && bytes.Count(raw, []byte{'\n'}) == n
}

func ascii[T string | []byte](s T) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
