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

// policy is the Content-Security-Policy of all pages but the body of a mail: no scripts, no
// framing by others, nothing from elsewhere.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// guarded returns the handler of all requests: it bounds them, sets the headers that every
// answer has, and refuses requests for another host or from another site.
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

// inTurn answers a request when its turn comes.
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

// isHost reports whether a request is for this page. A name that somebody else points
// here (DNS rebinding) is not ours.
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

// client returns the IP address of the client: the nearest one that is not a trusted proxy.
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

// page answers an agent's request. An error that it returns is shown instead.
type page func(w http.ResponseWriter, r *http.Request, agent settings.Agent) error

// forAgents returns the handler of a page that only agents see. Others do not even learn
// whether the page exists.
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

// agent returns the agent who makes a request: whom a trusted proxy names, or who has logged in.
// A former agent is nobody.
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

// refusal is an error that is shown to the reader.
type refusal struct {
	code int
	text string
}

func (e *refusal) Error() string { return e.text }

// errNowhere is the answer for what does not exist, or may not be seen: both
// look the same.
var errNowhere = &refusal{http.StatusNotFound, "There is no such page, or it is not for you."}

// nowhere answers for all pages that do not exist.
func (s *Server) nowhere(http.ResponseWriter, *http.Request, settings.Agent) error { return errNowhere }

// fail shows why a page cannot be shown. What is our own fault is logged.
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
