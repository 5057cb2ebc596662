package smtpd

import (
	"bufio"
	"bytes"
	"regexp"
	"time"
)

const (
	maxCommandLine = 4 << 10 // RFC 5321 section 4.5.3.1.4 asks for 512 and more for extensions
	maxCommands    = 1000    // without a mail kept: all that the recipients of one need, ten times
)

// barePostmaster is the one forward-path without a domain (RFC 5321 section 4.5.1).
var barePostmaster = regexp.MustCompile(`(?i)^(RCPT TO: *<postmaster)>`)

// originalRecipient is the parameter ORCPT of a command RCPT (RFC 3461 section
// 4.2), behind a path whose quoted local part may hold anything.
var originalRecipient = regexp.MustCompile(`(?i)^(RCPT TO: *<(?:"(?:[^"\\]|\\.)*"|[^">])*>(?: +\S+)*?) +ORCPT=[^\s]+`)

// command gives the next command line for go-smtp, ended by CRLF. An error ends
// the connection. A line that the peer did not finish is never run.
func (c *conn) command() ([]byte, error) {
	for {
		now := time.Now()
		switch c.commands++; {
		case c.srv.stopping.Load():
			return nil, errStopping
		case now.Sub(c.born) > c.srv.cfg.MaxLife, c.commands > maxCommands:
			return nil, errEnough
		}
		c.deadline = now.Add(c.srv.cfg.CommandTimeout)
		line, err := c.in.ReadSlice('\n')
		if err == bufio.ErrBufferFull || len(line) > maxCommandLine {
			return nil, errLineTooLong
		} else if err != nil {
			return nil, err
		}
		if line, err = c.check(line); err != nil || line != nil {
			return line, err
		}
		if c.closing {
			return nil, errTooManyErrors
		}
	}
}

// check looks at a command line before go-smtp does. It gives nil when the line
// is answered already.
func (c *conn) check(line []byte) ([]byte, error) {
	text := bytes.TrimRight(line, "\r\n")
	if !c.greeted && len(text) > 0 && !('A' <= text[0]&^0x20 && text[0]&^0x20 <= 'Z') {
		return nil, errNotSMTP // a TLS handshake, a port scanner
	}
	if bytes.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		c.say(errControl)
		return nil, nil
	}
	verb, _, _ := bytes.Cut(bytes.ToUpper(text[:min(len(text), 16)]), []byte(" "))
	_, argument, _ := bytes.Cut(text, []byte(" "))
	c.verb, c.greeting = string(verb), false
	switch c.verb {
	case "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "CONNECT", "PRI":
		return nil, errNotSMTP
	case "AUTH": // go-smtp would ask for TLS first
		c.say(errNoAuth)
		return nil, nil
	case "BDAT":
		return nil, errChunking
	case "EHLO", "HELO", "LHLO":
		if c.in.Buffered() > 0 {
			return nil, errOutOfTurn
		}
		if !readable(argument) {
			c.say(errControl)
			return nil, nil
		}
		c.greeted, c.greeting = len(bytes.TrimSpace(argument)) > 0, true
	case "DATA":
		if c.in.Buffered() > 0 {
			return nil, errOutOfTurn
		}
	case "RCPT":
		// QUIRK: go-smtp's grammar has no forward-path without a domain.
		line = barePostmaster.ReplaceAll(line, []byte("${1}@"+c.srv.cfg.Hostname+">"))
		// QUIRK: Dovecot as a proxy says ORCPT wherever an address is written otherwise than
		// its account, though DSN is not offered; go-smtp's 504 would bounce such mails.
		return originalRecipient.ReplaceAll(line, []byte("$1")), nil
	}
	if bytes.HasPrefix(verb, []byte("STARTTLS")) { // as go-smtp recognises it
		return c.checkStartTLS()
	}
	return line, nil
}

func (c *conn) checkStartTLS() ([]byte, error) {
	switch {
	case c.srv.cfg.TLS == nil:
		c.say(errNoTLS)
		return nil, nil
	case c.secure:
		c.say(errTLSTwice)
		return nil, nil
	}
	return []byte("RSET\r\n"), c.startTLS()
}
