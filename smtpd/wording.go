package smtpd

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// reworded returns a reply line of go-smtp in the words of RFC 5321 section
// 4.2.2, without what the peer said: its replies joke, echo addresses and names
// with whatever is in them, and answer 502 to commands that are known and come
// out of order, for which the RFC has 503. Verb is the command's, in upper case.
func (c *conn) reworded(verb, line string) string {
	if c.greeting && strings.HasPrefix(line, "250") {
		c.greeting = false
		// The first line names this host (RFC 5321 section 4.1.1.1).
		return line[:4] + c.srv.cfg.Hostname + "\r\n"
	}
	if text, ok := accepted[verb+" "+line[:min(3, len(line))]]; ok {
		return strings.ReplaceAll(text, "HOST", c.srv.cfg.Hostname) + "\r\n"
	}
	for _, r := range refusals {
		if strings.Contains(line, r.theirs) {
			return r.ours + "\r\n"
		}
	}
	return line
}

// accepted are the replies to commands that are taken, by verb and code.
var accepted = map[string]string{
	"MAIL 250": "250 2.1.0 OK",
	"RCPT 250": "250 2.1.5 OK",
	"DATA 354": "354 Start mail input; end with <CRLF>.<CRLF>",
	"RSET 250": "250 2.0.0 OK",
	"NOOP 250": "250 2.0.0 OK",
	"VRFY 252": "252 2.5.0 Cannot VRFY user, but will accept message and attempt delivery",
	"QUIT 221": "221 2.0.0 HOST Service closing transmission channel",
}

// refusals are go-smtp's, found by its words, and ours in their place.
var refusals = []struct{ theirs, ours string }{
	{"Please introduce yourself first", "503 5.5.1 Bad sequence of commands: EHLO comes first"},
	{"Missing MAIL FROM command", "503 5.5.1 Bad sequence of commands: MAIL comes first"},
	{"Missing RCPT TO command", "503 5.5.1 Bad sequence of commands: there is no recipient"},
	{"command unrecognized", "500 5.5.1 Syntax error, command unrecognized"},
	{"Bad command", "500 5.5.2 Syntax error, command unrecognized"},
	{"command not implemented", "502 5.5.1 Command not implemented"},
	{"Error: bad syntax", "500 5.5.2 Syntax error"},
	{"Domain/address argument required", "501 5.5.2 Syntax error in parameters: EHLO wants a domain or an address literal"},
	{"Unknown MAIL FROM argument", "555 5.5.4 MAIL FROM parameters not recognized or not implemented"},
	{"Unknown RCPT TO argument", "555 5.5.4 RCPT TO parameters not recognized or not implemented"},
	{"Too many errors", "421 4.7.0 Too many errors"}, // and it closes the connection
}

// readable reports whether the argument of EHLO is text that may be logged and
// shown. What it names is not checked: many hosts do not know their name.
func readable(argument []byte) bool {
	return utf8.Valid(argument) && !bytes.ContainsFunc(argument, func(r rune) bool { return !unicode.IsPrint(r) })
}
