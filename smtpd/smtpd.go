// Package smtpd receives mail by SMTP (RFC 5321) and LMTP (RFC 2033). It asks the
// desk which recipients exist, reads each mail byte for byte and under limits,
// and replies 250 only when the desk has it on stable storage. It parses no mail,
// knows no queue and sends nothing.
//
// The dialogue is go-smtp's: the state of a session, the grammar of its commands,
// addresses and parameters. Below it a wrapper of the connection ([conn]) reads
// command lines and mails, under limits of its own (listener.go, conn.go,
// command.go, body.go, starttls.go). Shortcomings of go-smtp are worked around there, and those of
// its replies in gosmtp.go; each place says QUIRK and names the fault. All
// reply codes of our own are in reply.go.
//
// The entry point is [New]; [Server.Run] does the work.
package smtpd

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"maildesk/ticket"
)

// Desk is the part of the desk that smtpd uses.
type Desk interface {
	// CheckRecipient returns nil if a forward-path is a recipient, *desk.UnknownRecipientError
	// if it is none, or a temporary error.
	CheckRecipient(ctx context.Context, forwardPath string) error
	// Room returns nil if a mail of a size in bytes, 0: unknown, could be kept now,
	// or a temporary error.
	Room(ctx context.Context, size int64) error
	// Accept keeps a mail. When it returns nil the mail is on stable storage.
	// Only errors that wrap ticket.ErrRejected are permanent.
	Accept(ctx context.Context, env ticket.Envelope, raw []byte) (ticket.MailID, error)
}

// Config holds the limits of a server. Zero fields take the defaults.
type Config struct {
	Hostname string      // in the greeting, and the domain of a bare <postmaster>
	LMTP     bool        // speak LMTP instead of SMTP
	TLS      *tls.Config // for STARTTLS, see [Certificate.Config]; nil: not offered

	Accounts    Accounts // who logs in before they send anything; nil: nobody can
	ImplicitTLS bool     // TLS begins with the connection (RFC 8314 section 3.3)

	MaxMessageBytes int64 // 36 MiB: room for attachments of 25 MiB in base64
	BigMailMemory   int64 // 64 MiB for all mails over 1 MiB that are read at once; others wait, and the slowest is evicted
	MediumMails     int   // 64 of 64 KiB to 1 MiB that are read at once; likewise
	MaxRecipients   int   // 100 for one mail (RFC 5321 section 4.5.3.1.8)
	MaxConnections  int   // 200 in all
	MaxPerAddress   int   // 20 from one address (IPv6: one /64); loopback has no own limit
	MaxErrors       int   // 20 permanent refusals, then the connection ends

	// Proxies are the networks from which every connection begins with a PROXY
	// header that names the client. From elsewhere none is understood.
	Proxies []netip.Prefix

	CommandTimeout time.Duration // 5 min for one command line (RFC 5321 section 4.5.3.2.7)
	DataTimeout    time.Duration // 3 min without a byte of the mail (RFC 5321 section 4.5.3.2.5)
	MinDataRate    int           // 50 bytes a second, measured over each DataTimeout
	MaxDataTime    time.Duration // 1 h for one mail
	MaxLife        time.Duration // 1 h, after which a connection takes no further command
	Grace          time.Duration // 10 s to finish a running mail when stopped
}

func (c Config) withDefaults() Config {
	c.Hostname = cmp.Or(c.Hostname, "localhost")
	c.MaxMessageBytes = cmp.Or(c.MaxMessageBytes, 36<<20)
	c.BigMailMemory = max(cmp.Or(c.BigMailMemory, 64<<20), c.MaxMessageBytes)
	c.MediumMails = cmp.Or(c.MediumMails, 64)
	c.MaxRecipients = cmp.Or(c.MaxRecipients, 100)
	c.MaxConnections = cmp.Or(c.MaxConnections, 200)
	c.MaxPerAddress = cmp.Or(c.MaxPerAddress, 20)
	c.MaxErrors = cmp.Or(c.MaxErrors, 20)
	c.CommandTimeout = cmp.Or(c.CommandTimeout, 5*time.Minute)
	c.DataTimeout = cmp.Or(c.DataTimeout, 3*time.Minute)
	c.MinDataRate = cmp.Or(c.MinDataRate, 50)
	c.MaxDataTime = cmp.Or(c.MaxDataTime, time.Hour)
	c.MaxLife = cmp.Or(c.MaxLife, time.Hour)
	c.Grace = cmp.Or(c.Grace, 10*time.Second)
	return c
}

