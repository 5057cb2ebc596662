package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"maildesk/faulttest"
)

// axeCore is where scripts/test-tools puts the checker of accessibility.
const axeCore = "/var/cache/maildesk-test-tools/node_modules/axe-core/axe.min.js"

// screenshots names the environment variable of a folder for pictures of every page.
const screenshots = "MAILDESK_SCREENSHOTS"

// chromium is a real browser, and what it complained of.
type chromium struct {
	context.Context
	t    *testing.T
	mu   sync.Mutex
	said []string // errors of the console, violations of the policy, dialogs
	sent []string // what was asked of other hosts
}

// openChromium starts a browser without a window.
func openChromium(t *testing.T, s *site) *chromium {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium (Debian package chromium): skipping tests that look at the page as browsers do")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(2*time.Minute),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-quic", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	ctx, end := chromedp.NewContext(allocator)
	t.Cleanup(func() { end(); stop() })
	c := &chromium{Context: ctx, t: t}
	chromedp.ListenTarget(ctx, func(event any) {
		c.mu.Lock()
		defer c.mu.Unlock()
		switch e := event.(type) {
		case *cdplog.EventEntryAdded:
			if e.Entry.Level == cdplog.LevelError {
				c.said = append(c.said, e.Entry.Text+" "+e.Entry.URL)
			}
		case *runtime.EventExceptionThrown:
			c.said = append(c.said, e.ExceptionDetails.Error())
		case *cdppage.EventJavascriptDialogOpening:
			c.said = append(c.said, "dialog: "+e.Message)
		case *network.EventRequestWillBeSent:
			if !strings.HasPrefix(e.Request.URL, s.url+"/") && e.Request.URL != "about:blank" {
				c.sent = append(c.sent, e.Request.URL)
			}
		}
	})
	c.do(network.Enable(), cdplog.Enable(), cdppage.Enable())
	return c
}

func (c *chromium) do(actions ...chromedp.Action) {
	c.t.Helper()
	if err := chromedp.Run(c, actions...); err != nil {
		c.t.Fatal(err)
	}
}

// quiet fails if the browser complained of anything since the last call, or asked another host.
func (c *chromium) quiet(where string) {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.said {
		c.t.Errorf("%s: the browser says %s", where, s)
	}
	for _, s := range c.sent {
		c.t.Errorf("%s: the browser asks for %s", where, s)
	}
	c.said, c.sent = nil, nil
}

// accessible fails for what axe-core finds. Scripts run here though the policy of the page
// lets none run: the tool of the developers brings them.
func (c *chromium) accessible(axe, where string) {
	c.t.Helper()
	if axe == "" {
		return
	}
	var found string
	c.do(chromedp.Evaluate(axe, nil), chromedp.Evaluate(`axe.run(document, {resultTypes: ['violations'], iframes: false}).then(r => JSON.stringify(r.violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).join('; '))))`,
		&found, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	var violations []string
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		c.t.Fatal(err)
	}
	for _, v := range violations {
		c.t.Errorf("%s: %s", where, v)
	}
}

// picture takes a picture of the page, if pictures are wanted.
func (c *chromium) picture(name string) {
	folder := os.Getenv(screenshots)
	if folder == "" {
		return
	}
	var png []byte
	c.do(chromedp.FullScreenshot(&png, 100))
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644); err != nil {
		c.t.Fatal(err)
	}
}

