package check

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"maildesk/faulttest/dnsserver"
	"maildesk/mailauth/resolver"
	"maildesk/ticket"
)

// TestSlowSenderBuysNothing: a forger whose own DNS never answers, or who has us ask it as often as that goes, uses up
// neither the time nor the lookups of what tells that the mail is forged.
func TestSlowSenderBuysNothing(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := dnsserver.Start(t, `example.org. TXT "v=spf1 -all"`, dnsserver.TXT("_dmarc.example.org", "v=DMARC1; p=reject"), dnsserver.TXT("k._domainkey.evil.org", record(t, public, "")))
	s.Fail(dnsserver.Silent, "slow.evil.example", "s._domainkey.evil.example", "_dmarc.evil.org")
	many := "v=spf1"
	for i := range 10 {
		many += fmt.Sprintf(" mx:m%d.evil.example", i)
		for j := range 10 {
			s.Add(t, fmt.Sprintf("m%d.evil.example. MX 10 h%d-%d.evil.example.", i, i, j), fmt.Sprintf("h%d-%d.evil.example. A 203.0.113.9", i, j))
		}
	}
	s.Add(t, dnsserver.TXT("many.evil.example", many+" -all"))
	s.Add(t, `ptr.example. TXT "v=spf1 ptr include:none.ptr.example include:some.ptr.example -all"`, `none.ptr.example. TXT "v=spf1 -all"`, `some.ptr.example. TXT "v=spf1 -all"`, dnsserver.TXT("_dmarc.ptr.example", "v=DMARC1; p=reject"))
	s.Add(t, `mx.example. TXT "v=spf1 ptr mx -all"`, "mx.example. MX 10 in.mx.example.", "in.mx.example. A 203.0.113.7", dnsserver.TXT("_dmarc.mx.example", "v=DMARC1; p=reject"))
	s.Add(t, "10.2.0.192.in-addr.arpa. PTR slow.evil.example.", "10.2.0.192.in-addr.arpa. PTR in.mx.example.")
	s.Fail(dnsserver.Silent, "9.2.0.192.in-addr.arpa")
	for i := range 10 {
		s.Add(t, fmt.Sprintf("8.2.0.192.in-addr.arpa. PTR p%d.evil.example.", i))
		s.Fail(dnsserver.Silent, fmt.Sprintf("p%d.evil.example", i))
	}
	const (
		slowKey   = "DKIM-Signature: v=1; a=rsa-sha256; d=evil.example; s=s; h=From; bh=x; b=x\n"
		nobodys   = "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=none; h=From; bh=x; b=x\n"
		mail      = "From: Ana <ana@example.org>\n\nHello\n"
		slowPath  = "x@slow.evil.example"
		quickPath = "x@evil.example"
	)
	good := string(signed(t, crlf(mail), "evil.org", "k", private))
	for _, tt := range []struct{ name, path, mail, client, from string }{ // client and from: empty for the usual ones
		{"the reverse-path and a key", slowPath, slowKey + mail, "", ""},
		{"the reverse-path, beside a key of the victim that is not there", slowPath, nobodys + mail, "", ""},
		{"a key, beside one of the victim that is not there", quickPath, slowKey + nobodys + mail, "", ""},
		{"a key, beside the reverse-path of the victim", "ana@example.org", slowKey + mail, "", ""},
		{"the policy of a signer who ends like the victim", quickPath, good, "", ""},
		{"lookups for SPF, beside a key of the victim that is not there", "x@many.evil.example", nobodys + mail, "", ""},
		{"the name of the client, which the victim asks for (ptr)", "ana@ptr.example", mail, "192.0.2.9", "ptr.example"},
		{"one of them is the victim's own server, which the victim asks for, too", "ana@mx.example", mail, "192.0.2.10", "mx.example"},
		{"the addresses of the names of the client, which the victim asks for", "ana@ptr.example", mail, "192.0.2.8", "ptr.example"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := New(resolver.New(resolver.Config{Server: s.Addr, Timeout: 3 * time.Second}), 5*time.Second)
			env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: tt.path, Helo: "x.example", Client: cmp.Or(tt.client, "192.0.2.7")}
			raw := crlf(strings.ReplaceAll(tt.mail, "\r\n", "\n"))
			if a := c.Check(t.Context(), env, raw, cmp.Or(tt.from, "example.org"), true); !a.Failed() {
				t.Errorf("a forged mail has not failed: %s", a.Words())
			}
		})
	}
}

