package smtpd

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/emersion/go-smtp"
)

// This file sets go-smtp up and puts right what it answers. What else it lacks is
// put right where the connection is handled: each place is marked QUIRK with the
// place in go-smtp v0.25.1, the newest there is, and has a row in TestGoSMTP,
// which fails once go-smtp has mended the fault (then the counter-measure can go) and
// names a place that has none.

// library returns go-smtp's server. It gets no limits on the connection, since
// [conn] enforces them.
func (s *Server) library(ctx context.Context) *smtp.Server {
	lib := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{ctx: ctx, srv: s, lib: c, conn: c.Conn().(*conn)}, nil
	}))
	lib.Domain = s.cfg.Hostname
	lib.LMTP = s.cfg.LMTP
	lib.MaxRecipients = s.cfg.MaxRecipients
	lib.MaxMessageBytes = s.cfg.MaxMessageBytes // of SIZE=; readBody enforces the rest
	lib.MaxLineLength = 0                       // conn.command enforces that of commands; lines of a mail have none
	lib.EnableSMTPUTF8 = true
	// QUIRK: DSN is not offered. A Dovecot in front sends ORCPT all the same, and
	// without this go-smtp answers 504, which bounces the mail (conn.go:726).
	// [session] refuses the other parameters of DSN.
	lib.EnableDSN = true
	lib.ErrorLog = libraryLog{s.log}
	return lib
}

// greeting returns the reply to EHLO: the name of this host and the extensions
// (RFC 5321 section 4.1.1.1).
//
// QUIRK: it replaces go-smtp's, which offers CHUNKING whatever is configured
// (conn.go:253) and takes a chunk that was cut off for a whole mail (conn.go:1083).
func (c *conn) greeting() string {
	cfg := &c.srv.cfg
	lines := []string{cfg.Hostname, "PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES"}
	if cfg.TLS != nil && !c.secure {
		lines = append(lines, "STARTTLS")
	}
	if c.submission() && c.secure && c.account == "" {
		lines = append(lines, "AUTH PLAIN LOGIN")
	}
	lines = append(lines, "SMTPUTF8", fmt.Sprintf("SIZE %d", cfg.MaxMessageBytes), fmt.Sprintf("LIMITS RCPTMAX=%d", cfg.MaxRecipients))
	last := len(lines) - 1
	return "250-" + strings.Join(lines[:last], "\r\n250-") + "\r\n250 " + lines[last] + "\r\n"
}

// replyTexts are the replies of RFC 5321 section 4.2.2 by the command and
// go-smtp's code.
//
// QUIRK: they replace go-smtp's. Those echo what the client sent (conn.go:447,
// conn.go:791, conn.go:249), answer commands out of order with 502 instead of
// 503 (conn.go:674, conn.go:972) and unknown parameters with 500 instead of 555
// (conn.go:437, conn.go:781). It has no setting for them (issues 97 and 131).
var replyTexts = map[string]string{
	"HELO 250": "250 HOST",
	"MAIL 250": "250 2.1.0 OK",
	"RCPT 250": "250 2.1.5 OK",
	"DATA 354": "354 Start mail input; end with <CRLF>.<CRLF>",
	"RSET 250": "250 2.0.0 OK",
	"NOOP 250": "250 2.0.0 OK",
	"VRFY 252": "252 2.5.0 Cannot VRFY user, but will accept message and attempt delivery",
	"QUIT 221": "221 2.0.0 HOST Service closing transmission channel",

	"RCPT 502": "503 5.5.1 Bad sequence of commands: MAIL comes first",
	"DATA 502": "503 5.5.1 Bad sequence of commands: there is no recipient",
	"MAIL 500": "555 5.5.4 MAIL FROM parameters not recognized or not implemented",
	"RCPT 500": "555 5.5.4 RCPT TO parameters not recognized or not implemented",
}

// translate returns what the client gets in place of one line of a reply of
// go-smtp; "" for nothing.
func (c *conn) translate(line string) string {
	code := line[:min(3, len(line))]
	switch {
	case code == "250" && (c.verb == "EHLO" || c.verb == "LHLO"):
		if strings.HasPrefix(line, "250-") {
			return ""
		}
		return c.greeting()
	case code == "250" && c.verb == "DATA":
		// QUIRK: go-smtp has a fixed text for the mail that was taken
		// (conn.go:1270, issue 131). With LMTP the recipient stands before it.
		return strings.Replace(line, "OK: queued", fmt.Sprintf("kept as %d", c.kept), 1)
	}
	if text, ok := replyTexts[c.verb+" "+code]; ok {
		return strings.ReplaceAll(text, "HOST", c.srv.cfg.Hostname) + "\r\n"
	}
	return line
}

// completePostmaster returns a command line, with this host as the domain of
// the one forward-path that needs none, RCPT TO:<Postmaster> (RFC 5321 section 4.5.1).
//
// QUIRK: go-smtp's grammar has no path without a domain (parse.go:179).
func (c *conn) completePostmaster(line []byte) []byte {
	path, rest, _ := strings.Cut(string(line), ">")
	if !strings.EqualFold(strings.ReplaceAll(path, " ", ""), "RCPTTO:<postmaster") {
		return line
	}
	return []byte(path + "@" + c.srv.cfg.Hostname + ">" + rest)
}

// libraryLog takes what go-smtp logs: panics and broken connections.
type libraryLog struct{ log *slog.Logger }

func (l libraryLog) Printf(format string, v ...any) { l.log.Error(fmt.Sprintf(format, v...)) }
func (l libraryLog) Println(v ...any)               { l.log.Error(fmt.Sprint(v...)) }
