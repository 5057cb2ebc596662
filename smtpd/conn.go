package smtpd

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const (
	readBuffer    = 16 << 10
	writeBuffer   = 8 << 10
	writeTimeout  = time.Minute
	lingerTimeout = time.Second
	lingerBytes   = 256 << 10

	evictedTimeout = time.Second // to say so
)

var readers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, readBuffer) }}

// conn stands between go-smtp and the socket. go-smtp reads from it one checked
// command line at a time, and never the mail itself: session.Data takes that
// straight from here. Replies are gathered and leave when there is nothing more
// to read, so that pipelined commands share a packet (RFC 2920 section 3.2).
//
// All methods run in the one goroutine that go-smtp has for the connection;
// others touch only the socket's deadlines.
type conn struct {
	net.Conn // the socket or, after STARTTLS, the TLS connection on it
	socket   net.Conn
	srv      *Server
	client   netip.Addr
	born     time.Time

	in       *bufio.Reader
	out      []byte
	feed     []byte     // what go-smtp reads next
	deadline time.Time  // of the command line or the next bytes of the body
	body     *bodyClock // nil while commands are read
	held     int64      // memory reserved for a big mail

	// progress is when the peer last brought something, in nanoseconds since
	// 1970: it connected, or bytes of a mail came, or a mail was kept.
	progress atomic.Int64
	evicted  atomic.Bool // its place was given to another

	brought  atomic.Int64 // bytes of the mail that is read
	expected atomic.Int64 // by what was promised, or else at most

	proxied  bool   // the PROXY header has not come yet
	secure   bool   // TLS
	greeted  bool   // EHLO came since the connection or TLS began
	greeting bool   // the first line of the answer to EHLO comes next
	verb     string // of the command that runs, in upper case
	muted    bool   // the next reply answers a command that we made
	closing  bool   // nothing more is read
	closed   bool
	commands int // since the last mail kept
	errors   int
}

func newConn(s *Server, socket net.Conn, client netip.Addr) *conn {
	c := &conn{Conn: socket, socket: socket, srv: s, client: client, born: time.Now()}
	c.progress.Store(c.born.UnixNano())
	c.in = readers.Get().(*bufio.Reader)
	c.in.Reset(wire{c})
	return c
}

// Read gives go-smtp the next command line, or io.EOF at the end of the connection.
func (c *conn) Read(p []byte) (int, error) {
	if len(c.feed) == 0 {
		if c.closing || c.closed {
			return 0, io.EOF
		}
		line, err := []byte(nil), error(nil)
		if c.proxied {
			err = c.readProxyHeader()
		}
		if err == nil {
			line, err = c.command()
		}
		if err != nil {
			c.end(err)
			return 0, io.EOF
		}
		c.feed = line
	}
	n := copy(p, c.feed)
	c.feed = c.feed[n:]
	return n, nil
}

// Write takes a reply line of go-smtp. What we do not serve is not offered:
// CHUNKING never (see errChunking), STARTTLS not twice.
func (c *conn) Write(p []byte) (int, error) {
	if c.muted {
		c.muted = false
		return len(p), nil
	}
	if line := string(p); line == "250-CHUNKING\r\n" || c.secure && line == "250-STARTTLS\r\n" {
		return len(p), nil
	}
	start := len(c.out)
	c.out = append(c.out, c.reworded(c.verb, string(p))...)
	if c.out[start] == '5' {
		c.refused()
	}
	if len(c.out) > writeBuffer {
		return len(p), c.flush()
	}
	return len(p), nil
}

// say answers a command in go-smtp's place.
func (c *conn) say(err error) {
	start := len(c.out)
	c.out = appendReply(c.out, err)
	if c.out[start] == '5' {
		c.refused()
	}
}

// refused counts a permanent refusal; too many end the connection.
func (c *conn) refused() {
	if c.errors++; c.errors == c.srv.cfg.MaxErrors {
		c.end(errTooManyErrors)
	}
}

