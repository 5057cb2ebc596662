package config

import (
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"maildesk/config/section"
)

func (l *loader) readOutgoing(t *section.Table) {
	o := &l.config.Outgoing
	o.Senders = t.Number("senders", 4, 1, 100)
	smarthosts := t.Texts("smarthost")
	for i, s := range smarthosts {
		folder, isFolder := strings.CutPrefix(s, "maildir:")
		switch {
		case !isFolder:
			l.readSmarthost(t, i, s)
		case folder == "":
			t.MistakeItem("smarthost", i, "maildir: names no folder", exampleSmarthost)
		case len(smarthosts) > 1:
			t.MistakeItem("smarthost", i, "maildir: stands beside other smarthosts", "a mail is either sent or put into a folder: write one or the other")
		default:
			o.Maildir = l.resolve(folder)
		}
	}
	if len(smarthosts) == 0 || len(smarthosts) == 1 && smarthosts[0] == "" {
		o.Maildir = filepath.Join(l.config.Desk.Data, "outgoing")
		if strings.Contains(l.config.Desk.Data, "://") {
			o.Maildir = l.resolve("outgoing")
		}
	}
	o.DKIM = t.Texts("dkim")
	for i, domain := range o.DKIM {
		if err := section.CheckHost(domain); err != nil {
			t.MistakeItem("dkim", i, err.Error(), `write the domain of the desk's addresses, as in "example.org"`)
		}
	}
	if len(o.DKIM) > 0 && o.Maildir != "" {
		t.Warn("dkim", "mails that are put into a folder are not signed", "name a smarthost")
	}
	l.readPasswords(t)
	o.CA = l.authorities(t, t.Text("tls_ca", ""))
	checked := func(s Smarthost) bool { return s.TLS != Opportunistic || s.User != "" }
	if o.CA != "" && !slices.ContainsFunc(o.Smarthosts, checked) {
		t.Warn("tls_ca", "no certificate is checked by it", `smtp:// takes any certificate: write "smtp://host?tls=required" or "smtps://host"`)
	}
	t.Done()
}

// readPasswords reads the passwords of the smarthosts' users: one file for each, in
// the order of the smarthosts, or a single file for all.
func (l *loader) readPasswords(t *section.Table) {
	var users []*Smarthost
	for i := range l.config.Outgoing.Smarthosts {
		if s := &l.config.Outgoing.Smarthosts[i]; s.User != "" {
			users = append(users, s)
		}
	}
	files := t.Texts("password_file")
	switch {
	case len(users) > 0 && len(files) == 0:
		t.Mistake("smarthost", fmt.Sprintf("the user %q has no password", users[0].User), `add password_file = "secrets/smarthost"`)
	case len(users) == 0 && len(files) > 0:
		t.Mistake("password_file", "the smarthost names no user for the password", `write it as in "smtp://desk%40example.org@mail.example.org:587"`)
	case len(files) > 1 && len(files) != len(users):
		t.Mistake("password_file", fmt.Sprintf("%d password files for %d users", len(files), len(users)), "name one file for each smarthost that has a user, in their order, or one for all")
	}
	for i, name := range files {
		password := l.secretIn(t, "password_file", i, name)
		for j, s := range users {
			if len(files) == 1 || i == j {
				s.Password = password
			}
		}
	}
}

const exampleSmarthost = `write "smtp://127.0.0.1:25", "smtps://mail.example.org" or "maildir:FOLDER"`

func (l *loader) readSmarthost(t *section.Table, i int, smarthost string) {
	u, err := url.Parse(smarthost)
	if smarthost == "" && i == 0 {
		return // none, as if the key were absent
	}
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		t.MistakeItem("smarthost", i, fmt.Sprintf("%q is not a smarthost", withoutPassword(smarthost)), exampleSmarthost)
		return
	}
	l.refusePassword(t, "smarthost", u)
	s := Smarthost{Host: withPort(u, map[string]string{"smtp": "25", "smtps": "465"}), User: u.User.Username(), TLS: Opportunistic}
	if u.Scheme == "smtps" {
		s.TLS = Implicit
	}
	for key, values := range u.Query() {
		switch value := strings.Join(values, ","); {
		case key != "tls":
			t.MistakeItem("smarthost", i, fmt.Sprintf("the smarthost has no option %q", key), "the only one is ?tls=required")
		case value != "required":
			t.MistakeItem("smarthost", i, fmt.Sprintf("tls=%s is unknown", value), "write ?tls=required, or leave it out: TLS is used where it is offered")
		case u.Scheme == "smtp":
			s.TLS = Required
		}
	}
	l.config.Outgoing.Smarthosts = append(l.config.Outgoing.Smarthosts, s)
}

func (l *loader) readHealth(t *section.Table) {
	address := t.Text("listen", "")
	l.config.Health.Listen = address
	if err := section.CheckHostPort(address); address != "" && err != nil {
		t.Mistake("listen", err.Error(), `write host and port, as in "127.0.0.1:9125"`)
	} else if address != "" && !onLoopback(address) {
		t.Warn("listen", "the figures of the desk can be read by whoever reaches "+address, `listen on the loopback ("127.0.0.1:9125"), or let a firewall guard the port`)
	}
	if t.Exists() && address == "" {
		t.Mistake("listen", "[health] listens nowhere", `add listen = "127.0.0.1:9125", or remove [health]`)
	}
	t.Done()
}

// onLoopback reports whether only this machine reaches host:port.
func onLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// refusePassword records a mistake when a URL contains a password: it would be in
// every copy of the configuration.
func (l *loader) refusePassword(t *section.Table, key string, u *url.URL) {
	if _, has := u.User.Password(); has {
		t.Mistake(key, "a password stands in the config", "write it into a file of its own and name that with password_file")
	}
}

// withoutPassword returns a URL that is safe to log: without what lies between the
// scheme and the last @, which may contain a password.
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

// submission reads where agents log in to send mail.
func (l *loader) submission(t *section.Table, key, port string) []string {
	addresses := t.Texts(key)
	for i, a := range addresses {
		if err := section.CheckHostPort(a); err != nil {
			t.MistakeItem(key, i, err.Error(), fmt.Sprintf(`write host and port, as in ":%s"`, port))
		}
	}
	if len(addresses) > 0 && t.Text("tls_certificate", "") == "" {
		t.Mistake(key, key+" needs tls_certificate", "name a certificate and its key: nobody logs in in clear text")
	}
	return addresses
}
