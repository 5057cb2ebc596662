package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"maildesk/faulttest"
)

// evil is what each hostile mail would run, and whom it would ask.
const evil = `window.evil=1;alert(1)`

// attack is a mail of a stranger.
type attack struct{ name, subject, from, text, html, file, fileType, content string }

func (a attack) mail() string {
	raw := withFile(or(a.subject, a.name), or(a.text, "evil "+a.name), or(a.html, "<p>evil</p>"), or(a.fileType, "text/plain"), or(a.file, "x.txt"), or(a.content, "x"))
	if a.from != "" {
		raw = strings.Replace(raw, "From: Ana Berg <ana@example.net>", "From: "+a.from, 1)
	}
	return raw
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// hostile are the attacks, one of each kind.
var hostile = []attack{
	{name: "script in the subject", subject: `evil <script>` + evil + `</script>`},
	{name: "attribute in the subject", subject: `evil "><img src=x onerror="` + evil + `">`},
	{name: "script in the name", from: `"<script>` + evil + `</script>" <ana@example.net>`},
	{name: "script in the text", text: `evil <script>` + evil + `</script> </div></main> {{.}}`},
	{name: "quoted script", text: "> <img src=x onerror=" + evil + ">\nevil"},
	{name: "file name", file: `evil<img src=x onerror=alert(1)>.html`, fileType: "text/html", content: "<script>" + evil + "</script>"},
	{name: "script", html: `<script>` + evil + `</script><p>evil</p>`},
	{name: "onerror", html: `<img src="http://evil.example/x.png" onerror="` + evil + `"><p>evil</p>`},
	{name: "javascript link", html: `<a href="javascript:` + evil + `">evil</a><a href="JaVaScRiPt&#58;` + evil + `">evil</a>`},
	{name: "data link", html: `<a href="data:text/html,<script>` + evil + `</script>">evil</a><iframe src="data:text/html,<script>alert(1)</script>"></iframe>`},
	{name: "svg", html: `<svg onload="` + evil + `"><script>` + evil + `</script><image href="http://evil.example/x.svg"/></svg><p>evil</p>`},
	{name: "mxss", html: `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=` + evil + `&gt;"></table></math><p>evil</p>`},
	{name: "noscript mxss", html: `<noscript><p title="</noscript><img src=x onerror=` + evil + `>"></noscript><p>evil</p>`},
	{name: "template", html: `<template><img src=x onerror="` + evil + `"></template><p>evil</p>`},
	{name: "styles", html: `<style>body{background:url(http://evil.example/b.png)}@import "http://evil.example/c.css";@font-face{font-family:x;src:url(http://evil.example/f.woff)}</style><p style="background:url(http://evil.example/s.png);position:fixed;inset:0">evil</p>`},
	{name: "pixels", html: `<img src="http://evil.example/p.gif" width="1" height="1"><img srcset="http://evil.example/q.gif 2x"><picture><source srcset="http://evil.example/r.gif"></picture><input type="image" src="http://evil.example/i.gif"><p>evil</p>`},
	{name: "cid", html: `<img src="cid:x@evil.example"><img src="/logout"><img src="//evil.example/y.png"><p>evil</p>`},
	{name: "fetches", html: `<link rel="prefetch" href="http://evil.example/l"><link rel="dns-prefetch" href="//evil.example"><link rel="stylesheet" href="http://evil.example/a.css"><video src="http://evil.example/v.mp4" poster="http://evil.example/v.png" autoplay></video><audio src="http://evil.example/a.mp3" autoplay></audio><object data="http://evil.example/o"></object><embed src="http://evil.example/e"><p>evil</p>`},
	{name: "frames", html: `<iframe src="http://evil.example/"></iframe><iframe srcdoc="<script>` + evil + `</script>"></iframe><frameset><frame src="http://evil.example/"></frameset>`},
	{name: "page", html: `<meta http-equiv="refresh" content="0;url=http://evil.example/"><base href="http://evil.example/"><form action="http://evil.example/"><button>Log in</button><input autofocus onfocus="` + evil + `"></form><p>evil</p>`},
	{name: "end of the frame", html: `</body></html></iframe><script>` + evil + `</script><p>evil</p>`},
	{name: "svg file", file: "evil.svg", fileType: "image/svg+xml", content: `<svg xmlns="http://www.w3.org/2000/svg" onload="` + evil + `"/>`},
	{name: "polyglot", file: "evil.jpg", fileType: "image/jpeg", content: "\u00ff\u00d8\u00ff<script>" + evil + "</script>"},
	{name: "type that lies", file: "evil.pdf", fileType: "text/html", content: "<script>" + evil + "</script>"},
	{name: "path as a name", file: `../../etc/evil.html`, fileType: "application/xhtml+xml", content: "<html/>"},
}

// TestT119Text: what strangers write is text on every page, without a browser that says so.
func TestT119Text(t *testing.T) {
	s := open(t)
	b := s.loggedIn(t, "alice")
	pages := 0
	for _, h := range hostile {
		m := s.take(t, "support@example.org", h.mail())
		if m.Ticket == 0 {
			t.Fatalf("%s: no ticket", h.name)
		}
		one := fmt.Sprintf("/ticket/%d", m.Ticket)
		for _, path := range []string{one, fmt.Sprintf("%s/mail/%d", one, m.ID), fmt.Sprintf("%s/mail/%d/html", one, m.ID), "/tickets", "/search?q=evil"} {
			body := strings.ToLower(b.shows(path))
			pages++
			for _, bad := range []string{"<script", "<img ", "<svg", "onload=\"", "onerror=\"", "href=\"javascript", "<iframe src=\"http", "<object", "<embed", "<base", "<meta http-equiv", "style=", "url(", "srcset", "<link rel=\"pre", "<video", "<template", "<form action=\"http"} {
				if strings.Contains(body, bad) {
					t.Errorf("%s: GET %s holds %s:\n%s", h.name, path, bad, body)
				}
			}
		}
		if body := b.shows(fmt.Sprintf("%s/mail/%d/html", one, m.ID)); h.html != "" && strings.Contains(h.html, "<p>evil</p>") && !strings.Contains(body, "evil") {
			t.Errorf("%s: the words of the mail are gone:\n%s", h.name, body)
		}
	}
	faulttest.Seen(t, "T119", fmt.Sprintf("%d hostile mails, as the page sends them", len(hostile)), "%d answers: no element, attribute or address of theirs is markup", pages)
}

// TestT113Files: files are saved, never shown, whatever they say that they are.
func TestT113Files(t *testing.T) {
	s := open(t)
	b := s.loggedIn(t, "alice")
	n := 0
	for _, h := range hostile {
		if h.file == "" {
			continue
		}
		n++
		m := s.take(t, "support@example.org", h.mail())
		a := b.get(fmt.Sprintf("/ticket/%d/mail/%d/file/1", m.Ticket, m.ID))
		disposition := a.Header.Get("Content-Disposition")
		if a.StatusCode != http.StatusOK || a.body != h.content || a.Header.Get("Content-Type") != "application/octet-stream" || a.Header.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.HasPrefix(disposition, "attachment") || !strings.Contains(a.Header.Get("Content-Security-Policy"), "sandbox") || strings.Contains(disposition, "/") || strings.Contains(disposition, "..") {
			t.Errorf("%s: %d %q %v", h.name, a.StatusCode, a.body, a.Header)
		}
	}
	faulttest.Seen(t, "T113", "HTML, SVG, XHTML, a polyglot and types that lie as files, fetched from the page",
		"%d files: byte for byte, application/octet-stream, attachment, nosniff, sandbox, no path in the name", n)
}

// TestHeaders: the policy of each kind of answer.
func TestHeaders(t *testing.T) {
	s := open(t)
	m := s.take(t, "support@example.org", hostile[0].mail())
	b := s.loggedIn(t, "alice")
	mail := fmt.Sprintf("/ticket/%d/mail/%d", m.Ticket, m.ID)
	for path, want := range map[string]string{"/": policy, "/login": policy, "/style.css": policy, "/nothing": policy, mail: policy, mail + "/html": framePolicy,
		mail + "/file/1": "default-src 'none'; frame-ancestors 'none'; sandbox", "/figures/1.svg": "default-src 'none'; style-src 'unsafe-inline'; sandbox"} {
		a := b.get(path)
		if got := a.Header.Get("Content-Security-Policy"); got != want {
			t.Errorf("GET %s: policy %s, want %s", path, got, want)
		}
		if path != "/style.css" && a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("GET %s: %v", path, a.Header)
		}
	}
}