// end answers with err and reads nothing more. A peer that went away needs no answer.
func (c *conn) end(err error) {
	if c.closing {
		return
	}
	c.closing = true
	if err == io.EOF {
		return
	}
	c.srv.log.Info("connection ended", "client", c.client.String(), "err", err)
	switch {
	case errors.Is(err, errHandshake): // nothing in clear text then
	case errors.Is(err, errNoProxyHeader): // nor to one that is no proxy
		c.out = c.out[:0]
	default:
		c.out = appendReply(c.out, err)
	}
}

// waitsForUs reports whether the peer has brought its mail and waits for the answer.
func (c *conn) waitsForUs() bool { return c.progress.Load() == math.MaxInt64 }

func (c *conn) flush() error {
	if len(c.out) == 0 {
		return nil
	}
	timeout := writeTimeout
	if c.evicted.Load() {
		timeout = evictedTimeout
	}
	c.socket.SetWriteDeadline(time.Now().Add(timeout))
	_, err := c.Conn.Write(c.out)
	c.out = c.out[:0]
	return err
}

// Close sends what is left to say and ends the connection.
func (c *conn) Close() error {
	if c.closed {
		return nil
	}
	c.closed = true
	defer c.srv.leave(c)
	err := c.flush()
	if c.closing && err == nil && !c.srv.stopping.Load() && !c.evicted.Load() {
		c.linger()
	}
	c.in.Reset(nil)
	readers.Put(c.in)
	c.in = nil
	return errors.Join(err, c.Conn.Close())
}

// linger reads away what the peer still sends, for a moment: closing a socket
// with unread bytes resets it, and the peer would never see our last reply.
func (c *conn) linger() {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	c.socket.SetReadDeadline(time.Now().Add(lingerTimeout))
	io.CopyN(io.Discard, c.Conn, lingerBytes)
}

// startTLS does what STARTTLS asks for (RFC 3207). What came in clear text
// behind the command is thrown away, and go-smtp's state is reset by a RSET of
// our own; the session insists on a new EHLO.
func (c *conn) startTLS() error {
	c.out = append(c.out, readyForTLS...)
	if err := c.flush(); err != nil {
		return err
	}
	secure := tls.Server(c.socket, c.srv.cfg.TLS)
	c.socket.SetDeadline(time.Now().Add(c.srv.cfg.CommandTimeout))
	if err := c.told(); err != nil {
		return err
	}
	if err := secure.Handshake(); err != nil {
		return fmt.Errorf("%w: %w", errHandshake, err)
	}
	c.Conn, c.secure, c.greeted, c.muted = secure, true, false, true
	c.in.Reset(wire{c})
	return nil
}

// wire is the far end of a conn: reading from it sends the gathered replies and
// holds the deadlines.
type wire struct{ c *conn }

func (w wire) Read(p []byte) (int, error) {
	c := w.c
	if !c.proxied { // else the greeting waits for the header
		if err := c.flush(); err != nil {
			return 0, err
		}
	}
	for {
		if c.body != nil {
			if err := c.body.check(c); err != nil {
				return 0, err
			}
		}
		c.socket.SetReadDeadline(c.deadline)
		// After the deadline is set, as those who tell us change both in the other order.
		if err := c.told(); err != nil {
			return 0, err
		}
		n, err := c.Conn.Read(p)
		if n > 0 && c.body != nil {
			c.progress.Store(time.Now().UnixNano())
		}
		if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
		if c.told() == nil && !time.Now().Before(c.deadline) {
			return 0, errStalled
		}
	}
}

// told says why the connection must read no further, if it must not: it was
// evicted, or the server stops. A running mail has the grace time then.
func (c *conn) told() error {
	switch {
	case c.evicted.Load():
		return errEvicted
	case c.srv.forced.Load(), c.body == nil && c.srv.stopping.Load():
		return errStopping
	}
	return nil
}