// Server receives mail on one listener.
type Server struct {
	ln     net.Listener
	desk   Desk
	cfg    Config
	log    *slog.Logger
	memory *room // of BigMailMemory
	places *room // of MediumMails

	stopping atomic.Bool // no further command is taken
	forced   atomic.Bool // nor a further byte of a running mail

	kept, loops, refusedMails, refusedRecipients, refusedConnections, evicted, failedLogins atomic.Int64

	mu    sync.Mutex
	conns map[*conn]netip.Addr // with the address under which it is counted
	per   map[netip.Addr]int   // connections per address
	open  sync.WaitGroup
}

// New returns a server for ln, which [Server.Run] closes. It starts nothing.
func New(ln net.Listener, d Desk, cfg Config, log *slog.Logger) *Server {
	cfg = cfg.withDefaults()
	s := &Server{
		ln: ln, desk: d, cfg: cfg, log: log,
		conns: map[*conn]netip.Addr{},
		per:   map[netip.Addr]int{},
	}
	s.memory = newRoom(cfg.BigMailMemory, s.interrupt)
	s.places = newRoom(int64(cfg.MediumMails), s.interrupt)
	return s
}

// Run receives mail until ctx is done. Then it accepts no new connection, answers
// further commands with 421, lets the mails that are being sent finish within the
// grace time, ends the rest with 421 and returns nil. It returns an error when the
// listener fails.
//
// QUIRK: go-smtp's Shutdown waits for idle clients too, and its Close does nothing
// after that (server.go:264, server.go:293), so neither is called.
func (s *Server) Run(ctx context.Context) error {
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	end := context.AfterFunc(ctx, s.stop)
	defer end()

	err := s.library(base).Serve(&listener{Listener: s.ln, srv: s})
	s.stop()
	gone := make(chan struct{})
	go func() {
		s.open.Wait()
		close(gone)
	}()
	select {
	case <-gone:
	case <-time.After(s.cfg.Grace):
		s.forced.Store(true)
		s.wake()
		cancel()
		<-gone
	}
	if ctx.Err() == nil || !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("accept connections: %w", err)
	}
	return nil
}

// Counts is what a server has seen since it was made.
type Counts struct {
	Connections        int   // open now
	RefusedConnections int64 // over a limit
	Evicted            int64 // sent nothing, or a mail too slowly, while others waited for the place
	RefusedRecipients  int64
	RefusedMails       int64 // after DATA, for good or for now
	Loops              int64 // of them: with too many Received fields (RFC 5321 section 6.3)
	FailedLogins       int64
	Kept               int64 // mails handed over to the desk
}

// Counts returns the numbers of this moment.
func (s *Server) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Counts{
		Connections:        len(s.conns),
		RefusedConnections: s.refusedConnections.Load(),
		Evicted:            s.evicted.Load(),
		Loops:              s.loops.Load(),
		RefusedRecipients:  s.refusedRecipients.Load(),
		RefusedMails:       s.refusedMails.Load(),
		FailedLogins:       s.failedLogins.Load(),
		Kept:               s.kept.Load(),
	}
}

// stop begins the end: no new connection and no further command.
func (s *Server) stop() {
	s.stopping.Store(true)
	s.ln.Close()
	s.wake()
}

// wake ends every read of a connection that waits for its client.
func (s *Server) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		c.socket.SetReadDeadline(time.Unix(1, 0))
	}
}
