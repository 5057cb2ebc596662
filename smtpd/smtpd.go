// Package smtpd is the door by which mail comes in: SMTP (RFC 5321) and LMTP
// (RFC 2033). It asks the desk who lives here, reads a mail under limits,
// byte-exact, and says 250 only when the desk has it on stable storage. It
// parses no mail and knows no queue, and it sends nothing.
//
// The dialogue and its grammar are go-smtp's. Everything that concerns the
// connection below it is ours (conn.go, command.go, body.go): limits, timeouts,
// STARTTLS and the end of the data, because go-smtp runs the rest of a stalled
// body as commands, takes a truncated BDAT for a whole mail and goes on in clear
// text after a failed handshake. Every reply code is made in reply.go.
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
	"maildesk/ticket"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"
)

// Desk is the part of the desk that smtpd uses.
type Desk interface {
	// Lives says whether someone answers at a forward-path: nil,
	// *desk.UnknownRecipientError, or a temporary error.
	Lives(ctx context.Context, forwardPath string) error
	// Room says whether a mail of a size, 0: unknown, could be kept now: nil,
	// or a temporary error.
	Room(ctx context.Context, size int64) error
	// Accept keeps a mail. When it gives nil the mail is on stable storage.
	// Only errors that wrap desk.ErrRejected are permanent.
	Accept(ctx context.Context, env ticket.Envelope, raw []byte) (ticket.MailID, error)
}

// Config is what the door allows. Zero fields take the defaults.
type Config struct {
	Hostname string      // in the greeting, and the domain of a bare <postmaster>
	LMTP     bool        // speak LMTP instead of SMTP
	TLS      *tls.Config // for STARTTLS, see [Certificate.Config]; nil: not offered

	MaxMessageBytes int64 // 36 MiB: room for attachments of 25 MiB in base64
	BigMailMemory   int64 // 64 MiB for all mails over 1 MiB that are read at once; others wait, and the slowest gives way
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

// Server takes mail in on one listener.
type Server struct {
	ln     net.Listener
	desk   Desk
	cfg    Config
	log    *slog.Logger
	memory *room // of BigMailMemory
	places *room // of MediumMails

	stopping atomic.Bool // no further command is taken
	forced   atomic.Bool // nor a further byte of a running mail

	kept, loops, refusedMails, refusedRecipients, refusedConnections, evicted atomic.Int64

	mu    sync.Mutex
	conns map[*conn]netip.Addr // with the address under which it is counted
	per   map[netip.Addr]int   // connections per address
	open  sync.WaitGroup
}

// New makes a server for ln, which it will close. It starts nothing.
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

// Run takes mail in until ctx is done. Then it takes no new connection, answers
// further commands with 421, lets running mails finish within the grace time
// and ends the rest with 421. It returns nil then.
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
		s.nudge()
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
	Evicted            int64 // brought nothing, or a mail too slowly, while others waited for its place
	RefusedRecipients  int64
	RefusedMails       int64 // after DATA, for good or for now
	Loops              int64 // of them: gone round (RFC 5321 section 6.3)
	Kept               int64 // mails in custody
}

// Counts gives the numbers of this moment.
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
		Kept:               s.kept.Load(),
	}
}

// library sets go-smtp up: it has no limits on the connection, as [conn] holds them.
func (s *Server) library(ctx context.Context) *smtp.Server {
	lib := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{ctx: ctx, srv: s, lib: c, conn: c.Conn().(*conn)}, nil
	}))
	lib.Domain = s.cfg.Hostname
	lib.LMTP = s.cfg.LMTP
	lib.MaxRecipients = s.cfg.MaxRecipients
	lib.MaxMessageBytes = s.cfg.MaxMessageBytes // of SIZE=, the rest is in body.go
	lib.MaxLineLength = 0                       // command.go
	lib.TLSConfig = s.cfg.TLS                   // so that it is offered; conn.startTLS does it
	lib.EnableSMTPUTF8 = true
	lib.ErrorLog = libraryLog{s.log}
	return lib
}

// stop begins the end: no new connection, no further command.
func (s *Server) stop() {
	s.stopping.Store(true)
	s.ln.Close()
	s.nudge()
}

// nudge wakes every connection that waits for its peer.
func (s *Server) nudge() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		c.socket.SetReadDeadline(time.Unix(1, 0))
	}
}

// libraryLog receives what go-smtp has to say: panics and failures of accept.
type libraryLog struct{ log *slog.Logger }

func (l libraryLog) Printf(format string, v ...any) { l.log.Error(fmt.Sprintf(format, v...)) }
func (l libraryLog) Println(v ...any)               { l.log.Error(fmt.Sprint(v...)) }
