package health

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// scrapeTime bounds how long one request may read from the store.
const scrapeTime = 5 * time.Second

// Server serves HTTP on one listener.
type Server struct {
	*Observer
	ln   net.Listener
	log  *slog.Logger
	http http.Server
}

// Serve returns a server for ln, which it will close. It starts nothing, and may be
// called only once for the same metrics.
func Serve(ln net.Listener, m *Metrics, o *Observer, log *slog.Logger) (*Server, error) {
	s := &Server{Observer: o, ln: ln, log: log}
	if err := m.registry.Register(s); err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintln(w, "alive")
	})
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}))
	s.http = http.Server{
		Handler:           mux,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    8 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	return s, nil
}

// Run serves until ctx is done, and then returns nil. It does not wait for running
// requests, as monitoring asks again.
func (s *Server) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { s.http.Close() })
	defer stop()
	if err := s.http.Serve(s.ln); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("health: %w", err)
	}
	return nil
}

// Readiness is the body of /readyz.
type Readiness struct {
	Status  string   `json:"status"` // ready; degraded: something is wrong; stopped: no new mail is accepted
	Reasons []Reason `json:"reasons"`
}

// ready answers 200 while new mail is accepted, degraded or not, and 503 otherwise.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), scrapeTime)
	defer cancel()
	answer := Readiness{Status: "ready", Reasons: []Reason{}}
	code := http.StatusOK
	for _, reason := range s.reasons(s.condition(ctx)) {
		answer.Reasons = append(answer.Reasons, reason)
		if reason.Stop {
			code = http.StatusServiceUnavailable
		}
	}
	switch {
	case code != http.StatusOK:
		answer.Status = "stopped"
	case len(answer.Reasons) > 0:
		answer.Status = "degraded"
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(answer); err != nil {
		s.log.DebugContext(ctx, "health: answer", "err", err) // the peer went away
	}
}
