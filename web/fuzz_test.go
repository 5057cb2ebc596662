package web

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// FuzzRequest: whatever a browser without a secret asks, by path, cookies and form, it gets no error of the server, no session, and nothing that
// is for agents; with the session of an agent there is no error of the server either.
func FuzzRequest(f *testing.F) {
	s := open(f)
	s.take(f, "support@example.org", plain("Zanzibar printer", "It is broken."))
	secret := s.web.sessions.Open("alice", time.Now())
	for _, path := range []string{"/", "/login", "/login?to=%2Ftickets", "/login/x", "/logout", "/tickets?late=1&queue=hr&after=x", "/ticket/1", "/ticket/-1", "/ticket/99999999999999999999", "/ticket/1/mail/1", "/ticket/1/mail/1/html",
		"/ticket/1/mail/1/file/0", "/search?q=is%3Aopen+zanzibar", "/search?q=%22", "/articles/x", "/figures?period=month", "/figures/x", "/kb/x", "/kb", "//evil.example/", "/%00", "/%zz", "/../etc/passwd"} {
		f.Add(path, "", "")
		f.Add(path, "maildesk=x; maildesk-login=y", "address=alice%40example.org&to=%2Ftickets")
	}
	f.Add("/login", "maildesk=\"x\"; =; ;;maildesk", "address=%zz&address=a&to=//evil.example")
	ask := func(method, path, cookies, form string) *httptest.ResponseRecorder {
		head := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\nSec-Fetch-Site: same-origin\r\n", method, path, strings.TrimPrefix(s.url, "http://"))
		if cookies != "" {
			head += "Cookie: " + cookies + "\r\n"
		}
		if form != "" {
			head += fmt.Sprintf("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n", len(form))
		}
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(head + "\r\n" + form)))
		if err != nil {
			return nil // the library refuses it
		}
		r.RemoteAddr = "192.0.2.1:1"
		w := httptest.NewRecorder()
		s.web.http.Handler.ServeHTTP(w, r)
		return w
	}
	if w := ask("GET", "/tickets", "maildesk="+secret, ""); w == nil || !strings.Contains(w.Body.String(), "Zanzibar") {
		f.Fatal("an agent sees no ticket: this test shows nothing")
	}
	f.Fuzz(func(t *testing.T, path, cookies, form string) {
		if strings.Contains(cookies, secret) || len(path)+len(cookies)+len(form) > 8<<10 {
			return
		}
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			w := ask(method, path, cookies, form)
			if w == nil {
				continue
			}
			if w.Code >= 500 {
				t.Errorf("%s %q = %d: %s", method, path, w.Code, w.Body)
			}
			for _, c := range w.Result().Cookies() {
				if c.Name == s.web.cookieName(sessionCookie) && c.Value != "" {
					t.Errorf("%s %q opens a session", method, path)
				}
			}
			if body := w.Body.String(); strings.Contains(body, "printer") && !strings.Contains(path+form, "printer") || strings.Contains(body, "Alice Adams") {
				t.Errorf("%s %q shows what is for agents: %s", method, path, body)
			}
			if strings.HasPrefix(path, "/logout") {
				continue
			}
			if w := ask(method, path, "maildesk="+secret, form); w != nil && w.Code >= 500 {
				t.Errorf("%s %q by an agent = %d: %s", method, path, w.Code, w.Body)
			}
		}
	})
}
