package smtpd

import (
	"bufio"
	"errors"
	"io"
	"math"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"maildesk/ticket"
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
// straight from here. Replies are gathered and sent when there is nothing more
// to read, so that those to pipelined commands share a packet (RFC 2920 section 3.2).
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
	pending  []byte     // what go-smtp reads next
	deadline time.Time  // of the command line or the next bytes of the body
	body     *bodyClock // nil while commands are read
	held     int64      // memory reserved for a big mail

	// progress is when the client last brought something, in nanoseconds since
	// 1970: it connected, or bytes of a mail came, or a mail was kept.
	progress atomic.Int64
	evicted  atomic.Bool // its place was given to another

	received atomic.Int64 // bytes of the mail that is read
	expected atomic.Int64 // its size as declared, else the most it may have

	awaitsTLS bool   // the handshake has not come yet, nor the greeting
	account   string // who has logged in; empty: nobody

	proxied bool          // the PROXY header has not come yet
	secure  bool          // TLS
	greeted bool          // EHLO was accepted since the connection or TLS began
	verb    string        // of the command that runs, in upper case
	kept    ticket.MailID // the last mail taken
	closing bool          // nothing more is read
	closed  bool

	commands int // since the last mail kept
	unknown  int // commands that SMTP does not know
	errors   int // permanent refusals
}

func newConn(s *Server, socket net.Conn, client netip.Addr) *conn {
	c := &conn{Conn: socket, socket: socket, srv: s, client: client, born: time.Now()}
	c.progress.Store(c.born.UnixNano())
	c.awaitsTLS = s.cfg.ImplicitTLS
	c.in = readers.Get().(*bufio.Reader)
	c.in.Reset(wire{c})
	return c
}

// Read reads the next command line for go-smtp. It returns io.EOF at the end of
// the connection.
func (c *conn) Read(p []byte) (int, error) {
	if len(c.pending) == 0 {
		if c.closing || c.closed {
			return 0, io.EOF
		}
		line, err := []byte(nil), error(nil)
		if c.proxied {
			err = c.readProxyHeader()
		}
		if err == nil && c.awaitsTLS {
			err = c.beginTLS()
		}
		if err == nil {
			line, err = c.command()
		}
		if err != nil {
			c.end(err)
			return 0, io.EOF
		}
		c.pending = line
	}
	n := copy(p, c.pending)
	c.pending = c.pending[n:]
	return n, nil
}

// Write takes one line of a reply from go-smtp.
func (c *conn) Write(p []byte) (int, error) {
	line := string(p)
	switch c.verb {
	case "EHLO", "HELO", "LHLO":
		c.greeted = c.greeted || strings.HasPrefix(line, "250")
	}
	c.queue(c.translate(line))
	if len(c.out) > writeBuffer {
		return len(p), c.flush()
	}
	return len(p), nil
}

// respond answers a command in go-smtp's place. It returns nil and nil, for
// [conn.check] to return.
func (c *conn) respond(err error) ([]byte, error) {
	c.queue(replyLine(err))
	return nil, nil
}

// queue adds to the replies that are gathered.
func (c *conn) queue(reply string) {
	c.out = append(c.out, reply...)
	if strings.HasPrefix(reply, "5") {
		c.countRefusal()
	}
}

// countRefusal counts a permanent refusal; too many end the connection.
func (c *conn) countRefusal() {
	if c.errors++; c.errors == c.srv.cfg.MaxErrors {
		c.end(errTooManyErrors)
	}
}

// end answers with err and reads nothing more. A client that went away gets no answer.
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
	case errors.Is(err, errHandshake) || c.awaitsTLS: // nothing in clear text then
		c.out = c.out[:0]
	case errors.Is(err, errNoProxyHeader): // nor to one that is no proxy
		c.out = c.out[:0]
	default:
		c.out = append(c.out, replyLine(err)...)
	}
}

// waitsForUs reports whether the client has sent its mail and waits for the reply.
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

// Close sends the replies that are left and closes the connection.
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

// linger reads what the client still sends, for a moment: closing a socket with
// unread bytes resets it, and the client would never see the last reply.
func (c *conn) linger() {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	c.socket.SetReadDeadline(time.Now().Add(lingerTimeout))
	io.CopyN(io.Discard, c.Conn, lingerBytes)
}

// wire is the reader below a conn's buffer: before it reads it sends the gathered
// replies, and it enforces the deadlines.
type wire struct{ c *conn }

func (w wire) Read(p []byte) (int, error) {
	c := w.c
	if !c.proxied && !c.awaitsTLS { // else the greeting waits for the header
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
		// After the deadline is set: who stops the connection does both in the other order.
		if err := c.mustStop(); err != nil {
			return 0, err
		}
		n, err := c.Conn.Read(p)
		if n > 0 && c.body != nil {
			c.progress.Store(time.Now().UnixNano())
		}
		if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
		if c.mustStop() == nil && !time.Now().Before(c.deadline) {
			return 0, errStalled
		}
	}
}

// mustStop returns an error when the connection must read no further: it was
// evicted, or the server stops. A mail that is being read has the grace time then.
func (c *conn) mustStop() error {
	switch {
	case c.evicted.Load():
		return errEvicted
	case c.srv.forced.Load(), c.body == nil && c.srv.stopping.Load():
		return errStopping
	}
	return nil
}
