package smtpd

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// listener accepts for go-smtp only connections that are within the limits.
type listener struct {
	net.Listener
	srv    *Server
	logged time.Time // when something was logged last
	silent int       // what was not logged since then
}

// acceptPause is how long Accept waits after a failure that is not for good.
const acceptPause = 100 * time.Millisecond

// Accept waits for the next connection that may come in. It returns an error only
// when the listener fails for good.
//
// QUIRK: the pauses of go-smtp's own retries double up to a second and never
// become short again (server.go:112).
func (l *listener) Accept() (net.Conn, error) {
	for {
		socket, err := l.Listener.Accept()
		if err != nil {
			if !passing(err) {
				return nil, err
			}
			if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
				l.srv.makeRoom()
			}
			l.log(slog.LevelError, "accept failed", "err", err)
			time.Sleep(acceptPause)
			continue
		}
		client := peer(socket)
		c, err := l.srv.admit(socket, client)
		if err == nil {
			return c, nil
		}
		l.srv.refusedConnections.Add(1)
		l.log(slog.LevelInfo, "connection refused", "client", client.String(), "err", err)
		socket.SetWriteDeadline(time.Now().Add(time.Second))
		socket.Write([]byte(replyLine(err)))
		socket.Close()
	}
}

// passing reports whether Accept may succeed again after an error: the client is
// gone already, or descriptors or memory are short.
func passing(err error) bool {
	for _, e := range []error{syscall.ECONNABORTED, syscall.ECONNRESET, syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// log logs at most once in a second: a flood of connections must not become a
// flood of the log.
func (l *listener) log(level slog.Level, what string, args ...any) {
	if now := time.Now(); now.Sub(l.logged) >= time.Second {
		l.srv.log.Log(context.Background(), level, what, append(args, "more", l.silent)...)
		l.logged, l.silent = now, 0
		return
	}
	l.silent++
}

// admit counts a connection in, or returns why it may not come in. One of a proxy
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

// patience is how long a client may send nothing while others wait for its place.
const patience = 3 * time.Second

// evict ends the connection that has sent nothing for the longest time, so that
// a crowd of slow ones cannot shut everyone else out. It returns false when all
// have sent something within the patience. Called with mu held.
//
// QUIRK: RFC 5321 section 4.5.3.2.7 requires a timeout of 5 minutes. The
// alternative here is to refuse the newcomer.
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

// makeRoom evicts as for a newcomer when there is no descriptor for one.
func (s *Server) makeRoom() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.evict()
}

// interrupt ends a connection with 421 in favour of another.
func (s *Server) interrupt(victim *conn) {
	victim.evicted.Store(true)
	s.evicted.Add(1)
	victim.socket.SetDeadline(time.Unix(1, 0))
}

// forget removes a connection from the counts. Called with mu held.
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

// peer returns the address of the other side, invalid for a Unix socket or a pipe.
func peer(socket net.Conn) netip.Addr {
	if tcp, ok := socket.RemoteAddr().(*net.TCPAddr); ok {
		return clientOf(tcp)
	}
	return netip.Addr{}
}

func clientOf(a *net.TCPAddr) netip.Addr { return a.AddrPort().Addr().Unmap().WithZone("") }

// counted returns the address under which a client's connections are counted,
// invalid when they are not: loopback is a relay of our own. An IPv6 customer has
// a whole /64.
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
