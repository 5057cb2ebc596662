package config

import (
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strings"
)

func (l *loader) readOutgoing(t *table) {
	o := &l.config.Outgoing
	o.Senders = t.number("senders", 4, 1, 100)
	o.Password = l.secret(t, "password_file")
	smarthost := t.text("smarthost", "")
	if smarthost == "" {
		o.Maildir = filepath.Join(l.config.Desk.Data, "outgoing")
		if strings.Contains(l.config.Desk.Data, "://") {
			o.Maildir = l.resolve("outgoing")
		}
	} else {
		l.readSmarthost(t, smarthost)
	}
	switch {
	case o.User != "" && t.text("password_file", "") == "":
		t.mistake("smarthost", fmt.Sprintf("the user %q has no password", o.User), `add password_file = "secrets/smarthost"`)
	case o.User == "" && t.text("password_file", "") != "":
		t.mistake("password_file", "the smarthost names no user for the password", `write it as in "smtp://desk%40example.org@mail.example.org:587"`)
	}
	t.done()
}

func (l *loader) readSmarthost(t *table, smarthost string) {
	const example = `write "smtp://127.0.0.1:25", "smtps://mail.example.org" or "maildir:FOLDER"`
	o := &l.config.Outgoing
	if folder, ok := strings.CutPrefix(smarthost, "maildir:"); ok {
		if folder == "" {
			t.mistake("smarthost", "maildir: names no folder", example)
		}
		o.Maildir = l.resolve(folder)
		return
	}
	u, err := url.Parse(smarthost)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		t.mistake("smarthost", fmt.Sprintf("%q is no smarthost", withoutPassword(smarthost)), example)
		return
	}
	l.refusePassword(t, "smarthost", u)
	o.Host = withPort(u, map[string]string{"smtp": "25", "smtps": "465"})
	o.User = u.User.Username()
	o.TLS = Opportunistic
	if u.Scheme == "smtps" {
		o.TLS = Implicit
	}
	for key, values := range u.Query() {
		switch value := strings.Join(values, ","); {
		case key != "tls":
			t.mistake("smarthost", fmt.Sprintf("the smarthost has no option %q", key), "the only one is ?tls=required")
		case value != "required":
			t.mistake("smarthost", fmt.Sprintf("tls=%s is unknown", value), "write ?tls=required, or leave it out: TLS is used where it is offered")
		case u.Scheme == "smtp":
			o.TLS = Required
		}
	}
}

func (l *loader) readHealth(t *table) {
	address := t.text("listen", "")
	l.config.Health.Listen = address
	if err := checkHostPort(address); address != "" && err != nil {
		t.mistake("listen", err.Error(), `write host and port, as in "127.0.0.1:9125"`)
	} else if address != "" && !onLoopback(address) {
		t.warn("listen", "the figures of the desk can be read by whoever reaches "+address, `listen on the loopback ("127.0.0.1:9125"), or let a firewall guard the port`)
	}
	if t.node != nil && address == "" {
		t.mistake("listen", "[health] listens nowhere", `add listen = "127.0.0.1:9125", or remove [health]`)
	}
	t.done()
}

// onLoopback reports whether only this machine reaches host:port.
func onLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// refusePassword keeps a mistake when a URL holds a password: it would be in
// every copy of the config.
func (l *loader) refusePassword(t *table, key string, u *url.URL) {
	if _, has := u.User.Password(); has {
		t.mistake(key, "a password stands in the config", "write it into a file of its own and name that with password_file")
	}
}

// withoutPassword gives a URL as it may stand in a log: what lies between the
// scheme and the last @ may hold a password.
func withoutPassword(s string) string {
	scheme, rest, found := strings.Cut(s, "://")
	if !found {
		scheme, rest = "", s
	}
	at := strings.LastIndexByte(rest, '@')
	if at < 0 {
		return s
	}
	user, _, has := strings.Cut(rest[:at], ":")
	if !has {
		return s
	}
	if found {
		scheme += "://"
	}
	return scheme + user + ":…" + rest[at:]
}

func withPort(u *url.URL, ports map[string]string) string {
	port := u.Port()
	if port == "" {
		port = ports[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}
