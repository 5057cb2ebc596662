package smtpd

import (
	"bufio"
	"bytes"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	maxCommandLine = 4 << 10 // RFC 5321 section 4.5.3.1.4 requires 512, and more for extensions
	maxCommands    = 1000    // without a mail kept: ten times what the recipients of one need
	maxUnknown     = 4       // commands on one connection
)

// command returns the next command line for go-smtp, ended by CRLF or LF. An
// error ends the connection.
//
// QUIRK: a line that the client did not finish is never run; go-smtp runs it
// when the connection ends or times out (conn.go:1334).
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

// check returns the command line if it is for go-smtp, and nil after it has
// been answered here.
func (c *conn) check(line []byte) ([]byte, error) {
	text := bytes.TrimRight(line, "\r\n")
	if !c.greeted && len(text) > 0 && !('A' <= text[0]&^0x20 && text[0]&^0x20 <= 'Z') {
		return nil, errNotSMTP // a TLS handshake, a port scanner
	}
	// QUIRK: go-smtp lets control characters through into addresses (parse.go:221).
	if bytes.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		return c.respond(errControl)
	}
	// QUIRK: go-smtp refuses a command with a blank behind it (parse.go:33), which
	// RFC 5321 section 4.1.1 asks to tolerate.
	if trimmed := bytes.TrimRight(text, " \t"); len(trimmed) < len(text) {
		text = trimmed
		line = append(bytes.Clone(text), "\r\n"...)
	}
	verb, argument, _ := bytes.Cut(text, []byte(" "))
	c.verb = strings.ToUpper(string(verb[:min(len(verb), 16)]))
	switch c.verb {
	case "EHLO", "HELO", "LHLO", "DATA": // the last of a group (RFC 2920 section 3.1)
		if c.in.Buffered() > 0 {
			return nil, errOutOfTurn
		}
	}
	switch c.verb {
	case "EHLO", "HELO", "LHLO":
		if !readable(argument) {
			return c.respond(errControl)
		}
		return line, nil
	case "MAIL", "RCPT", "DATA":
		if !c.greeted {
			return c.respond(errNotGreeted)
		}
		if c.submission() && c.account == "" {
			return c.respond(errAuthRequired)
		}
		return c.completePostmaster(line), nil
	case "RSET", "NOOP", "VRFY", "QUIT":
		return line, nil
	case "STARTTLS":
		return c.checkStartTLS()
	case "AUTH":
		return c.checkAuth(argument)
	case "EXPN", "HELP", "SEND", "SOML", "SAML", "TURN":
		return c.respond(errNotImplemented)
	case "BDAT":
		return nil, errChunking
	case "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "CONNECT", "PRI":
		return nil, errNotSMTP
	}
	if c.unknown++; c.unknown == maxUnknown {
		c.respond(errUnrecognized)
		return nil, errTooManyErrors
	}
	return c.respond(errUnrecognized)
}

// readable reports whether the argument of EHLO is text that may be logged and
// shown. What it names is not checked: many hosts do not know their name.
func readable(argument []byte) bool {
	return utf8.Valid(argument) && !bytes.ContainsFunc(argument, func(r rune) bool { return !unicode.IsPrint(r) })
}
