package config

import (
	"fmt"
	"net"
	"slices"
	"strings"
)

// placeholders are the domains reserved for examples (RFC 2606, RFC 6761), and those
// of our own examples.
var placeholders = []string{"example", "example.com", "example.net", "example.org", "test", "invalid", "your.domain", "yourdomain.com", "yourdomain.tld", "domain.tld"}

// isPlaceholder reports whether a domain is a placeholder or below one.
func isPlaceholder(domain string) bool {
	domain = "." + strings.TrimSuffix(strings.ToLower(domain), ".")
	return slices.ContainsFunc(placeholders, func(p string) bool { return strings.HasSuffix(domain, "."+p) })
}

// Placeholders returns what a configuration still contains of an example, one line for
// each domain or agent: no mail can ever arrive there. It is meant for the check
// command; a desk on trial may well run like that.
func (c *Config) Placeholders() (lines []string) {
	var domains []string
	found := map[string][]string{}
	note := func(where, name string) {
		domain := strings.ToLower(name[strings.LastIndexByte(name, '@')+1:])
		if !isPlaceholder(domain) {
			return
		}
		if found[domain] == nil {
			domains = append(domains, domain)
		}
		if !slices.Contains(found[domain], where) {
			found[domain] = append(found[domain], where)
		}
	}
	note("hostname", c.Desk.Hostname)
	note("admin", c.Desk.Admin)
	for _, a := range c.Addresses {
		note("[[address]] "+a.Mail, a.Mail)
	}
	for _, a := range c.Agents {
		for _, mail := range a.Mail {
			note("[[agent]] "+a.Name, mail)
		}
	}
	for _, s := range c.Outgoing.Smarthosts {
		note("smarthost", hostOf(s.Host))
	}
	for _, m := range c.IMAP {
		note("[[imap]] "+m.Name, hostOf(m.Host))
	}
	for _, d := range domains {
		lines = append(lines, fmt.Sprintf("%s is a name for examples (%s); write your own", d, strings.Join(found[d], ", ")))
	}
	for _, a := range c.Agents {
		if a.Name == "me" && slices.ContainsFunc(a.Mail, fromQuickstart) {
			lines = append(lines, fmt.Sprintf(`agent "me" with %s is what quickstart wrote; put in who answers`, a.Mail[0]))
		}
	}
	return lines
}

// fromQuickstart reports whether an agent's address is the one that Quickstart invents.
func fromQuickstart(mail string) bool {
	return strings.HasPrefix(mail, "me@") || strings.HasPrefix(mail, "you@")
}

func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}