// look sets the width of the window, and whether it is dark.
func (c *chromium) look(width int64, dark bool) {
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	c.do(emulation.SetDeviceMetricsOverride(width, 900, 1, width < 600),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
}

// look is a window.
type look struct {
	width int64
	dark  bool
}

// looks are a phone by day and a screen by night; all that there are, where pictures are
// wanted.
func looks() (all []look) {
	if os.Getenv(screenshots) == "" {
		return []look{{360, false}, {1280, true}}
	}
	for _, width := range []int64{360, 800, 1280} {
		all = append(all, look{width, false}, look{width, true})
	}
	return all
}

// TestBrowser logs in as an agent does, with the keyboard, and looks at every page: nothing
// is wider than a phone, the browser complains of nothing, and axe-core finds nothing that
// keeps anybody from using it, light or dark.
func TestBrowser(t *testing.T) {
	s := open(t, func(c *Config) { c.Public = true })
	busy(t, s)
	written(t, s, shelf()...)
	c := openChromium(t, s)
	axe := ""
	if content, err := os.ReadFile(axeCore); err == nil {
		axe = string(content)
	} else {
		t.Logf("no %s (npm package axe-core): skipping what it would find", axeCore)
	}
	check := func(name string) {
		for _, look := range looks() {
			c.look(look.width, look.dark)
			where := fmt.Sprintf("%s-%d-%s", name, look.width, map[bool]string{false: "light", true: "dark"}[look.dark])
			var wide int64
			c.do(chromedp.Evaluate(`document.documentElement.scrollWidth`, &wide))
			if wide > look.width {
				t.Errorf("%s: the page is %d wide", where, wide)
			}
			c.accessible(axe, where)
			c.picture(where)
		}
		c.quiet(name)
	}
	c.do(chromedp.Navigate(s.url + "/tickets?late=1"))
	check("login")
	c.do(chromedp.SendKeys("#address", "alice@example.org\r"), chromedp.WaitVisible(`//h1[contains(., "Look into your mail")]`))
	check("sent")
	_, link := s.link(t, 0)
	c.do(chromedp.Navigate(s.url + link))
	check("link")
	c.do(chromedp.Click("main button"), chromedp.WaitVisible(`//h1[text()="Tickets"]`))
	var at string
	c.do(chromedp.Location(&at))
	if at != s.url+"/tickets?late=1" {
		t.Errorf("the log-in leads to %s, want what was wanted", at)
	}
	for name, path := range map[string]string{"now": "/", "tickets": "/tickets", "ticket": "/ticket/1", "mail": "/ticket/1/mail/1", "html": "/ticket/1/mail/1?as=html",
		"search": "/search?" + url.Values{"q": {"printer"}}.Encode(), "figures": "/figures", "articles": "/articles", "article": "/articles/paper-jam?lang=en", "kb": "/kb", "kbarticle": "/kb/paper-jam"} {
		c.do(chromedp.Navigate(s.url+path), chromedp.WaitVisible("main h1"))
		check(name)
	}
	c.quiet("pages")
	c.do(chromedp.Navigate(s.url + "/ticket/999"))
	c.mu.Lock()
	c.said = nil // browsers note each 404
	c.mu.Unlock()
	check("nowhere")
	c.do(chromedp.Click(".who button"), chromedp.WaitVisible("#address"), chromedp.Navigate(s.url+"/"), chromedp.WaitVisible("#address"))
}

// TestT119Browser: what strangers write runs nothing, and fetches nothing (T120), wherever
// it is shown.
func TestT119Browser(t *testing.T) {
	s := open(t)
	var paths []string
	for _, h := range hostile {
		m := s.take(t, "support@example.org", h.mail())
		one := fmt.Sprintf("/ticket/%d", m.Ticket)
		paths = append(paths, one, fmt.Sprintf("%s/mail/%d?as=html", one, m.ID))
	}
	c := openChromium(t, s)
	at, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	c.do(network.SetCookie(sessionCookie, s.web.sessions.Open("alice", time.Now())).WithDomain(at.Hostname()).WithPath("/").WithHTTPOnly(true))
	for _, path := range append(paths, "/", "/tickets", "/search?q=evil", "/figures") {
		c.do(chromedp.Navigate(s.url+path), chromedp.WaitReady("body"))
		var ran bool
		c.do(chromedp.Evaluate(`!!window.evil`, &ran))
		if ran {
			t.Errorf("%s: a script ran", path)
		}
		c.quiet(path)
	}
	faulttest.Seen(t, "T119", fmt.Sprintf("%d hostile mails (script, onerror, javascript:, data:, CSS, SVG, mXSS in subject, name, file name and body) in Chromium, as text and as HTML", len(hostile)),
		"%d pages: no script ran, no dialog, no violation of the policy", len(paths)+4)
	faulttest.Seen(t, "T120", "remote pictures, pixels, fonts, style sheets, prefetch, frames and cid: in these mails", "no request left, neither the browser nor the desk")
}
