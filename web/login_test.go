package web

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"maildesk/ticket"
)

func ask(address string) url.Values {
	return url.Values{"address": {address}, "to": {"/tickets?late=1"}}
}

// An agent asks for a link, opens it in the same browser, presses the button, is shown what
// they wanted, and logs out.
func TestLogIn(t *testing.T) {
	s := open(t)
	b := s.browser(t)
	if a := b.get("/tickets?late=1"); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/login?to=%2Ftickets%3Flate%3D1" {
		t.Fatalf("nobody is shown %d %s, want the form", a.StatusCode, a.Header.Get("Location"))
	}
	if page := b.shows("/login?to=%2Ftickets%3Flate%3D1"); !strings.Contains(page, `name="to" value="/tickets?late=1"`) {
		t.Errorf("the form forgets what was wanted:\n%s", page)
	}
	b.post("/login", ask(" A.Adams@example.org "))
	mail, path := s.link(t, 0)
	if to := mail.To[0].Address; to != "a.adams@example.org" || mail.From.Address != "support@example.org" || mail.Header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("the mail is from %s to %s, Auto-Submitted %q", mail.From.Address, to, mail.Header.Get("Auto-Submitted"))
	}
	for range 3 { // a scanner of mails looks at the link, and so does the agent
		if page := b.shows(path); !strings.Contains(page, "Log in now") {
			t.Fatalf("the link shows no button:\n%s", page)
		}
	}
	for _, other := range []*browser{s.browser(t), func() *browser { x := s.browser(t); x.post("/login", ask("nobody@example.net")); return x }()} {
		if a := other.post(path, nil); a.StatusCode != http.StatusForbidden {
			t.Errorf("another browser got %d, want 403", a.StatusCode)
		}
	}
	if a := b.post(path, nil); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/tickets?late=1" {
		t.Fatalf("the button leads to %d %s:\n%s\n%s", a.StatusCode, a.Header.Get("Location"), a.body, s.log)
	}
	if page := b.shows("/"); !strings.Contains(page, "Alice Adams") {
		t.Errorf("the page does not say who is logged in:\n%s", page)
	}
	if a := b.post(path, nil); a.StatusCode != http.StatusForbidden {
		t.Errorf("the link was good twice: %d", a.StatusCode)
	}
	if a := b.post("/logout", nil); a.StatusCode != http.StatusSeeOther {
		t.Errorf("log-out = %d", a.StatusCode)
	}
	if a := b.get("/"); a.Header.Get("Location") != "/login" {
		t.Errorf("who logged out is shown %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	if want := []string{"alice: page log-in", "alice: page log-out"}; !slices.Equal(s.audit, want) {
		t.Errorf("the audit says %q, want %q", s.audit, want)
	}
}