// TestTooMuchToVerify: a mail that costs its verification more than it is worth is not verified, and one just below is.
func TestTooMuchToVerify(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := dnsserver.Start(t, dnsserver.TXT("k._domainkey.example.org", record(t, public, "")))
	sign := func(body string, fields int, how dkim.Canonicalization) []byte {
		t.Helper()
		keys := []string{"From"}
		for i := range fields - 1 {
			keys = append(keys, fmt.Sprint("X-", i))
		}
		var out bytes.Buffer
		err := dkim.Sign(&out, bytes.NewReader(crlf("From: Ana <ana@example.org>\n\n"+body)), &dkim.SignOptions{Domain: "example.org", Selector: "k", Signer: private, HeaderKeys: keys, HeaderCanonicalization: how, BodyCanonicalization: how})
		if err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	below := func(field string) []byte {
		return append([]byte(field), sign("Hello\n", 1, dkim.CanonicalizationRelaxed)...)
	}
	empty := func(n int) string { return "Hello" + strings.Repeat("\n", n/2) + "world\n" }
	for _, tt := range []struct {
		name string
		mail []byte
		why  string // empty: it passes
	}{
		{"a field of many lines", below("X: a\r\n" + strings.Repeat(" b\r\n", maxHeaderLines-20)), ""},
		{"a field of too many lines", below("X: a\r\n" + strings.Repeat(" b\r\n", maxHeaderLines)), "the header is too long"},
		{"too many fields", below(strings.Repeat("X:\r\n", maxHeaderLines)), "the header is too long"},
		{"a long field", below("X: " + strings.Repeat("x", maxHeaderBytes-2000) + "\r\n"), ""},
		{"too long a field", below("X: " + strings.Repeat("x", maxHeaderBytes) + "\r\n"), "the header is too long"},
		{"signed fields", sign("Hello\n", maxSignedFields, dkim.CanonicalizationRelaxed), ""},
		{"too many signed fields", sign("Hello\n", maxSignedFields+1, dkim.CanonicalizationRelaxed), "the signature names too many fields"},
		{"empty lines", sign(empty(maxEmptyLines), 1, dkim.CanonicalizationSimple), ""},
		{"too many empty lines", sign(empty(maxEmptyLines+2), 1, dkim.CanonicalizationSimple), "too many empty lines"},
	} {
		a := checker(s).Check(t.Context(), ticket.Envelope{}, tt.mail, "example.org", false)
		if tt.why == "" && a.DKIM != "pass" || tt.why != "" && (a.DKIM != "permerror" || !strings.Contains(a.Words(), "example.org, selector k") || !strings.Contains(a.Words(), tt.why)) {
			t.Errorf("%s: %s, want %q", tt.name, a.Words(), tt.why)
		}
	}
}

// TestFaultIsTold: whatever could not be asked, it is said.
func TestFaultIsTold(t *testing.T) {
	s := dnsserver.Start(t, `example.org. TXT "v=spf1 -all"`, dnsserver.TXT("_dmarc.example.org", "v=DMARC1; p=reject; np=none"), dnsserver.TXT("_dmarc.a.example.org", "v=DMARC1; p=reject"))
	s.Fail(dnsserver.ServFail, "mute.example", "_dmarc.mute.example", "k._domainkey.example.org", "new.example.org")
	c := checker(s)
	const key = "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=k; h=From; bh=x; b=x\n"
	for _, tt := range []struct{ name, path, from, header, want, about string }{
		{"SPF", "x@mute.example", "example.org", "", "spf=temperror (mute.example), dkim=none, dmarc=fail (policy reject of example.org)", "mute.example"},
		{"a key", "x@example.org", "example.org", key, "spf=fail (example.org), dkim=temperror (example.org, selector k: key unavailable", "k._domainkey.example.org"},
		{"the policy", "x@example.org", "mute.example", "", "spf=fail (example.org), dkim=none, dmarc=temperror", "_dmarc.mute.example"},
		{"whether the domain is there", "x@example.org", "new.example.org", "", "spf=fail (example.org), dkim=none, dmarc=fail (policy reject of example.org)", "new.example.org"},
		{"nothing", "x@example.org", "a.example.org", "", "spf=fail (example.org), dkim=none, dmarc=fail (policy reject of a.example.org)", ""},
	} {
		env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: tt.path, Helo: "x.example", Client: "192.0.2.7"}
		a := c.Check(t.Context(), env, crlf(tt.header+"From: a@example.org\n\nHello\n"), tt.from, true)
		if !strings.HasPrefix(a.Words(), tt.want) || (a.Fault != "") != (tt.about != "") || !strings.Contains(a.Fault, tt.about) {
			t.Errorf("%s: %s, fault %q; want %s about %q", tt.name, a.Words(), a.Fault, tt.want, tt.about)
		}
	}
}

