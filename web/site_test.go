package web

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"maildesk/desk"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/store"
	"maildesk/templates"
	"maildesk/threading"
	"maildesk/ticket"
)

// site is a page on a real desk and store.
type site struct {
	*desk.Desk
	db      *store.DB
	web     *Server
	url     string
	audit   []string
	refused []string
	log     *strings.Builder
}

// exampleIT is the desk of the tests: alice works in first-line, carol in the private queue.
func exampleIT(t testing.TB) *settings.Settings {
	t.Helper()
	words, err := templates.New("")
	if err != nil {
		t.Fatal(err)
	}
	s := &settings.Settings{
		Name: "Example IT", Hostname: "desk.example.org", Language: "en", Grace: 14 * 24 * time.Hour, Words: words, FigureWords: words, LoginWords: words,
		Addresses: []settings.Address{{Mail: "support@example.org"}, {Mail: "hr@example.org", Queue: "hr"}},
		Agents: []settings.Agent{
			{Name: "alice", Display: "Alice Adams", Mail: []string{"alice@example.org", "a.adams@example.org"}},
			{Name: "carol", Display: "Carol Clark", Mail: []string{"carol@example.org"}, Languages: []string{"de"}},
		},
		Routing: routing.Desk{
			Fallback: "first-line",
			Queues: []routing.Queue{
				{Name: "first-line", Level: 1, Agents: []string{"alice"}},
				{Name: "hr", Level: 1, Agents: []string{"carol"}, Private: true},
				{Name: "network", Level: 2, Agents: []string{"alice"}},
			},
			Categories: []routing.Category{{Name: "network", Kind: "incident", Priority: "high", Path: []string{"first-line", "network"}}},
			Rules:      []routing.Rule{{Name: "HR", When: `subject contains "Salary"`, Queue: "hr"}, {Name: "VPN", When: `subject contains "VPN"`, Category: "network"}},
		},
	}
	if s.Rules, err = routing.Compile(s.Routing); err != nil {
		t.Fatal(err)
	}
	return s
}

// open returns a site that is up until the test ends. change may alter its configuration.
func open(t testing.TB, change ...func(*Config)) *site {
	t.Helper()
	return openOn(t, t.TempDir(), change...)
}

func openOn(t testing.TB, folder string, change ...func(*Config)) *site {
	t.Helper()
	db, err := store.Open(t.Context(), folder, store.Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := threading.NewKeyring(threading.GenerateKeys())
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &site{db: db, url: "http://" + ln.Addr().String(), log: &strings.Builder{}}
	s.Desk = desk.New(db, keys, exampleIT(t), slog.New(slog.DiscardHandler))
	cfg := Config{URL: s.url}
	for _, c := range change {
		c(&cfg)
	}
	s.web, err = New(ln, cfg, Sources{
		View: s.View, Settings: s.Settings, SendLink: s.SendLogin,
		Now: func(ctx context.Context) (c ticket.Condition, all []Problem, err error) {
			err = s.View(ctx, func(r ticket.Reader) (err error) { c, err = r.Condition(time.Now()); return err })
			return c, all, err
		},
		Refused: func(throttled bool, client netip.Addr, agent string) {
			s.refused = append(s.refused, fmt.Sprintf("%s: throttled %t by %s", agent, throttled, client))
		},
		Audit: func(ctx context.Context, kind, actor string) error {
			s.audit = append(s.audit, actor+": "+kind)
			return db.AddAudit(ctx, ticket.Audit{At: time.Now(), Kind: kind, Actor: actor})
		},
	}, slog.New(slog.NewTextHandler(s.log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- s.web.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Run = %v, want nil when stopped", err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// take brings a mail to its ticket.
func (s *site) take(t testing.TB, to, raw string) ticket.Mail {
	t.Helper()
	raw = strings.Replace(raw, "To: support@example.org", "To: "+to, 1)
	id, err := s.Accept(t.Context(), ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: "ana@example.net", ForwardPaths: []string{to}}, []byte(strings.ReplaceAll(raw, "\n", "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.HandleNext(t.Context()); err != nil {
		t.Fatal(err)
	}
	var m ticket.Mail
	if err := s.View(t.Context(), func(r ticket.Reader) (err error) { m, err = r.Mail(id); return err }); err != nil {
		t.Fatal(err)
	}
	return m
}

// plain is a mail of Ana's.
func plain(subject, text string) string {
	return fmt.Sprintf("From: Ana Berg <ana@example.net>\nTo: support@example.org\nSubject: %s\nMessage-ID: <%x@example.net>\nDate: Tue, 24 Nov 2026 10:00:00 +0000\n\n%s\n", subject, subject+text, text)
}

// browser asks as a browser does, with cookies, and follows no redirection.
type browser struct {
	t testing.TB
	s *site
	http.Client
}

func (s *site) browser(t testing.TB) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, s, http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// loggedIn returns a browser of an agent, whose session is simply opened.
func (s *site) loggedIn(t testing.TB, agent string) *browser {
	b := s.browser(t)
	at, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	b.Jar.SetCookies(at, []*http.Cookie{{Name: s.web.cookieName(sessionCookie), Value: s.web.sessions.Open(agent, time.Now()), Path: "/"}})
	return b
}

// answer is what the page answered.
type answer struct {
	*http.Response
	body string
}

func (b *browser) do(r *http.Request) answer {
	b.t.Helper()
	resp, err := b.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{resp, string(body)}
}

func (b *browser) get(path string) answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.s.url+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(r)
}

// shows returns a page that must be shown.
func (b *browser) shows(path string) string {
	b.t.Helper()
	a := b.get(path)
	if a.StatusCode != http.StatusOK {
		b.t.Fatalf("GET %s = %d, want 200:\n%s", path, a.StatusCode, a.body)
	}
	return a.body
}

func (b *browser) post(path string, form url.Values, header ...string) answer {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.s.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return b.do(r)
}

// link waits for the next mail with a link, and returns it and the path of the link.
func (s *site) link(t testing.TB, seen int) (*mailparse.Message, string) {
	t.Helper()
	for t.Context().Err() == nil {
		var raw []byte
		err := s.View(t.Context(), func(r ticket.Reader) error {
			all, err := r.OutboxWith(0, "login")
			if err != nil || len(all) <= seen {
				return err
			}
			m, err := r.OutboxMail(all[seen].ID)
			raw = m.Bytes
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if raw != nil {
			msg := mailparse.Parse(raw, mailparse.Envelope{})
			return msg, regexp.MustCompile(`/login/[A-Z0-9]+`).FindString(msg.Text)
		}
		<-s.Posted
	}
	t.Fatal("no link was mailed")
	return nil, ""
}

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
