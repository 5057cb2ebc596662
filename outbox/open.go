package outbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"time"
)

// Options are the settings that are not part of an address.
type Options struct {
	Hostname     string         // for EHLO
	PasswordFile string         // read at each login; used when the address has a user and no password
	RootCAs      *x509.CertPool // that verify the smarthost's certificate; nil: the system's
	// Sign returns a mail with signatures above it, for a smarthost; nil: none are made.
	// A mail that it fails for waits.
	Sign func(raw []byte) ([]byte, error)
	// Dial opens connections; nil: a net.Dialer.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Open returns a function that makes a transport for an address; each sender needs
// its own. Addresses are:
//
//	smtp://HOST[:25]                 STARTTLS where offered, unverified
//	smtp://HOST[:25]?tls=required    verified STARTTLS or nothing
//	smtps://HOST[:465]               verified TLS from the start (RFC 8314)
//	maildir:FOLDER                   nothing is sent, mails are written to FOLDER/new
//
// smtp and smtps take USER:PASSWORD@ before HOST. A password is sent only through
// verified TLS, or to this machine itself. Open does not connect; its error never
// contains the password.
func Open(address string, o Options) (func() Transport, error) {
	if dir, ok := strings.CutPrefix(address, "maildir:"); ok {
		if dir == "" {
			return nil, errors.New(`maildir: needs a folder, as in "maildir:data/outgoing"`)
		}
		return func() Transport { return &maildir{dir: dir, host: address} }, nil
	}
	h, err := parseSmarthost(address)
	if err != nil {
		return nil, err
	}
	h.hostname, h.passwordFile, h.dial, h.sign = o.Hostname, o.PasswordFile, o.Dial, o.Sign
	if h.dial == nil {
		h.dial = (&net.Dialer{Timeout: dialTimeout}).DialContext
	}
	// QUIRK: optional TLS accepts any certificate: it is better than no TLS, and
	// whoever can forge a certificate can also hide STARTTLS (RFC 7435 section 3).
	h.tls = &tls.Config{ServerName: h.name, RootCAs: o.RootCAs, InsecureSkipVerify: !h.verified}
	return func() Transport { return &smtpTransport{smarthost: h} }, nil
}

// smarthost is where and how mails are handed over. It is immutable.
type smarthost struct {
	name         string // host name without port
	addr         string // host:port
	implicit     bool   // TLS from the start
	verified     bool   // TLS with a good certificate, or nothing
	user         string // empty: no AUTH
	password     string
	passwordFile string
	hostname     string
	sign         func([]byte) ([]byte, error) // nil: mails are not signed
	tls          *tls.Config
	dial         func(ctx context.Context, network, addr string) (net.Conn, error)
}

func parseSmarthost(address string) (*smarthost, error) {
	u, err := url.Parse(address)
	if err != nil {
		if inner, ok := errors.AsType[*url.Error](err); ok {
			err = inner.Err // without the address, which contains the password
		}
		return nil, fmt.Errorf("smarthost address: %w", err)
	}
	h := &smarthost{name: u.Hostname(), user: u.User.Username()}
	h.password, _ = u.User.Password()
	port := "25"
	switch u.Scheme {
	case "smtp":
	case "smtps":
		h.implicit, h.verified, port = true, true, "465"
	default:
		return nil, fmt.Errorf("smarthost address: unknown scheme %q: want smtp, smtps or maildir", u.Scheme)
	}
	if h.name == "" || strings.Trim(u.Path, "/") != "" {
		return nil, errors.New("smarthost address: want smtp://[USER[:PASSWORD]@]HOST[:PORT]")
	}
	if u.Port() != "" {
		port = u.Port()
	}
	h.addr = net.JoinHostPort(h.name, port)
	for key, values := range u.Query() {
		if key != "tls" || len(values) != 1 || values[0] != "required" {
			return nil, fmt.Errorf("smarthost address: unknown option %q: only tls=required is known", key+"="+strings.Join(values, ","))
		}
		h.verified = true
	}
	if h.user != "" && !loopback(h.name) {
		h.verified = true
	}
	return h, nil
}

// loopback reports whether a host is this machine itself.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// secret returns the password, read from the file when the address has none.
func (h *smarthost) secret() (string, error) {
	if h.password != "" || h.passwordFile == "" {
		return h.password, nil
	}
	b, err := os.ReadFile(h.passwordFile)
	if err != nil {
		return "", fmt.Errorf("read password: %w", err)
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}

// Times of RFC 5321 section 4.5.3.2, but for the dial.
const (
	dialTimeout    = 30 * time.Second
	commandTimeout = 5 * time.Minute
	blockTimeout   = 3 * time.Minute // one write of the data
	finalDot       = 10 * time.Minute
	quitTimeout    = 3 * time.Second // the reply to QUIT does not matter
	mailsPerDial   = 100             // then a new connection, for load balancers
)
