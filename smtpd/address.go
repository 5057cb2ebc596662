package smtpd

import (
	"errors"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

const maxPath = 320 // 64 + @ + 255 (RFC 5321 sections 4.5.3.1.1 and 4.5.3.1.2)

var errBadPath = errors.New("not a mailbox")

// path checks a mailbox as go-smtp returns it and quotes its local part where
// that is needed (RFC 5321 section 4.1.2).
//
// QUIRK: go-smtp takes any bytes for an address and removes the quotes of a local
// part (parse.go:221). So more than one @ is refused even where the first was in
// quotes: the two cannot be told apart any more, and only relay probes use it.
func path(mailbox string) (string, error) {
	if len(mailbox) > maxPath || !utf8.ValidString(mailbox) ||
		strings.ContainsFunc(mailbox, unicode.IsControl) || strings.Count(mailbox, "@") != 1 {
		return "", errBadPath
	}
	quoted := (&mail.Address{Address: mailbox}).String() // in angle brackets
	if _, err := mail.ParseAddress(quoted); err != nil {
		return "", errBadPath
	}
	return quoted[1 : len(quoted)-1], nil
}
