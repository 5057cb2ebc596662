package smtpd

import (
	"crypto/tls"
	"fmt"
	"time"
)

const readyForTLS = "220 2.0.0 Ready to start TLS\r\n"

// checkStartTLS answers STARTTLS (RFC 3207).
//
// QUIRK: go-smtp's own goes on in clear text after a failed handshake
// (conn.go:935), and what is read under its TLS would not pass [conn.check].
func (c *conn) checkStartTLS() ([]byte, error) {
	switch {
	case c.srv.cfg.TLS == nil:
		return c.respond(errNotImplemented)
	case c.secure:
		return c.respond(errTLSTwice)
	}
	return nil, c.startTLS()
}

// startTLS turns the connection to TLS. What came in clear text behind the
// command is thrown away. Of the dialogue so far nothing counts any more, as a
// new EHLO is required, which makes go-smtp forget the mail that was begun.
func (c *conn) startTLS() error {
	c.queue(readyForTLS)
	if err := c.flush(); err != nil {
		return err
	}
	return c.handshake(tls.Server(c.socket, c.srv.cfg.TLS))
}

// handshake goes on under TLS.
func (c *conn) handshake(secure *tls.Conn) error {
	c.socket.SetDeadline(time.Now().Add(c.srv.cfg.CommandTimeout))
	if err := c.mustStop(); err != nil {
		return err
	}
	if err := secure.Handshake(); err != nil {
		return fmt.Errorf("%w: %w", errHandshake, err)
	}
	c.Conn, c.secure, c.greeted = secure, true, false
	c.in.Reset(wire{c})
	return nil
}
