package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"maildesk/desk/settings"
	"maildesk/ticket"
)

// policy is the Content-Security-Policy of all pages but the body of a mail: no script, no
// frame of others, nothing from elsewhere.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// guarded returns the handler of all requests: it bounds them, sets the headers that each
// answer has, and refuses what comes for another host or from another site.
func (s *Server) guarded(next http.Handler) (http.Handler, error) {
	u, err := url.Parse(s.cfg.URL)
	if err != nil {
		return nil, err
	}
	s.origin = u.Scheme + "://" + u.Host
	sameSite := http.NewCrossOriginProtection()
	if err := sameSite.AddTrustedOrigin(s.origin); err != nil {
		return nil, err
	}
	sameSite.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, &refusal{http.StatusForbidden, "This form was sent from another site."})
	}))
	next = sameSite.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer s.caught(w, r)
		setHeaders(w.Header())
		if !s.isHost(r.Host, u.Host) {
			http.Error(w, "This is not the page of that name.", http.StatusMisdirectedRequest)
			return
		}
		if readForm(w, r) != nil {
			return
		}
		s.inTurn(w, r, next)
	}), nil
}

// inTurn has a request answered when it is its turn.
func (s *Server) inTurn(w http.ResponseWriter, r *http.Request, next http.Handler) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	t := s.begin(ctx, w)
	if t == nil {
		w.Header().Set("Retry-After", "10")
		http.Error(w, "Too many people ask at once. Try again in some seconds.", http.StatusServiceUnavailable)
		return
	}
	defer t.end()
	ctx, cancel = context.WithTimeout(r.Context(), answerTime)
	defer cancel()
	next.ServeHTTP(t, r.WithContext(ctx))
	t.end()
	t.send()
}

func setHeaders(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Cache-Control", "no-store")
}

// isHost reports whether a request is for this page. A name that somebody else let point
// here (DNS rebinding) is not.
func (s *Server) isHost(host, own string) bool {
	if strings.EqualFold(host, own) {
		return true
	}
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = host, ""
	}
	at, tcp := s.ln.Addr().(*net.TCPAddr)
	_, err = netip.ParseAddr(strings.Trim(name, "[]"))
	return (name == "localhost" || err == nil) && (port == "" || tcp && port == strconv.Itoa(at.Port))
}

// caught answers a request whose handler has panicked.
func (s *Server) caught(w http.ResponseWriter, r *http.Request) {
	if p := recover(); p != nil {
		if p == http.ErrAbortHandler {
			panic(p)
		}
		s.fail(w, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
	}
}

// client returns the IP address of who asks: the nearest that no trusted proxy has.
func (s *Server) client(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	ip := at.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		before, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil || !s.trusts(ip) {
			break
		}
		ip = before.Unmap()
	}
	return ip
}

func (s *Server) trusts(ip netip.Addr) bool {
	return slices.ContainsFunc(s.cfg.Trusted, func(n netip.Prefix) bool { return n.Contains(ip) })
}

// page answers an agent's request. What it returns as an error is shown instead.
type page func(w http.ResponseWriter, r *http.Request, agent settings.Agent) error

// forAgents returns the handler of a page that only agents see. Others learn nothing, not
// even whether there is such a page.
func (s *Server) forAgents(p page) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		agent, known := s.agent(r)
		switch {
		case known:
			if err := p(w, r, agent); err != nil {
				s.fail(w, r, err)
			}
		case s.cfg.ProxyHeader != "":
			s.fail(w, r, &refusal{http.StatusForbidden, "The proxy in front of this page does not say which agent you are."})
		case r.URL.Path == "/":
			http.Redirect(w, r, "/login", http.StatusSeeOther)
		default:
			http.Redirect(w, r, "/login?to="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		}
	}
}

// open returns the handler of a page for everybody.
func (s *Server) open(p func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := p(w, r); err != nil {
			s.fail(w, r, err)
		}
	}
}

// agent returns who asks: whom a trusted proxy names, or who has logged in. Whoever is not an agent
// any more is nobody.
func (s *Server) agent(r *http.Request) (settings.Agent, bool) {
	set := s.src.Settings()
	if s.cfg.ProxyHeader != "" {
		named := r.Header.Values(s.cfg.ProxyHeader)
		at, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !s.trusts(at.Addr().Unmap()) || len(named) != 1 {
			return settings.Agent{}, false
		}
		if agent, known := set.AgentNamed(named[0]); known {
			return agent, true
		}
		agent, _, known := agentAt(set, named[0])
		return agent, known
	}
	cookie, err := r.Cookie(s.cookieName(sessionCookie))
	if err != nil {
		return settings.Agent{}, false
	}
	name, known := s.sessions.Agent(cookie.Value, time.Now())
	if !known {
		return settings.Agent{}, false
	}
	return set.AgentNamed(name)
}

// agentAt returns the agent who has an address, and the address as the configuration has it.
func agentAt(set *settings.Settings, address string) (agent settings.Agent, listed string, known bool) {
	for _, a := range set.Agents {
		if i := slices.IndexFunc(a.Mail, func(m string) bool { return settings.SameAddress(m, address) }); i >= 0 {
			return a, a.Mail[i], true
		}
	}
	return settings.Agent{}, "", false
}

// refusal is an error that the reader is to see.
type refusal struct {
	code int
	text string
}

func (e *refusal) Error() string { return e.text }

// errNowhere is the answer to whoever asks for what is not there, or not for them: both
// look the same.
var errNowhere = &refusal{http.StatusNotFound, "There is no such page, or it is not for you."}

// nowhere answers for all pages that are not there.
func (s *Server) nowhere(http.ResponseWriter, *http.Request, settings.Agent) error { return errNowhere }

// fail shows why a page cannot be shown. What is our fault stands in the log.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	wrong, is := errors.AsType[*refusal](err)
	switch {
	case is:
	case errors.Is(err, ticket.ErrNotFound):
		wrong = errNowhere
	case r.Context().Err() != nil:
		wrong = &refusal{http.StatusServiceUnavailable, "This takes too long just now. Try again later."}
	default:
		s.log.ErrorContext(r.Context(), "the page", "path", r.URL.Path, "err", err)
		wrong = &refusal{http.StatusInternalServerError, "This page cannot be shown: something went wrong here, and the log says what."}
	}
	title := map[int]string{http.StatusNotFound: "Not found", http.StatusForbidden: "Not allowed", http.StatusBadRequest: "Not understood", http.StatusTooManyRequests: "Too often"}[wrong.code]
	if title == "" {
		title = "Not now"
	}
	agent, _ := s.agent(r)
	s.render(w, r, wrong.code, "error.html", view{Title: title, Agent: agent, Data: wrong.text})
}
