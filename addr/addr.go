// Package addr compares mail addresses. Everything that asks whether two addresses are
// one mailbox, or keeps something under an address, asks here: an internationalised
// domain has two spellings (RFC 5890), and a local part beyond ASCII (RFC 6531) has as
// many as Unicode has ways to write its letters. It is pure.
package addr

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Key returns the form of an address to compare it and to keep something under it: lower
// case in both parts, letters composed (NFC), the domain in its ASCII form. What has no @
// is taken for a local part.
//
// QUIRK: RFC 5321 section 2.4 lets a host tell local parts apart by case. None that
// people write from does, and "Ana@" and "ana@" are one person.
func Key(address string) string {
	if ascii(address) {
		return strings.ToLower(address)
	}
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return fold(address)
	}
	return fold(address[:at]) + "@" + Domain(address[at+1:])
}

// Same reports whether two addresses are one mailbox. No address is the same as none.
func Same(a, b string) bool { return a != "" && Key(a) == Key(b) }

// maxDomain bounds what may be a domain, in bytes: its ASCII form has 253 (RFC 5890 section
// 2.3.2.1), and the time of making it grows with the square of its length.
const maxDomain = 1024

// Domain returns a domain in lower case and in its ASCII form (A-labels, RFC 5890 section
// 2.3.2.1). What is no valid name stays as it is, in lower case.
func Domain(domain string) string {
	if ascii(domain) {
		return strings.ToLower(domain)
	}
	if len(domain) > maxDomain {
		return strings.ToLower(domain)
	}
	if name, err := idna.Lookup.ToASCII(norm.NFC.String(domain)); err == nil {
		return name
	}
	return fold(domain)
}

// WithDomain returns an address as it was written, with its domain as [Domain] returns it.
func WithDomain(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address
	}
	return address[:at+1] + Domain(address[at+1:])
}

func fold(s string) string { return strings.ToLower(norm.NFC.String(s)) }

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// InText finds a mail address in a text, without the marks and words that stand around it, as the article
// in "d'anne@example.net".
var InText = regexp.MustCompile(`[\pL\pM\pN_][\pL\pM\pN_.+%~^&-]*@` + domainInText)

// InName finds what a reader of a name takes for a mail address, without the marks around it: a name is no
// sentence, and whatever may stand in a local part is part of it (RFC 5322 section 3.2.3).
var InName = regexp.MustCompile("[\\pL\\pM\\pN_][\\pL\\pM\\pN_.!#$%&'*+/=?^`{|}~-]*@" + domainInText)

const domainInText = `[\pL\pM\pN_-]+(?:\.[\pL\pM\pN_-]+)+`
