package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"maildesk/desk/settings"
	"maildesk/web/access"
)

// An agent logs in by a link that is mailed to one of their addresses. GET shows a button, and
// only its POST spends the link, so that a mail scanner cannot; and only the browser that
// asked for it can. The answer does not depend on whose address was entered, and the
// mail is made in the background, so that its timing does not either. The throttle of answers goes
// only by the address as typed; the mails to an agent are counted separately.

// The cookies.
const (
	sessionCookie = "maildesk"       // who is logged in
	browserCookie = "maildesk-login" // the browser that asks for a link
)

// cookieName returns the name of a cookie. With its prefix, browsers let neither another host nor
// anybody in clear text set it.
func (s *Server) cookieName(name string) string {
	if s.secure() {
		return "__Host-" + name
	}
	return name
}

func (s *Server) secure() bool { return strings.HasPrefix(s.origin, "https:") }

// setCookie sets a cookie for a time; 0 deletes it.
func (s *Server) setCookie(w http.ResponseWriter, name, value string, life time.Duration) {
	age := int(life / time.Second)
	if age == 0 {
		age = -1
	}
	http.SetCookie(w, &http.Cookie{Name: s.cookieName(name), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteStrictMode})
}

// letter is a link that waits to be mailed.
type letter struct {
	agent   settings.Agent
	address string
	words   settings.LoginMail
}

// askForm shows the form for an address.
func (s *Server) askForm(w http.ResponseWriter, r *http.Request) error {
	if s.cfg.ProxyHeader != "" {
		return errNowhere
	}
	return s.render(w, r, http.StatusOK, "login.html", view{Title: "Log in", Data: map[string]any{"To": pathWithin(r.FormValue("to"))}})
}

// ask mails a link, if the address is an agent's.
func (s *Server) ask(w http.ResponseWriter, r *http.Request) error {
	if s.cfg.ProxyHeader != "" {
		return errNowhere
	}
	address, now, client := strings.TrimSpace(r.PostFormValue("address")), time.Now(), s.client(r)
	if address == "" || len(address) > 320 {
		return &refusal{http.StatusBadRequest, "Write your mail address."}
	}
	agent, listed, known := agentAt(s.src.Settings(), address)
	if !s.throttle.Allow(client, address, now) {
		s.log.WarnContext(r.Context(), "log-in throttled", "client", client.String(), "address", address)
		s.src.Refused(true, client, agent.Name)
		return &refusal{http.StatusTooManyRequests, "Links were asked for too often from here, or for this address. Try again in a quarter of an hour."}
	}
	browser := access.NewSecret()
	s.log.InfoContext(r.Context(), "log-in asked for", "client", client.String(), "address", address, "agent", agent.Name)
	switch {
	case !known:
	case !s.throttle.Mail(client, agent.Name, now):
		s.log.WarnContext(r.Context(), "log-in throttled: no link was mailed", "client", client.String(), "address", address)
		s.src.Refused(true, client, agent.Name)
	default: // it goes where the configuration says: what was typed is only as good as that
		s.write(agent, listed, access.Asked{Agent: agent.Name, Path: pathWithin(r.PostFormValue("to"))}, browser, client.String(), now)
	}
	s.setCookie(w, browserCookie, browser, access.LinkLife)
	return s.render(w, r, http.StatusOK, "sent.html", view{Title: "Look into your mail", Data: map[string]any{"Address": address, "Minutes": int(access.LinkLife / time.Minute)}})
}

// write makes a link and queues it for mailing.
func (s *Server) write(agent settings.Agent, address string, of access.Asked, browser, client string, now time.Time) {
	secret, ok := s.links.Make(of, browser, now)
	if !ok {
		s.log.Error("log-in: too many links are good at once; none was sent", "agent", agent.Name)
		return
	}
	l := letter{agent, address, settings.LoginMail{Link: s.origin + "/login/" + secret, Client: client, Within: access.LinkLife}}
	select {
	case s.letters <- l:
	default:
		s.log.Error("log-in: too many links wait to be mailed; none was sent", "agent", agent.Name)
	}
}

// post mails the queued links, until ctx is done.
func (s *Server) post(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case l := <-s.letters:
			if err := s.src.SendLink(ctx, l.agent, l.address, l.words); err != nil {
				s.log.ErrorContext(ctx, "log-in: the link could not be mailed", "agent", l.agent.Name, "err", err)
			}
		}
	}
}

// linkForm shows the button that spends a link. It does not say whether the link is good.
func (s *Server) linkForm(w http.ResponseWriter, r *http.Request) error {
	return s.render(w, r, http.StatusOK, "link.html", view{Title: "Log in", Data: map[string]any{"Action": "/login/" + url.PathEscape(r.PathValue("secret"))}})
}

// spend logs in.
func (s *Server) spend(w http.ResponseWriter, r *http.Request) error {
	browser := ""
	if cookie, err := r.Cookie(s.cookieName(browserCookie)); err == nil {
		browser = cookie.Value
	}
	of, ok := s.links.Spend(r.PathValue("secret"), browser, time.Now())
	agent, still := s.src.Settings().AgentNamed(of.Agent)
	if !ok || !still { // the filter in packaging/fail2ban reads this line
		s.log.WarnContext(r.Context(), "log-in failed: the link is not good, or not in this browser", "client", s.client(r).String())
		s.src.Refused(false, s.client(r), of.Agent)
		return s.render(w, r, http.StatusForbidden, "spent.html", view{Title: "This link is not good"})
	}
	if err := s.src.Audit(r.Context(), "page log-in", of.Agent); err != nil {
		return err
	}
	s.log.InfoContext(r.Context(), "logged in", "agent", of.Agent, "client", s.client(r).String())
	s.throttle.LoggedIn(s.client(r), time.Now(), append([]string{of.Agent}, agent.Mail...)...)
	s.setCookie(w, browserCookie, "", 0)
	s.setCookie(w, sessionCookie, s.sessions.Open(of.Agent, time.Now()), access.SessionLife)
	http.Redirect(w, r, of.Path, http.StatusSeeOther)
	return nil
}

// logOut ends the session.
func (s *Server) logOut(w http.ResponseWriter, r *http.Request) error {
	if cookie, err := r.Cookie(s.cookieName(sessionCookie)); err == nil {
		if name, known := s.sessions.Agent(cookie.Value, time.Now()); known {
			s.sessions.Close(cookie.Value)
			s.log.InfoContext(r.Context(), "logged out", "agent", name)
			if err := s.src.Audit(r.Context(), "page log-out", name); err != nil {
				return err
			}
		}
	}
	s.setCookie(w, sessionCookie, "", 0)
	http.Redirect(w, r, "/login", http.StatusSeeOther)
	return nil
}

// pathWithin returns to if it is a path of this page, else "/".
func pathWithin(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme+u.Host+u.Opaque != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, `\`) || strings.HasPrefix(to, "/login") {
		return "/"
	}
	return u.RequestURI()
}
