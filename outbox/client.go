package outbox

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"

	"github.com/emersion/go-sasl"
)

// client speaks SMTP on a connection up to the first mail: greeting, EHLO,
// STARTTLS, AUTH. Neither the standard library's client nor go-smtp's sends EHLO
// exactly once per phase, which some servers insist on, or falls back to HELO only
// where EHLO is unknown; nor can they pipeline commands.
type client struct {
	conn   net.Conn
	text   *textproto.Conn
	offers map[string]string // extensions of the last EHLO: keyword in upper case → parameters
	secure bool              // TLS
}

// newClient reads the greeting and returns the client.
func newClient(conn net.Conn) (*client, error) {
	c := &client{}
	c.on(conn)
	_, _, err := c.text.ReadResponse(220)
	return c, err
}

func (c *client) on(conn net.Conn) {
	_, c.secure = conn.(*tls.Conn)
	c.conn, c.text, c.offers = conn, textproto.NewConn(conn), nil
}

// say sends commands in one write.
func (c *client) say(commands ...string) error {
	for _, command := range commands {
		c.text.W.WriteString(command) // its error comes again from Flush
		c.text.W.WriteString("\r\n")
	}
	return c.text.W.Flush()
}

// ask sends a command and reads the reply, which must have the given code.
func (c *client) ask(code int, command string) (string, error) {
	if err := c.say(command); err != nil {
		return "", err
	}
	_, text, err := c.text.ReadResponse(code)
	return text, err
}

// hello sends EHLO, and HELO where EHLO is unknown (RFC 5321 section 3.2): after a
// temporary refusal HELO would lose the extensions, TLS among them.
func (c *client) hello(name string) error {
	text, err := c.ask(250, "EHLO "+name)
	if reply, ok := errors.AsType[*textproto.Error](err); ok && (reply.Code == 500 || reply.Code == 502) {
		c.offers = map[string]string{}
		_, err = c.ask(250, "HELO "+name)
		return err
	}
	if err != nil {
		return err
	}
	c.offers = map[string]string{}
	_, lines, _ := strings.Cut(text, "\n")
	for line := range strings.Lines(lines) {
		keyword, parameters, _ := strings.Cut(strings.TrimSpace(line), " ")
		c.offers[strings.ToUpper(keyword)] = parameters
	}
	return nil
}

// offered returns the parameters of an extension and whether it is offered.
func (c *client) offered(extension string) (string, bool) {
	parameters, ok := c.offers[extension]
	return parameters, ok
}

// startTLS begins TLS. Plain text received after the reply is discarded, and EHLO
// must be sent again (RFC 3207 sections 4.2 and 6).
func (c *client) startTLS(ctx context.Context, config *tls.Config) error {
	if _, err := c.ask(220, "STARTTLS"); err != nil {
		return err
	}
	secure := tls.Client(c.conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		return err
	}
	c.on(secure)
	return nil
}

// auth logs in (RFC 4954). The caller has checked that the password may be sent.
func (c *client) auth(mechanism sasl.Client) error {
	name, initial, err := mechanism.Start()
	if err != nil {
		return err
	}
	command := "AUTH " + name
	if len(initial) > 0 {
		command += " " + base64.StdEncoding.EncodeToString(initial)
	} else if initial != nil {
		command += " ="
	}
	for {
		if err := c.say(command); err != nil {
			return err
		}
		code, text, err := c.text.ReadResponse(0)
		if err != nil {
			return err
		}
		if code != 334 {
			if code == 235 {
				return nil
			}
			return &textproto.Error{Code: code, Msg: text}
		}
		challenge, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
		var response []byte
		if err == nil {
			response, err = mechanism.Next(challenge)
		}
		if err != nil {
			c.ask(501, "*") // cancels; the connection is closed anyway
			return fmt.Errorf("challenge: %w", err)
		}
		command = base64.StdEncoding.EncodeToString(response)
	}
}
