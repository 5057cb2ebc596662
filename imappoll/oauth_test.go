package imappoll

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"maildesk/faulttest"
	"maildesk/faulttest/dovecot"
	"maildesk/store"
	"maildesk/ticket"
)

// tokenServer gives out access tokens for a refresh token, which it replaces each
// time, or for a client's secret, and tells a mail server whose they are.
type tokenServer struct {
	*httptest.Server
	mu      sync.Mutex
	account string // whose mailbox the tokens open
	refresh string // the refresh token that is good now
	good    []string
	grants  []string // of the requests
	life    int      // seconds
	broken  int      // answer requests with this status
}

const clientSecret = "s3cret-of-the-client"

func openTokenServer(t *testing.T, account string) *tokenServer {
	t.Helper()
	s := &tokenServer{account: account, refresh: "refresh-0", life: 3600}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", s.token)
	mux.HandleFunc("GET /info", s.info)
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *tokenServer) token(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	grant := r.PostFormValue("grant_type")
	s.grants = append(s.grants, grant)
	w.Header().Set("Content-Type", "application/json")
	_, secret, _ := r.BasicAuth()
	switch {
	case s.broken != 0:
		w.WriteHeader(s.broken)
		// A careless server that says more than it should.
		fmt.Fprintf(w, `{"error":"invalid_grant","error_description":"the token %s was revoked"}`, r.PostFormValue("refresh_token"))
		return
	case secret != clientSecret && r.PostFormValue("client_secret") != clientSecret,
		grant == "refresh_token" && r.PostFormValue("refresh_token") != s.refresh:
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":"invalid_grant"}`)
		return
	}
	n := len(s.grants)
	access := fmt.Sprintf("access-%d", n)
	s.good = append(s.good, access)
	answer := map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": s.life}
	if grant == "refresh_token" {
		s.refresh = fmt.Sprintf("refresh-%d", n)
		answer["refresh_token"] = s.refresh
	}
	json.NewEncoder(w).Encode(answer)
}

func (s *tokenServer) info(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	active := slices.Contains(s.good, r.URL.Query().Get("access_token"))
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"email": s.account, "active": fmt.Sprint(active)})
}

// change does something to the server.
func (s *tokenServer) change(fn func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fn()
}

// oauthBox is a mailbox with tokens; kept returns the refresh token that was kept.
func oauthBox(addr string, s *tokenServer) (m Mailbox, kept func() string) {
	m = box(addr, s.account)
	m.Password = nil
	var mu sync.Mutex
	refresh := "refresh-0"
	read := func() string {
		mu.Lock()
		defer mu.Unlock()
		return refresh
	}
	m.OAuth = &OAuth{
		TokenURL: s.URL + "/token", ClientID: "maildesk",
		ClientSecret: func() (string, error) { return clientSecret, nil },
		RefreshToken: func() (string, error) { return read(), nil },
		KeepRefreshToken: func(token string) {
			mu.Lock()
			defer mu.Unlock()
			refresh = token
		},
	}
	return m, read
}

// TestOAuth logs in to Dovecot with tokens, by each mechanism.
func TestOAuth(t *testing.T) {
	t.Parallel()
	for _, mechanism := range []string{"oauthbearer", "xoauth2", "oauthbearer xoauth2"} {
		t.Run(mechanism, func(t *testing.T) {
			t.Parallel()
			tokens := openTokenServer(t, support)
			s := dovecot.Start(t, dovecot.Options{TokenInfo: tokens.URL + "/info?access_token=", Mechanisms: mechanism})
			w := openWorld(t, store.Options{})
			proxy := openProxy(t, s.Addr)
			b, kept := oauthBox(proxy.addr, tokens)
			p, _ := w.fetch(0, b)
			state(t, p, 0, ticket.MailboxFine, "")
			dovecot.Append(t, s.Client(support), "INBOX", time.Now(), letter(1))
			w.handled(1)
			if kept() != "refresh-1" {
				t.Errorf("the refresh token that is kept is %s, want the new one", kept())
			}
			if mechanism == "xoauth2" {
				// The user is the mailbox, whoever the token was made for: so
				// shared mailboxes are opened.
				want := base64.StdEncoding.EncodeToString([]byte("user=" + support + "\x01auth=Bearer access-1\x01\x01"))
				if !slices.Contains(proxy.commands(), "AUTHENTICATE XOAUTH2 "+want) {
					t.Errorf("the client sent %v, want AUTHENTICATE XOAUTH2 %s", proxy.commands(), want)
				}
			}
			used, _, _ := strings.Cut(mechanism, " ")
			if !slices.ContainsFunc(proxy.commands(), func(c string) bool { return strings.HasPrefix(c, "AUTHENTICATE "+strings.ToUpper(used)) }) {
				t.Errorf("the client sent %v, want AUTHENTICATE %s", proxy.commands(), used)
			}
		})
	}
	t.Run("client credentials", func(t *testing.T) {
		t.Parallel()
		tokens := openTokenServer(t, support)
		s := dovecot.Start(t, dovecot.Options{TokenInfo: tokens.URL + "/info?access_token=", Mechanisms: "xoauth2"})
		w := openWorld(t, store.Options{})
		b, _ := oauthBox(s.Addr, tokens)
		b.OAuth.RefreshToken = nil
		p, _ := w.fetch(0, b)
		state(t, p, 0, ticket.MailboxFine, "")
		if !slices.Equal(tokens.grants, []string{"client_credentials"}) {
			t.Errorf("grants %v, want client_credentials", tokens.grants)
		}
	})
}

