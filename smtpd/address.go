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

// path checks a mailbox that go-smtp's lenient grammar let through, and gives it
// as it may be written again: go-smtp takes the quotes of a local part away.
//
// QUIRK: more than one @ is refused even where the first stood in quotes, as the
// two cannot be told apart any more and only relay probes use it.
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
