package check

import (
	"fmt"
	"strings"
	"testing"

	"maildesk/faulttest/dnsserver"
	"maildesk/ticket"
)

// TestOpenDMARCSPF tries what OpenDMARC tries of its own SPF, as rows of our own: the situations are theirs, the records are not.
// theirs is what they expect; where we find something else, a row says why.
func TestOpenDMARCSPF(t *testing.T) {
	const (
		client  = "192.0.2.145"
		client6 = "2001:db8:6000:10::145"
		noMatch = "RFC 7208 section 4.6.2: a mechanism that does not match says nothing"
		colon   = "RFC 7208 section 6: a modifier has an equals sign, and no such mechanism is known"
	)
	for i, tt := range []struct {
		name, record    string // # stands for the domain
		client          string // empty: client
		theirs, ours    string
		why             string
		noPath, oddPath bool
	}{
		{name: "simple pass, IPv4", record: "v=spf1 ip4:192.0.2.145 -all", theirs: "pass", ours: "pass"},
		{name: "simple pass, IPv4 network", record: "v=spf1 ip4:192.0.2.0/24 -all", theirs: "pass", ours: "pass"},
		{name: "simple fail, IPv4 network", record: "v=spf1 ip4:192.0.3.0/24 -all", theirs: "fail", ours: "fail"},
		{name: "simple pass, IPv6", record: "v=spf1 ip6:2001:db8:6000:10::145 -all", client: client6, theirs: "pass", ours: "pass"},
		{name: "simple pass, IPv6, written out", record: "v=spf1 ip6:2001:db8:6000:10::145 -all", client: "2001:db8:6000:10:0:0:0:145", theirs: "pass", ours: "pass"},
		{name: "IPv6, the record written out", record: "v=spf1 ip6:2001:db8:6000:10:00:00:00:145 -all", client: client6, theirs: "pass", ours: "pass"},
		{name: "a small network of IPv6", record: "v=spf1 ip6:2001:db8:901e::0/126 -all", client: "2001:db8:901e::2", theirs: "pass", ours: "pass"},
		{name: "a larger network of IPv6", record: "v=spf1 ip6:2001:db8:901e::0/95 -all", client: "2001:db8:901e::2:0", theirs: "pass", ours: "pass"},
		{name: "a network of IPv4, of 27 bits", record: "v=spf1 ip4:192.0.2.128/27 -all", theirs: "pass", ours: "pass"},
		{name: "outside a network of 27 bits", record: "v=spf1 ip4:192.0.2.128/27 -all", client: "198.51.100.145", theirs: "fail", ours: "fail"},
		{name: "IPv4 as ip6", record: "v=spf1 ip6:192.0.2.128/27 -all", theirs: "fail", ours: "pass", why: "not in the grammar of ip6 (RFC 7208 section 5.6), and the library reads it all the same: the domain itself names the network"},
		{name: "mx", record: "v=spf1 mx  -all", theirs: "pass", ours: "pass"},
		{name: "mx, by HELO", record: "v=spf1 mx  -all", theirs: "pass", ours: "pass", noPath: true},
		{name: "mx, MAILER_DAEMON as the reverse-path", record: "v=spf1 mx  -all", theirs: "pass", ours: "none", why: "RFC 7208 section 2.4: HELO stands for the null reverse-path alone", oddPath: true},
		{name: "one that does not match before one that does", record: "v=spf1 -ip4:1.2.3.4 ip4:192.0.2.145 -all", theirs: "fail", ours: "pass", why: noMatch},
		{name: "include", record: "v=spf1 include:in.example  -all", theirs: "pass", ours: "pass"},
		{name: "include that fails", record: "v=spf1 include:out.example      -all", theirs: "fail", ours: "fail"},
		{name: "a, and not wanted", record: "v=spf1 -a", theirs: "pass", ours: "fail", why: "RFC 7208 section 4.6.2: a match with - is a fail"},
		{name: "a", record: "v=spf1  a -all", theirs: "pass", ours: "pass"},
		{name: "a of another address, and not wanted", record: "v=spf1 -a", client: "198.51.100.9", theirs: "fail", ours: "neutral", why: "RFC 7208 section 4.7: neutral where nothing matches"},
		{name: "a of another name", record: "v=spf1 a:mx.example -all", theirs: "pass", ours: "pass"},
		{name: "ptr", record: "v=spf1 ptr -all", client: "192.0.2.7", theirs: "pass", ours: "pass"},
		{name: "ptr of another name", record: "v=spf1 ptr:mx.example -all", theirs: "pass", ours: "pass"},
		{name: "exists, with odd syntax", record: "v=spf1 exists:%s -all", theirs: "fail", ours: "permerror", why: "RFC 7208 section 7.1: a per cent sign begins a macro, or it is a syntax error"},
		{name: "exists", record: "v=spf1 exists:%{s} -all", theirs: "pass", ours: "fail", why: "the resolver of Go asks no server for a name with an at"},
		{name: "exists, of the local part", record: "v=spf1 exists:%{l}.# -all", theirs: "pass", ours: "pass"},
		{name: "redirect, with a colon", record: "v=spf1 redirect:in.example       -all", theirs: "pass", ours: "permerror", why: colon},
		{name: "redirect", record: "v=spf1 redirect=in.example", theirs: "pass", ours: "pass"},
		{name: "an explanation, with a colon", record: "v=spf1 ip4:1.2.3.4 exp:http://%{s}/spf  -all", theirs: "fail", ours: "permerror", why: colon},
		{name: "an explanation", record: "v=spf1 ip4:1.2.3.4 exp=why.example  -all", theirs: "fail", ours: "fail"},
	} {
		s := dnsserver.Start(t, `in.example. TXT "v=spf1 ip4:192.0.2.145 -all"`, `out.example. TXT "v=spf1 ip4:198.51.100.9 -all"`, `mx.example. A 192.0.2.145`, `145.2.0.192.in-addr.arpa. PTR mx.example.`, `why.example. TXT "It is %{i}."`)
		domain := fmt.Sprintf("d%d.example", i)
		s.Add(t, dnsserver.TXT(domain, strings.ReplaceAll(tt.record, "#", domain)), domain+". MX 10 mx.example.", domain+". A 192.0.2.145", "foo."+domain+". A 127.0.0.2", `foo\@`+domain+". A 127.0.0.2",
			"host."+domain+". A 192.0.2.7", "7.2.0.192.in-addr.arpa. PTR host."+domain+".")
		env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: "foo@" + domain, Helo: domain, Client: client}
		if tt.client != "" {
			env.Client = tt.client
		}
		if tt.noPath {
			env.ReversePath = ""
		}
		if tt.oddPath {
			env.ReversePath = "MAILER_DAEMON"
		}
		a := checker(s).Check(t.Context(), env, crlf("From: foo@"+domain+"\n\nHello\n"), "", true)
		if a.SPF != tt.ours {
			t.Errorf("%s: %s, want %s", tt.name, a.Words(), tt.ours)
		}
		if (tt.ours != tt.theirs) != (tt.why != "") {
			t.Errorf("%s: theirs %s, ours %s, why %q", tt.name, tt.theirs, tt.ours, tt.why)
		}
	}
}

