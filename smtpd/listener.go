package smtpd

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// listener gives go-smtp only connections that are within the limits.
type listener struct {
	net.Listener
	srv    *Server
	logged time.Time // when a refusal was logged last
	silent int       // refusals since then
}

// Accept waits for the next connection that may come in.
func (l *listener) Accept() (net.Conn, error) {
	for {
		socket, err := l.Listener.Accept()
		if err != nil {
			if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
				l.srv.makeRoom()
			}
			return nil, err // the library tries again, after a pause that grows to a second
		}
		client := peer(socket)
		c, err := l.srv.admit(socket, client)
		if err == nil {
			return c, nil
		}
		l.refused(client, err)
		socket.SetWriteDeadline(time.Now().Add(time.Second))
		socket.Write(appendReply(nil, err))
		socket.Close()
	}
}

// refused counts and logs a refusal, at most one in a second: a flood of
// connections must not become a flood of the log.
func (l *listener) refused(client netip.Addr, err error) {
	l.srv.refusedConnections.Add(1)
	if now := time.Now(); now.Sub(l.logged) >= time.Second {
		l.srv.log.Info("connection refused", "client", client.String(), "more", l.silent, "err", err)
		l.logged, l.silent = now, 0
		return
	}
	l.silent++
}

// admit counts a connection in, or says why it may not come in. One of a proxy
// is counted under its client's address as soon as that is known.
func (s *Server) admit(socket net.Conn, client netip.Addr) (*conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	proxied := slices.ContainsFunc(s.cfg.Proxies, func(n netip.Prefix) bool { return n.Contains(client) })
	key := netip.Addr{}
	if !proxied {
		key = counted(client)
	}
	switch {
	case s.stopping.Load():
		return nil, errStopping
	case key.IsValid() && s.per[key] >= s.cfg.MaxPerAddress:
		return nil, errTooManyFromThere
	case len(s.conns) >= s.cfg.MaxConnections && !s.evict():
		return nil, errTooManyConnections
	}
	c := newConn(s, socket, client)
	c.proxied = proxied
	s.conns[c] = key
	s.open.Add(1)
	if key.IsValid() {
		s.per[key]++
	}
	return c, nil
}

// patience is how long a peer may bring nothing when others wait for its place.
const patience = 3 * time.Second

// evict gives up the connection that has brought nothing for the longest time,
// so that a crowd of slow ones cannot shut everyone else out. It gives false
// when all have brought something a moment ago. Called with mu held.
//
// QUIRK: RFC 5321 section 4.5.3.2.7 wants 5 minutes of patience. Here it is
// that or to refuse the newcomer.
func (s *Server) evict() bool {
	var victim *conn
	for c := range s.conns {
		if victim == nil || c.progress.Load() < victim.progress.Load() {
			victim = c
		}
	}
	if victim == nil || time.Since(time.Unix(0, victim.progress.Load())) < patience {
		return false
	}
	s.forget(victim)
	s.interrupt(victim)
	return true
}

// makeRoom evicts as for a newcomer, when there is no descriptor for one.
func (s *Server) makeRoom() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.evict()
}

// interrupt ends a connection in favour of another: it is told 421.
func (s *Server) interrupt(victim *conn) {
	victim.evicted.Store(true)
	s.evicted.Add(1)
	victim.socket.SetDeadline(time.Unix(1, 0))
}

// forget takes a connection out of the counts. Called with mu held.
func (s *Server) forget(c *conn) {
	key, ok := s.conns[c]
	if !ok {
		return // evicted before
	}
	delete(s.conns, c)
	if key.IsValid() {
		if s.per[key]--; s.per[key] == 0 {
			delete(s.per, key)
		}
	}
}

// leave counts a connection out.
func (s *Server) leave(c *conn) {
	s.mu.Lock()
	s.forget(c)
	s.mu.Unlock()
	s.open.Done()
}

// peer gives the address of the other side, invalid for a Unix socket or a pipe.
func peer(socket net.Conn) netip.Addr {
	if tcp, ok := socket.RemoteAddr().(*net.TCPAddr); ok {
		return clientOf(tcp)
	}
	return netip.Addr{}
}

func clientOf(a *net.TCPAddr) netip.Addr { return a.AddrPort().Addr().Unmap().WithZone("") }

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
