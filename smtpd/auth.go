package smtpd

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"time"
)

// Accounts checks who logs in at a door for submission (RFC 6409).
type Accounts interface {
	// Login returns the account of a user: nil, an error that wraps ErrBadLogin or
	// ErrTooManyLogins, or a fault of ours.
	Login(ctx context.Context, client netip.Addr, user, password string) (account string, err error)
}

// Why a log-in fails.
var (
	ErrBadLogin      = errors.New("wrong user or password")
	ErrTooManyLogins = errors.New("too many failed log-ins")

	errAuthRequired  = errors.New("no log-in")
	errAuthTwice     = errors.New("log-in twice")
	errAuthPlain     = errors.New("log-in in clear text")
	errAuthMechanism = errors.New("unknown mechanism")
	errAuthSyntax    = errors.New("malformed log-in")
	errAuthCancelled = errors.New("log-in cancelled")
)

// loginTimeout is how long the check of a password may take.
const loginTimeout = 30 * time.Second

// maxLoginLine bounds a line of a log-in (RFC 4954 section 4.5.3.1.10 has 12288, for
// mechanisms that are not offered).
const maxLoginLine = 2048

// submission reports whether the door takes mail of our own people only.
func (c *conn) submission() bool { return c.srv.cfg.Accounts != nil }

// checkAuth answers AUTH (RFC 4954), with PLAIN (RFC 4616) and LOGIN, which has no
// standard and many users. Both only under TLS.
//
// QUIRK: go-smtp counts no failures and answers a malformed log-in with a temporary 454
// (conn.go:873). It also reads the lines of a log-in from the connection, whose lines are
// checked here as commands before it gets them.
func (c *conn) checkAuth(argument []byte) ([]byte, error) {
	mechanism, initial, _ := strings.Cut(strings.TrimSpace(string(argument)), " ")
	switch {
	case !c.submission():
		return c.respond(errNotImplemented)
	case !c.greeted:
		return c.respond(errNotGreeted)
	case !c.secure:
		return c.respond(errAuthPlain)
	case c.account != "":
		return c.respond(errAuthTwice)
	}
	var user, password string
	var err error
	switch strings.ToUpper(mechanism) {
	case "PLAIN":
		user, password, err = c.readPlain(strings.TrimSpace(initial))
	case "LOGIN":
		user, password, err = c.readLogin(strings.TrimSpace(initial))
	default:
		err = errAuthMechanism
	}
	if errors.Is(err, errAuthSyntax) || errors.Is(err, errAuthCancelled) || errors.Is(err, errAuthMechanism) {
		return c.respond(err)
	}
	if err != nil {
		return nil, err // the client is gone
	}
	return c.login(user, password)
}

// login checks a password and answers.
func (c *conn) login(user, password string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), loginTimeout)
	defer cancel()
	account, err := c.srv.cfg.Accounts.Login(ctx, c.client, user, password)
	if err != nil {
		c.srv.failedLogins.Add(1)
		if isOurs(err) {
			c.srv.log.Error("login", "client", c.client.String(), "err", err)
		} else { // the filter in packaging/fail2ban reads this line
			c.srv.log.Warn("login failed", "client", c.client.String(), "user", shownUser(user), "err", err)
		}
		return c.respond(err)
	}
	c.srv.log.Info("login", "client", c.client.String(), "account", account)
	c.account = account
	c.queue("235 2.7.0 Authentication successful\r\n")
	return nil, nil
}

// shownUser returns a user as it may be logged.
func shownUser(user string) string {
	const most = 100
	if len(user) > most {
		return user[:most] + "…"
	}
	return user
}

// readPlain reads a log-in by PLAIN. Nobody acts for somebody else: an identity to act
// as must be empty or the user's own.
func (c *conn) readPlain(initial string) (user, password string, err error) {
	answer, err := c.answer(initial, "")
	if err != nil {
		return "", "", err
	}
	parts := bytes.Split(answer, []byte{0})
	if len(parts) != 3 || len(parts[1]) == 0 || len(parts[0]) > 0 && !bytes.Equal(parts[0], parts[1]) {
		return "", "", errAuthSyntax
	}
	return string(parts[1]), string(parts[2]), nil
}

// readLogin reads a log-in by LOGIN.
func (c *conn) readLogin(initial string) (user, password string, err error) {
	name, err := c.answer(initial, "Username:")
	if err != nil {
		return "", "", err
	}
	secret, err := c.answer("", "Password:")
	return string(name), string(secret), err
}

// answer returns what the client answers to a challenge: what it sent with the command,
// or the next line. "=" is an empty one there (RFC 4954 section 4).
func (c *conn) answer(initial, challenge string) ([]byte, error) {
	if initial == "" {
		c.queue("334 " + base64.StdEncoding.EncodeToString([]byte(challenge)) + "\r\n")
		c.deadline = time.Now().Add(c.srv.cfg.CommandTimeout)
		line, err := c.in.ReadSlice('\n')
		if err == nil && len(line) > maxLoginLine {
			err = errLineTooLong
		}
		if err != nil {
			return nil, err
		}
		initial = strings.TrimRight(string(line), "\r\n")
		if initial == "*" {
			return nil, errAuthCancelled
		}
	} else if initial == "=" {
		initial = ""
	}
	answer, err := base64.StdEncoding.DecodeString(initial)
	if err != nil {
		return nil, errAuthSyntax
	}
	return answer, nil
}

// beginTLS makes the connection a TLS one before the greeting (RFC 8314 section 3.3).
func (c *conn) beginTLS() error {
	c.awaitsTLS = false
	early, _ := c.in.Peek(c.in.Buffered()) // behind the header of a proxy
	return c.handshake(tls.Server(&begun{c.socket, io.MultiReader(bytes.NewReader(bytes.Clone(early)), c.socket)}, c.srv.cfg.TLS))
}

// begun is a connection of which some bytes were read already.
type begun struct {
	net.Conn
	r io.Reader
}

func (b *begun) Read(p []byte) (int, error) { return b.r.Read(p) }