// What is answered does not depend on whose an address is, and only agents get mail.
func TestLogInTellsNoAddresses(t *testing.T) {
	s := open(t)
	var first string
	for i, address := range []string{"alice@example.org", "ana@example.net", "support@example.org", "alice+x@example.org", "x@alice@example.org"} {
		a := s.browser(t).post("/login", ask(address))
		body := strings.ReplaceAll(a.body, "&#43;", "+")
		body, _, _ = strings.Cut(strings.ReplaceAll(body, address, "ADDRESS"), "<footer>")
		if i == 0 {
			first = body
		}
		if a.StatusCode != http.StatusOK || body != first || len(a.Cookies()) != 1 {
			t.Errorf("%s is answered %d, %d cookies, want as an agent's:\n%s", address, a.StatusCode, len(a.Cookies()), body)
		}
	}
	b := s.browser(t)
	b.post("/login", ask("carol@example.org"))
	s.link(t, 1)
	if err := s.View(t.Context(), func(r ticket.Reader) error {
		all, err := r.OutboxOf(0)
		if len(all) != 2 || all[0].Recipient != "alice@example.org" || all[1].Recipient != "carol@example.org" || all[1].Language != "de" {
			t.Errorf("mailed were %+v, want to alice and, in German, to carol", all)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// TestThrottleTellsNoAddresses: whether two addresses are one person's, or one is a name's, does not
// show in how often is answered; and an agent gets no more mails for that.
func TestThrottleTellsNoAddresses(t *testing.T) {
	for _, tt := range []struct {
		first, second string
		mails         int
	}{
		{"carol", "carol@example.org", 1},
		{"dave", "dave@example.org", 0},
		{"alice@example.org", "a.adams@example.org", 3},
		{"ana@example.net", "a.lima@example.net", 0},
	} {
		s := open(t)
		for range 3 {
			s.browser(t).post("/login", ask(tt.first))
		}
		if code := s.browser(t).post("/login", ask(tt.second)).StatusCode; code != http.StatusOK {
			t.Errorf("%s after %s is answered %d", tt.second, tt.first, code)
		}
		if code := s.browser(t).post("/login", ask(tt.first)).StatusCode; code != http.StatusTooManyRequests {
			t.Errorf("%s the fourth time is answered %d", tt.first, code)
		}
		for i := range tt.mails {
			s.link(t, i)
		}
		if err := s.View(t.Context(), func(r ticket.Reader) error {
			all, err := r.OutboxOf(0)
			if len(all) != tt.mails {
				t.Errorf("%s and %s: %d mails, want %d", tt.first, tt.second, len(all), tt.mails)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLogInIsThrottled(t *testing.T) {
	for _, address := range []string{"alice@example.org", "nobody@example.net"} {
		s := open(t)
		codes := map[int]int{}
		for range 5 {
			codes[s.browser(t).post("/login", ask(address)).StatusCode]++
		}
		if codes[http.StatusOK] != 3 || codes[http.StatusTooManyRequests] != 2 {
			t.Errorf("%s: five times in a row = %v, want three links", address, codes)
		}
		if len(s.refused) != 2 || !strings.Contains(s.refused[0], ": throttled true by 127.0.0.1") {
			t.Errorf("%s: counted as security events are %q, want two", address, s.refused)
		}
	}
}

// Nobody leads an agent's browser to another site, or acts from one.
func TestLogInFromOtherSites(t *testing.T) {
	for to, want := range map[string]string{
		"/ticket/7": "/ticket/7", "/tickets?queue=a+b&late=1": "/tickets?queue=a+b&late=1", "": "/", "//evil.example": "/", `/\evil.example`: "/", "https://evil.example/": "/",
		"javascript:alert(1)": "/", "/login": "/", "/login/x": "/", "ticket/7": "/", "/%5cevil.example": "/%5cevil.example",
	} {
		if got := pathWithin(to); got != want {
			t.Errorf("pathWithin(%q) = %q, want %q", to, got, want)
		}
	}
	s := open(t)
	b := s.loggedIn(t, "alice")
	for _, path := range []string{"/login", "/logout", "/login/x"} {
		for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Site", "", "Origin", "https://evil.example"}} {
			if a := b.post(path, ask("alice@example.org"), header...); a.StatusCode != http.StatusForbidden {
				t.Errorf("POST %s with %v = %d, want 403", path, header, a.StatusCode)
			}
		}
	}
	b.shows("/") // still logged in
}

// TestHosts: the page answers for its own name alone, so that no other name can be made
// to point to it.
func TestHosts(t *testing.T) {
	s := open(t, func(c *Config) { c.URL = "https://desk.example.org" })
	port := strings.TrimPrefix(s.url, "http://127.0.0.1:")
	for host, want := range map[string]int{
		"desk.example.org": 200, "DESK.example.org": 200, "127.0.0.1": 200, "127.0.0.1:" + port: 200, "localhost:" + port: 200, "[::1]:" + port: 200,
		"evil.example": 421, "evil.example:" + port: 421, "desk.example.org.evil.example": 421, "127.0.0.1:1": 421, "localhost.evil.example": 421,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/login", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		if a := s.browser(t).do(r); a.StatusCode != want {
			t.Errorf("Host: %s = %d, want %d", host, a.StatusCode, want)
		}
	}
	a := s.browser(t).post("/login", ask("x@example.net"), "Origin", "https://desk.example.org")
	c := a.Cookies()[0]
	if c.Name != "__Host-maildesk-login" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.MaxAge != 900 {
		t.Errorf("the cookie is %+v, want one of this host, under TLS, for no script and no other site", c)
	}
}

// A proxy names the agent, if it is one of those that are trusted; the form is gone.
func TestProxyHeader(t *testing.T) {
	elsewhere := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	tests := []struct {
		name    string
		trusted []netip.Prefix
		values  []string
		want    string // who is shown; empty: nobody
	}{
		{"by name", loopback, []string{"alice"}, "Alice Adams"},
		{"by name in capitals", loopback, []string{"ALICE"}, "Alice Adams"},
		{"by address", loopback, []string{"a.adams@example.org"}, "Alice Adams"},
		{"nobody", loopback, nil, ""},
		{"an empty name", loopback, []string{""}, ""},
		{"no agent", loopback, []string{"mallory"}, ""},
		{"two values", loopback, []string{"alice", "carol"}, ""},
		{"two in one", loopback, []string{"alice, carol"}, ""},
		{"not from the proxy", elsewhere, []string{"alice"}, ""},
	}
	for _, tt := range tests {
		s := open(t, func(c *Config) { c.ProxyHeader, c.Trusted = "X-Remote-User", tt.trusted })
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header["X-Remote-User"] = tt.values
		r.Header.Set("X-Forwarded-For", "192.0.2.1")
		a := s.browser(t).do(r)
		if tt.want == "" && (a.StatusCode != http.StatusForbidden || strings.Contains(a.body, "Open tickets")) || tt.want != "" && !strings.Contains(a.body, tt.want) {
			t.Errorf("%s: %d, want %q shown:\n%s", tt.name, a.StatusCode, tt.want, a.body)
		}
		if a := s.browser(t).post("/login", ask("alice@example.org")); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: the form answers %d, want 404", tt.name, a.StatusCode)
		}
	}
}

// Whoever asks is the nearest that no trusted proxy is: nobody makes up the rest.
func TestClient(t *testing.T) {
	s := &Server{cfg: Config{Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	for _, tt := range []struct{ peer, forwarded, want string }{
		{"192.0.2.1:99", "", "192.0.2.1"},
		{"192.0.2.1:99", "198.51.100.1", "192.0.2.1"},
		{"10.0.0.1:99", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.1:99", "203.0.113.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"},
		{"10.0.0.1:99", "what?", "10.0.0.1"},
		{"[::ffff:10.0.0.1]:99", "2001:db8::1", "2001:db8::1"},
	} {
		r := &http.Request{RemoteAddr: tt.peer, Header: http.Header{"X-Forwarded-For": {tt.forwarded}}}
		if got := s.client(r).String(); got != tt.want {
			t.Errorf("%s, X-Forwarded-For %q: client %s, want %s", tt.peer, tt.forwarded, got, tt.want)
		}
	}
}
