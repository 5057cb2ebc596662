package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/net/netutil"

	"maildesk/desk/settings"
	"maildesk/ticket"
	"maildesk/web/access"
)

// Config is what an admin decides about the page.
type Config struct {
	URL         string         // where browsers find it: "https://desk.example.org"
	TLS         *tls.Config    // nil: a proxy speaks TLS, or nobody does
	ProxyHeader string         // in which a trusted proxy names the agent; empty: agents log in by mail
	Trusted     []netip.Prefix // the proxies
	Public      bool           // published articles are shown to everybody
}

// Problem is one thing that is wrong with the desk.
type Problem struct {
	Name, Text string
	Stop       bool // no mail is taken until it is mended
}

// Sources is what the page reads, and the two things that it does.
type Sources struct {
	View     func(ctx context.Context, fn func(ticket.Reader) error) error
	Settings func() *settings.Settings
	// Now returns the state of the desk, and what is wrong.
	Now func(ctx context.Context) (ticket.Condition, []Problem, error)
	// SendLink mails an agent, at one of their addresses, a link to log in.
	SendLink func(ctx context.Context, agent settings.Agent, address string, words settings.LoginMail) error
	// Refused counts that somebody was not let in, because of too many earlier requests (throttled)
	// or an invalid link; client and, if known, the agent in whose name they asked.
	Refused func(throttled bool, client netip.Addr, agent string)
	// Audit records a security-relevant action; actor is an agent's name.
	Audit func(ctx context.Context, kind, actor string) error
}

// Bounds on the work for browsers.
const (
	maxConnections = 256
	maxRequests    = 16               // that are answered at once
	maxSending     = 16               // files and other long answers that are sent beside them
	maxReading     = 2                // mails that are parsed at once: one can be large
	patience       = 10 * time.Second // until a request that waits for its turn is refused
	answerTime     = 20 * time.Second // for one answer
	stopTime       = 5 * time.Second  // for the answers that are under way when the page stops
)

// Server shows the page on one listener.
type Server struct {
	cfg      Config
	src      Sources
	ln       net.Listener
	log      *slog.Logger
	http     http.Server
	origin   string // of the page
	links    *access.Links
	sessions *access.Sessions
	throttle *access.Throttle
	letters  chan letter   // links that wait to be mailed
	turns    chan struct{} // answers that are made
	sending  chan struct{} // long answers that are sent
	reading  chan struct{}
	now      *cache[asOf, standing]
	figures  *cache[period, *counted]
	known    *cache[asOf, []ticket.Article]
	beside   sync.WaitGroup // work that no request waits for
}

// New returns a server for ln, which it will close. It starts nothing.
func New(ln net.Listener, cfg Config, src Sources, log *slog.Logger) (*Server, error) {
	s := &Server{cfg: cfg, src: src, ln: ln, log: log, links: access.NewLinks(), sessions: access.NewSessions(), throttle: access.NewThrottle(),
		letters: make(chan letter, 32), turns: make(chan struct{}, maxRequests), sending: make(chan struct{}, maxSending), reading: make(chan struct{}, maxReading)}
	s.now = newCache(standingFresh, standingKept, 1, s.stand)
	s.figures = newCache(figuresFresh, figuresKept, maxPeriods, s.count)
	s.known = newCache(articlesFresh, articlesKept, 1, s.readArticles)
	handler, err := s.guarded(s.routes())
	if err != nil {
		return nil, fmt.Errorf("the page: %w", err)
	}
	s.http = http.Server{
		Handler:           handler,
		TLSConfig:         cfg.TLS,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      time.Minute,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	return s, nil
}

// routes returns the pages. All but those named first are for agents.
func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /style.css", s.style)
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /login", s.open(s.askForm))
	mux.HandleFunc("POST /login", s.open(s.ask))
	mux.HandleFunc("GET /login/{secret}", s.open(s.linkForm))
	mux.HandleFunc("POST /login/{secret}", s.open(s.spend))
	mux.HandleFunc("POST /logout", s.open(s.logOut))
	mux.HandleFunc("GET /kb", s.forEverybody(s.kb))
	mux.HandleFunc("GET /kb/{slug}", s.forEverybody(s.kbArticle))
	for path, page := range map[string]page{
		"/{$}":                              s.deskNow,
		"/tickets":                          s.tickets,
		"/ticket/{id}":                      s.ticket,
		"/ticket/{id}/mail/{mail}":          s.mail,
		"/ticket/{id}/mail/{mail}/html":     s.mailHTML,
		"/ticket/{id}/mail/{mail}/file/{n}": s.mailFile,
		"/search":                           s.search,
		"/articles":                         s.articles,
		"/articles/{slug}":                  s.article,
		"/figures":                          s.figuresPage,
		"/figures/{chart}":                  s.figuresChart,
		"/":                                 s.nowhere,
	} {
		mux.HandleFunc("GET "+path, s.forAgents(page))
	}
	return mux
}

// Run serves the page until ctx is done, finishes the current answers, and returns nil.
func (s *Server) Run(ctx context.Context) error {
	ended := make(chan struct{})
	defer s.beside.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop() // where it fails, the work beside it ends as well
	s.beside.Go(func() { s.post(ctx) })
	context.AfterFunc(ctx, func() {
		defer close(ended)
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
		defer cancel()
		if s.http.Shutdown(grace) != nil {
			s.http.Close()
		}
		s.now.wait()
		s.figures.wait()
		s.known.wait()
	})
	ln := netutil.LimitListener(s.ln, maxConnections)
	var err error
	if s.cfg.TLS != nil {
		err = s.http.ServeTLS(ln, "", "")
	} else {
		err = s.http.Serve(ln)
	}
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("the page: %w", err)
	}
	<-ended
	return nil
}
