package imappoll

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"
)

// smallTalk bounds the reply to a command that asks for little, in bytes: it may
// include many updates of flags and expunges that other clients made.
const smallTalk = 2 << 20

// wire is a connection that bounds how much the server may send, and on which nothing is said once the
// mailbox may be another's. Read deadlines are
// those of the commands (see within): those of the library, which expire before a
// slow line has delivered a large mail, are ignored.
type wire struct {
	net.Conn
	left  atomic.Int64
	lease func() time.Duration  // that is left of the mailbox
	ours  atomic.Pointer[error] // why we went on no longer; nil: it was not we
}

func (w *wire) allow(n int64) { w.left.Store(n) }

func (w *wire) Read(b []byte) (int, error) {
	if w.left.Load() <= 0 {
		return 0, w.end(errTooMuch)
	}
	n, err := w.Conn.Read(b)
	w.left.Add(-int64(n))
	return n, err
}

// end keeps the first reason of ours for going on no longer.
func (w *wire) end(why error) error {
	w.ours.CompareAndSwap(nil, &why)
	return why
}

// errTooMuch is why a connection is read no further.
var errTooMuch = errors.New("the server sends more than was asked for")

// errLost is why nothing is said to a server any more.
var errLost = errors.New("another daemon may fetch the mailbox by now")

func (w *wire) Write(b []byte) (int, error) {
	if w.lease() <= 0 {
		return 0, w.end(errLost)
	}
	return w.Conn.Write(b)
}

func (w *wire) SetReadDeadline(time.Time) error { return nil }

// errSilent is why a connection is closed whose server does not answer.
var errSilent = errors.New("the server does not answer")

// within runs fn. If its commands take longer than d or bring more than n bytes,
// the connection is closed, which ends fn. The library has no such bounds; and where
// its writer finds that the connection is over, its reader may be first to say so, as
// an unexpected EOF. A reason of ours is returned instead.
func within(ctx context.Context, w *wire, d time.Duration, n int64, fn func() error) error {
	w.allow(n)
	ctx, cancel := context.WithTimeoutCause(ctx, d, errSilent)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { w.Conn.Close() })
	err := fn()
	if !stop() {
		return context.Cause(ctx)
	}
	if ours := w.ours.Load(); err != nil && ours != nil {
		return *ours
	}
	return err
}

// dial connects to the server of a mailbox. If TLS is configured, nothing is sent
// without it.
func dial(ctx context.Context, m Mailbox, wake func()) (*session, error) {
	dialer := net.Dialer{Timeout: m.patience}
	plain, err := dialer.DialContext(ctx, "tcp", m.Host)
	if err != nil {
		return nil, err
	}
	s := &session{wire: &wire{Conn: plain, lease: m.left}, patience: m.patience}
	host, _, err := net.SplitHostPort(m.Host)
	if err != nil {
		return nil, errors.Join(err, plain.Close())
	}
	options := &imapclient.Options{
		TLSConfig: &tls.Config{ServerName: host, RootCAs: m.RootCAs, MinVersion: tls.VersionTLS12},
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{
			Mailbox: func(d *imapclient.UnilateralDataMailbox) {
				if d.NumMessages != nil {
					wake()
				}
			},
		},
	}
	err = within(ctx, s.wire, m.patience, smallTalk, func() (err error) {
		s.client, err = hello(ctx, s.wire, m.TLS, options)
		return err
	})
	if err != nil {
		plain.Close()
		return nil, fmt.Errorf("connect to %s: %w", m.Host, err)
	}
	return s, nil
}

// hello waits for the greeting, over TLS if that is configured.
func hello(ctx context.Context, w *wire, protection TLS, options *imapclient.Options) (client *imapclient.Client, err error) {
	switch protection {
	case STARTTLS:
		secure, err := startTLS(ctx, w, options.TLSConfig)
		if err != nil {
			return nil, fmt.Errorf("STARTTLS: %w", err)
		}
		client = imapclient.New(secure, options)
	case Implicit:
		secure := tls.Client(w, options.TLSConfig)
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, fmt.Errorf("TLS: %w", err)
		}
		client = imapclient.New(&guard{Conn: secure}, options)
	default:
		client = imapclient.New(&guard{Conn: w}, options)
	}
	return client, client.WaitGreeting()
}
