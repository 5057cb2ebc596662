package config

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/textproto"
	"net/url"
	"strings"

	"maildesk/addr"
	"maildesk/config/section"
)

// Web is the section [web]: a page for agents to look at.
type Web struct {
	Listen      string         // "host:port"; empty: nowhere
	URL         string         // under which browsers reach it, without a path: "https://desk.example.org"
	Certificate string         // PEM file; empty: no TLS of its own
	Key         string         // of the certificate
	ProxyHeader string         // in which a proxy names the agent; empty: agents log in by mail
	Trusted     []netip.Prefix // the proxies
	Public      bool           // published articles are shown to everybody
}

func (l *loader) readWeb(t *section.Table) {
	w := &l.config.Web
	w.Listen = t.Text("listen", "")
	if err := section.CheckHostPort(w.Listen); w.Listen != "" && err != nil {
		t.Mistake("listen", err.Error(), `write host and port, as in "127.0.0.1:8025"`)
	}
	if t.Exists() && w.Listen == "" {
		t.Mistake("listen", "[web] listens nowhere", `add listen = "127.0.0.1:8025", or remove [web]`)
	}
	w.Certificate, w.Key = l.certificate(t)
	l.readWebProxy(t)
	l.readWebURL(t)
	w.Public = t.Flag("public")
	if secure := w.Certificate != "" || len(w.Trusted) > 0; w.Listen != "" && !onLoopback(w.Listen) && !secure {
		t.Warn("listen", "mails and the cookies of agents cross the network in clear text", `listen on "127.0.0.1:8025" behind a proxy that speaks TLS, or name tls_certificate and tls_key`)
	}
	t.Done()
}

// readWebProxy reads what a proxy in front of the page says.
func (l *loader) readWebProxy(t *section.Table) {
	w := &l.config.Web
	w.Trusted = l.networks(t, "trusted", "anyone could log in as anyone", "name only the proxy in front of the page")
	header := t.Text("proxy_header", "")
	if header == "" {
		return
	}
	w.ProxyHeader = textproto.CanonicalMIMEHeaderKey(header)
	if strings.ContainsFunc(header, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		t.Mistake("proxy_header", fmt.Sprintf("%q is not a name of a header field", header), `write it as in "X-Remote-User"`)
	} else if http.CanonicalHeaderKey(header) == "Authorization" || w.ProxyHeader == "Cookie" {
		t.Mistake("proxy_header", "browsers send "+w.ProxyHeader+" themselves", `have the proxy name the agent in a field of its own, as in "X-Remote-User"`)
	}
	if len(w.Trusted) == 0 {
		t.Mistake("proxy_header", "nobody is trusted to send "+w.ProxyHeader, `add trusted = ["127.0.0.1/32"]: the address of the proxy`)
	}
}

// readWebURL reads where browsers find the page; links in mails lead there, whatever a
// request says of its host.
func (l *loader) readWebURL(t *section.Table) {
	w := &l.config.Web
	text := t.Text("url", "")
	if text == "" {
		w.URL = defaultURL(w)
		return
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery+u.Fragment != "" || u.User != nil {
		t.Mistake("url", fmt.Sprintf("%q is not where a browser finds the page", text), `write it without a path, as in "https://desk.example.org"`)
		return
	}
	w.URL = u.Scheme + "://" + browserHost(u)
}

// browserHost returns the host and port of a URL as browsers send them: the name in its ASCII form,
// and no port that goes without saying.
func browserHost(u *url.URL) string {
	name, port := addr.Domain(u.Hostname()), u.Port()
	if strings.Contains(name, ":") { // an IPv6 address
		name = "[" + name + "]"
	}
	if port == "" || port == map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		return name
	}
	return name + ":" + port
}

// defaultURL returns where browsers on this machine find the page.
func defaultURL(w *Web) string {
	if w.Listen == "" {
		return ""
	}
	scheme := "http://"
	if w.Certificate != "" {
		scheme = "https://"
	}
	host, port, err := net.SplitHostPort(w.Listen)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		return scheme + net.JoinHostPort("localhost", port)
	}
	return scheme + w.Listen
}

// certificate reads tls_certificate and tls_key of a section.
func (l *loader) certificate(t *section.Table) (certificate, key string) {
	certificate, key = t.Text("tls_certificate", ""), t.Text("tls_key", "")
	switch {
	case certificate == "" && key == "":
	case certificate == "":
		t.Mistake("tls_key", "tls_key needs tls_certificate", "name both files, or neither")
	case key == "":
		t.Mistake("tls_certificate", "tls_certificate needs tls_key", "name both files, or neither")
	default:
		certificate, key = l.resolve(certificate), l.resolve(key)
		if _, err := tls.LoadX509KeyPair(certificate, key); err != nil {
			t.Mistake("tls_certificate", fmt.Sprintf("the certificate cannot be used: %v", err), "name a PEM certificate and its key that maildesk may read")
		}
	}
	return certificate, key
}