// TestT133Tokens: an access token that ends, one that is revoked, a refresh that
// fails for a while or for good; and what is logged of them.
func TestT133Tokens(t *testing.T) {
	t.Parallel()
	tokens := openTokenServer(t, support)
	s := dovecot.Start(t, dovecot.Options{TokenInfo: tokens.URL + "/info?access_token=", Mechanisms: "xoauth2"})
	w := openWorld(t, store.Options{})
	proxy := openProxy(t, s.Addr)
	b, kept := oauthBox(proxy.addr, tokens)
	b.backoff = 2 * time.Millisecond
	var log bytes.Buffer
	var mu sync.Mutex
	p := New(w, w.db, Config{Mailboxes: []Mailbox{b, box(s.Addr, "other@example.org")}}, slog.New(slog.NewTextHandler(lockedWriter{&mu, &log}, nil)))
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { runAll(ctx, p); close(done) }()
	defer func() { stop(); <-done }()
	state(t, p, 0, ticket.MailboxFine, "")
	requests := func() (n int) { tokens.change(func() { n = len(tokens.grants) }); return n }
	drop := func() { // the connection ends; a new one needs a token
		var once sync.Once
		proxy.set(func(_ string, client net.Conn) bool {
			once.Do(func() { client.Close() })
			return false
		})
	}
	// Revoked: refused once, then a new one is asked for.
	tokens.change(func() { tokens.good = nil })
	before := requests()
	drop()
	await(t, "a new token", func() bool { return requests() > before })
	state(t, p, 0, ticket.MailboxFine, "")
	// Expired: a new one is asked for without trying the old one.
	tokens.change(func() { tokens.life = 1 })
	tokens.change(func() { tokens.good = nil })
	before = requests()
	drop()
	await(t, "a token of a second", func() bool { return requests() > before })
	state(t, p, 0, ticket.MailboxFine, "")
	before = requests()
	drop()
	await(t, "another one after it", func() bool { return requests() > before })
	state(t, p, 0, ticket.MailboxFine, "")
	// The server of tokens is broken, then refuses for good, then works again.
	tokens.change(func() { tokens.broken = http.StatusServiceUnavailable })
	drop()
	state(t, p, 0, ticket.MailboxDown, "503")
	tokens.change(func() { tokens.broken = http.StatusBadRequest })
	h := state(t, p, 0, ticket.MailboxDown, "invalid_grant")
	dovecot.Append(t, s.Client("other@example.org"), "INBOX", time.Now(), letter(1))
	w.handled(1)
	tokens.change(func() { tokens.broken = 0 })
	state(t, p, 0, ticket.MailboxFine, "")

	mu.Lock()
	text := log.String() + h.Reason
	mu.Unlock()
	for _, secret := range []string{"refresh-", "access-", clientSecret, kept()} {
		if strings.Contains(text, secret) {
			t.Errorf("%q stands in the log or the reason:\n%s", secret, text)
		}
	}
	faulttest.Seen(t, "T133", "an access token that expires, one that is revoked, a refresh that fails with 503 and with invalid_grant",
		"refreshed %d times, down with the reason %q meanwhile, the other mailbox fetched, back by itself; no token in the log", requests(), h.Reason)
}

type lockedWriter struct {
	mu *sync.Mutex
	b  *bytes.Buffer
}

func (w lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}