// TestNoFaultIsAPass has each way in which a DNS answers badly, about each of what is asked of it: what may be over later is a
// temperror and no failure, what is an answer is none, and neither is ever a pass.
func TestNoFaultIsAPass(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	plain := crlf("From: Ana <ana@example.org>\n\nHello\n")
	mail := signed(t, plain, "example.org", "k", private)
	const later, never = 300 * time.Millisecond, time.Minute
	for _, fault := range []struct {
		name    string
		kind    dnsserver.Fault
		timeout time.Duration
	}{
		{"silent", dnsserver.Silent, later}, {"SERVFAIL", dnsserver.ServFail, later}, {"REFUSED", dnsserver.Refused, later}, {"wrong ids", dnsserver.WrongID, later}, {"another question", dnsserver.WrongQuestion, later},
		{"garbage", dnsserver.Garbage, later}, {"cut short", dnsserver.CutShort, later}, {"a CNAME that loops", dnsserver.Loop, never}, {"huge", dnsserver.Huge, never},
	} {
		for _, about := range []string{"example.org", "k._domainkey.example.org", "_dmarc.example.org"} {
			t.Run(fault.name+" about "+about, func(t *testing.T) {
				t.Parallel()
				s := dnsserver.Start(t, `example.org. TXT "v=spf1 ip4:192.0.2.7 -all"`, dnsserver.TXT("k._domainkey.example.org", record(t, public, "")), dnsserver.TXT("_dmarc.example.org", "v=DMARC1; p=reject"))
				s.Fail(fault.kind, about)
				c := New(resolver.New(resolver.Config{Server: s.Addr, Timeout: fault.timeout}), time.Minute)
				path, raw := "ana@example.org", mail
				switch about {
				case "example.org": // SPF alone could pass
					raw = plain
				case "k._domainkey.example.org":
					path = "ana@other.example"
				}
				a := c.Check(t.Context(), ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: path, Helo: "x.example", Client: "192.0.2.7"}, raw, "example.org", true)
				result := map[string]string{"example.org": a.SPF, "k._domainkey.example.org": a.DKIM, "_dmarc.example.org": a.DMARC}[about]
				if fault.timeout == later && (result != "temperror" || a.DMARC != "temperror" || a.Failed() || a.Fault == "") {
					t.Errorf("%s, failed %t, fault %q; want temperror", a.Words(), a.Failed(), a.Fault)
				}
				if result == "pass" || result == "temperror" && fault.timeout == never || a.DMARC == "pass" {
					t.Errorf("%s", a.Words())
				}
			})
		}
	}
}
