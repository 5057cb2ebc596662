package smtpd

import (
	"net"
	"net/netip"
	"time"
)

// listener gives go-smtp only connections that are within the limits.
type listener struct {
	net.Listener
	srv *Server
}

// Accept waits for the next connection that may come in.
func (l listener) Accept() (net.Conn, error) {
	for {
		socket, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		client := peer(socket)
		c, err := l.srv.admit(socket, client)
		if err == nil {
			return c, nil
		}
		l.srv.refusedConnections.Add(1)
		l.srv.log.Info("connection refused", "client", client.String(), "err", err)
		socket.SetWriteDeadline(time.Now().Add(time.Second))
		socket.Write(appendReply(nil, err))
		socket.Close()
	}
}

// admit counts a connection in, or says why it may not come in.
func (s *Server) admit(socket net.Conn, client netip.Addr) (*conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := counted(client)
	switch {
	case s.stopping.Load():
		return nil, errStopping
	case len(s.conns) >= s.cfg.MaxConnections:
		return nil, errTooManyConnections
	case key.IsValid() && s.per[key] >= s.cfg.MaxPerAddress:
		return nil, errTooManyFromThere
	}
	c := newConn(s, socket, client)
	s.conns[c] = struct{}{}
	if key.IsValid() {
		s.per[key]++
	}
	s.open.Add(1)
	return c, nil
}

// leave counts a connection out.
func (s *Server) leave(c *conn) {
	s.mu.Lock()
	delete(s.conns, c)
	if key := counted(c.client); key.IsValid() {
		if s.per[key]--; s.per[key] == 0 {
			delete(s.per, key)
		}
	}
	s.mu.Unlock()
	s.open.Done()
}

// peer gives the address of the other side, invalid for a Unix socket or a pipe.
func peer(socket net.Conn) netip.Addr {
	if tcp, ok := socket.RemoteAddr().(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap().WithZone("")
	}
	return netip.Addr{}
}

// counted gives the address under which a client's connections are counted,
// invalid when they are not: loopback is a relay of our own. One IPv6 customer
// commands a whole /64.
func counted(client netip.Addr) netip.Addr {
	switch {
	case !client.IsValid() || client.IsLoopback():
		return netip.Addr{}
	case client.Is6():
		p, _ := client.Prefix(64)
		return p.Addr()
	}
	return client
}
