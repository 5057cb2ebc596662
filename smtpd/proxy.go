package smtpd

import (
	"fmt"
	"net"
	"time"

	proxyproto "github.com/pires/go-proxyproto"
)

// proxyTimeout is how long a proxy may take to say for whom it connects.
const proxyTimeout = 10 * time.Second

const maxProxyLine = 107 // of version 1, with its end

// readProxyHeader learns from a trusted proxy who the client is (PROXY protocol,
// version 1 or 2) and counts the connection under the client's address. A proxy
// that speaks for itself (LOCAL, UNKNOWN) stays the client.
func (c *conn) readProxyHeader() error {
	c.deadline = time.Now().Add(proxyTimeout)
	err := c.awaitLine(maxProxyLine)
	header := (*proxyproto.Header)(nil)
	if err == nil {
		header, err = proxyproto.Read(c.in)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errNoProxyHeader, err)
	}
	c.proxied = false
	if source, ok := header.SourceAddr.(*net.TCPAddr); ok && !header.Command.IsLocal() {
		c.client = clientOf(source)
	}
	return c.srv.admitClient(c)
}

// awaitLine waits until a line, or most bytes of one, can be read at once:
// go-proxyproto gives up on a version 1 header that comes in pieces.
func (c *conn) awaitLine(most int) error {
	for n := 1; ; n++ {
		begin, err := c.in.Peek(n)
		if err != nil || n == most || begin[n-1] == '\n' {
			return err
		}
	}
}

// admitClient counts a connection under the address of its client.
func (s *Server) admitClient(c *conn) error {
	key := counted(c.client)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.conns[c]; !ok || !key.IsValid() {
		return nil // evicted, or not counted
	}
	if s.per[key] >= s.cfg.MaxPerAddress {
		s.refusedConnections.Add(1)
		return errTooManyFromThere
	}
	s.conns[c] = key
	s.per[key]++
	return nil
}