// TestOpenDMARCNames: of what stands behind d=, in the reverse-path and in From, letters in capitals and one dot at the end are as
// good as none, and a name with empty labels is no name.
func TestOpenDMARCNames(t *testing.T) {
	for name, want := range map[string]string{
		"k),dmarc=pass(x": "", "a b.example": "", "a=b.example": "", "Mac.COM": "mac.com", "mac.com.": "mac.com", ".mac.com.": "", "....mac.com....": "", "mac...com": "", "..com": "", "": "", ".": ""} {
		if got := ascii(name); got != want {
			t.Errorf("%q is the domain %q, want %q", name, got, want)
		}
	}
}

// TestOpenDMARCLookups: where OpenDMARC looks for a record, and finds one or none.
func TestOpenDMARCLookups(t *testing.T) {
	s := dnsserver.Start(t, `_dmarc.example.com. TXT "v=DMARC1; p=reject"`, `mail.example.com. A 192.0.2.145`, `web.example. TXT "v=spf1 -all"`, `_dmarc.alias.example. CNAME _dmarc.example.com.`,
		`web.example. TXT "v=DMARC1; p=reject"`, `example.com._report._dmarc.example.net. TXT "v=DMARC1"`, `_dmarc.long.example. TXT "v=DMARC1; " "p=rej" "ect"`)
	for _, tt := range []struct{ name, from, want string }{
		{"a record is there", "example.com", "dmarc=fail (policy reject of example.com)"},
		{"a domain that is there, with a record above alone", "mail.example.com", "dmarc=fail (policy reject of example.com)"},
		{"a domain that is not there, with a record above alone", "none.example.com", "dmarc=fail (policy reject of example.com)"},
		{"a domain that is there, without a record", "web.example", "dmarc=none"},
		{"a record by CNAME", "alias.example", "dmarc=fail (policy reject of alias.example)"},
		{"a record in parts", "long.example", "dmarc=fail (policy reject of long.example)"},
		{"a record about reports", "example.net", "dmarc=none"},
		{"a top-level domain that is not there", "none.nonesuch", "dmarc=none"},
	} {
		a := checker(s).Check(t.Context(), ticket.Envelope{Source: ticket.SourceSMTP, Client: "192.0.2.145"}, crlf("From: foo@"+tt.from+"\n\nHello\n"), tt.from, true)
		if got := a.Words(); got != "spf=none, dkim=none, "+tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}
