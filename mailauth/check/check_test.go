package check

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/emersion/go-msgauth/dkim"

	"maildesk/faulttest/dnsserver"
	"maildesk/mailauth/resolver"
	"maildesk/ticket"
)

// crlf returns a mail as it travels.
func crlf(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) }

// checker returns one that asks a server, quick to give up.
func checker(s *dnsserver.Server) *Checker {
	return New(resolver.New(resolver.Config{Server: s.Addr, Timeout: 2 * time.Second}), time.Minute)
}

// record returns the DNS record of a key.
func record(t testing.TB, public crypto.PublicKey, more string) string {
	t.Helper()
	if key, ok := public.(ed25519.PublicKey); ok {
		return "v=DKIM1; k=ed25519; " + more + "p=" + base64.StdEncoding.EncodeToString(key)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return "v=DKIM1; k=rsa; " + more + "p=" + base64.StdEncoding.EncodeToString(der)
}

// signed returns a mail with one more signature.
func signed(t testing.TB, mail []byte, domain, selector string, key crypto.Signer) []byte {
	t.Helper()
	var out bytes.Buffer
	err := dkim.Sign(&out, bytes.NewReader(mail), &dkim.SignOptions{Domain: domain, Selector: selector, Signer: key,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed, HeaderKeys: []string{"From", "Subject", "To"}})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Published samples.
func TestVectors(t *testing.T) {
	s := dnsserver.Start(t, dnsserver.TXT("brisbane._domainkey.football.example.com", keyEd25519), dnsserver.TXT("test._domainkey.football.example.com", keyRSA8463), dnsserver.TXT("brisbane._domainkey.example.com", keyRSA6376),
		dnsserver.TXT("_dmarc.example.com", "v=DMARC1; p=reject"))
	c := checker(s)
	for _, tt := range []struct {
		name, mail, want string
	}{
		{"RFC 8463", vectorEd25519 + vectorRSA + vectorMail, "dkim=pass (football.example.com, selector brisbane; football.example.com, selector test), dmarc=pass (policy reject of example.com)"},
		{"RFC 8463, ed25519 alone", vectorEd25519 + vectorMail, "dkim=pass (football.example.com, selector brisbane), dmarc=pass (policy reject of example.com)"},
		{"RFC 8463, RSA alone", vectorRSA + vectorMail, "dkim=pass (football.example.com, selector test), dmarc=pass (policy reject of example.com)"},
		{"RFC 6376", vector6376, "dkim=pass (example.com, selector brisbane), dmarc=pass (policy reject of example.com)"},
		{"another text", vectorEd25519 + strings.Replace(vectorMail, "lost", "won", 1), "dkim=fail (football.example.com, selector brisbane: body hash did not verify), dmarc=fail (policy reject of example.com)"},
		{"another subject", vectorEd25519 + strings.Replace(vectorMail, "dinner", "supper", 1), "dkim=fail (football.example.com, selector brisbane: signature did not verify: dkim: invalid Ed25519 signature), dmarc=fail (policy reject of example.com)"},
		{"a second From, which the signature forbids", vectorEd25519 + "From: eve@football.example.com\n" + vectorMail, "dkim=fail (football.example.com, selector brisbane: signature did not verify: dkim: invalid Ed25519 signature), dmarc=fail (policy reject of example.com)"},
		{"blanks at the ends of lines", vectorEd25519 + strings.Replace(vectorMail, "yet?\n", "yet? \t\n", 1) + "\n\n", "dkim=pass (football.example.com, selector brisbane), dmarc=pass (policy reject of example.com)"},
		{"no signature", vectorMail, "dkim=none, dmarc=fail (policy reject of example.com)"},
	} {
		a := c.Check(t.Context(), ticket.Envelope{}, crlf(tt.mail), "football.example.com", false)
		want := strings.ReplaceAll(tt.want, ", dmarc=fail (policy reject of example.com)", "") // SPF is not known
		if got := a.Words(); got != want {
			t.Errorf("%s:\n%s, want\n%s", tt.name, got, want)
		}
	}
	bare := []byte(vectorEd25519 + vectorMail) // line ends of a pipe
	if a := c.Check(t.Context(), ticket.Envelope{}, bare, "football.example.com", false); a.DKIM != "pass" {
		t.Errorf("with bare line feeds: %s", a.Words())
	}
}

// TestSignatures has a row for each kind of signature that must not count, and for
// some that do.
func TestSignatures(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, other, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	mail := crlf("From: Ana <ana@example.org>\nTo: support@example.com\nSubject: Printer\n\nIt is broken.\n")
	const domain = "example.org"
	sign := func(selector string) []byte { return signed(t, mail, domain, selector, private) }
	s := dnsserver.Start(t,
		dnsserver.TXT("good._domainkey.example.org", record(t, public, "")),
		dnsserver.TXT("rsa._domainkey.example.org", record(t, rsaKey.Public(), "")),
		dnsserver.TXT("tests._domainkey.example.org", record(t, public, "t=y; ")),
		dnsserver.TXT("strict._domainkey.example.org", record(t, public, "t=s; ")),
		dnsserver.TXT("revoked._domainkey.example.org", "v=DKIM1; k=ed25519; p="),
		dnsserver.TXT("short._domainkey.example.org", record(t, &rsa.PublicKey{N: number(t, 1020), E: 65537}, "")),
		dnsserver.TXT("long._domainkey.example.org", record(t, &rsa.PublicKey{N: number(t, 8192), E: 65537}, "")),
		dnsserver.TXT("twice._domainkey.example.org", record(t, public, "")), dnsserver.TXT("twice._domainkey.example.org", keyEd25519),
		dnsserver.TXT("web._domainkey.example.org", record(t, public, "s=web; ")),
		dnsserver.TXT("odd._domainkey.example.org", "v=DKIM1; k=ed25519; p=####"))
	s.Fail(dnsserver.ServFail, "broken._domainkey.example.org")
	c := checker(s)
	for _, tt := range []struct {
		name   string
		mail   []byte
		result string
	}{
		{"a good one", sign("good"), "pass"},
		{"RSA of 1024 bits", signed(t, mail, domain, "rsa", rsaKey), "pass"},
		{"by another key", signed(t, mail, domain, "good", other), "fail"},
		{"of part of the body, and nothing added", withLength(t, mail, private, len("It is broken.\r\n")), "fail"},
		{"of part of the body, and more added", append(withLength(t, mail, private, len("It is broken.\r\n")), "#resolve\r\n"...), "fail"},
		{"with a key that is tested", sign("tests"), "permerror"},
		{"with a key for the domain itself", sign("strict"), "pass"},
		{"with a key that is revoked", sign("revoked"), "permerror"},
		{"with a key that is too short", sign("short"), "permerror"},
		{"with a key that is too long", sign("long"), "permerror"},
		{"with two keys", sign("twice"), "permerror"},
		{"with a key for something else", sign("web"), "permerror"},
		{"with an odd key", sign("odd"), "permerror"},
		{"with no key", sign("missing"), "permerror"},
		{"with a key that nobody could read", sign("broken"), "temperror"},
		{"a good one below a bad one", append([]byte("DKIM-Signature: nonsense\r\n"), sign("good")...), "pass"},
		{"a good one below too many", append(bytes.Repeat([]byte("DKIM-Signature: v=1; d=x\r\n"), maxSignatures), sign("good")...), "permerror"},
		{"old", bytes.Replace(sign("good"), []byte(" s=good;"), []byte(" s=good; x=1000000000;"), 1), "permerror"},
		{"without From", bytes.Replace(sign("good"), []byte("h=From"), []byte("h=Frim"), 1), "permerror"},
		{"with SHA-1", bytes.Replace(sign("good"), []byte("a=ed25519-sha256"), []byte("a=ed25519-sha1"), 1), "permerror"},
		{"none", mail, "none"},
		{"no mail", []byte("DKIM-Signature: v=1"), "none"},
	} {
		a := c.Check(t.Context(), ticket.Envelope{}, tt.mail, domain, false)
		if a.DKIM != tt.result || (a.Signer != "") != (tt.result == "pass") {
			t.Errorf("%s: %s, aligned by %q; want %s", tt.name, a.Words(), a.Signer, tt.result)
		}
		if strings.Contains(tt.name, " too ") && strings.HasPrefix(tt.name, "with a key") && !strings.Contains(a.Words(), "too short or too long") {
			t.Errorf("%s: %s", tt.name, a.Words())
		}
	}
}

// number returns an odd number of so many bits.
func number(t testing.TB, bits int) *big.Int {
	t.Helper()
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), uint(bits-1)))
	if err != nil {
		t.Fatal(err)
	}
	return n.SetBit(n.SetBit(n, bits-1, 1), 0, 1)
}

// withLength returns a mail with a signature that is correct but for the part of the
// body behind a length (l=).
func withLength(t testing.TB, mail []byte, key ed25519.PrivateKey, length int) []byte {
	t.Helper()
	_, body, _ := bytes.Cut(mail, []byte("\r\n\r\n"))
	hash := sha256.Sum256(body[:length])
	value := fmt.Sprintf(" v=1; a=ed25519-sha256; c=simple/simple; d=example.org; s=good; h=From; l=%d; bh=%s; b=", length, base64.StdEncoding.EncodeToString(hash[:]))
	from, _, _ := bytes.Cut(mail, []byte("\r\n"))
	data := sha256.Sum256([]byte(string(from) + "\r\nDKIM-Signature:" + value))
	return []byte("DKIM-Signature:" + value + base64.StdEncoding.EncodeToString(ed25519.Sign(key, data[:])) + "\r\n" + string(mail))
}

// A signature with l= is correct in all but that.
func TestWithLengthIsCorrect(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	mail := crlf("From: ana@example.org\n\nIt is broken.\n")
	with := bytes.Replace(withLength(t, mail, private, len("It is broken.\r\n")), []byte(" l=15;"), nil, 1)
	s := dnsserver.Start(t, dnsserver.TXT("good._domainkey.example.org", record(t, public, "")))
	a := checker(s).Check(t.Context(), ticket.Envelope{}, with, "example.org", false)
	if a.DKIM != "fail" || !strings.Contains(a.Words(), "signature did not verify") {
		t.Errorf("%s: the body and its hash should agree", a.Words())
	}
}

// TestSPF has a row for each way to the domain that is checked, and each result.
func TestSPF(t *testing.T) {
	s := dnsserver.Start(t, `example.org. TXT "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"`, `soft.example. TXT "v=spf1 ~all"`, `neutral.example. TXT "v=spf1 ?all"`,
		`wrong.example. TXT "v=spf1 bogus:x -all"`, `loop.example. TXT "v=spf1 include:loop.example -all"`, `mx.example.org. TXT "v=spf1 a -all"`, `mx.example.org. A 192.0.2.7`,
		`mxs.example. TXT "v=spf1 mx -all"`, `mxs.example. MX 10 mx.example.org.`, `xn--mller-kva.example. TXT "v=spf1 ip4:192.0.2.7 -all"`,
		`_dmarc.example.org. TXT "v=DMARC1; p=reject"`, `voids.example. TXT "v=spf1 a:a.voids.example a:b.voids.example a:c.voids.example ip4:192.0.2.7 -all"`)
	s.Fail(dnsserver.ServFail, "broken.example")
	s.Fail(dnsserver.Silent, "silent.example")
	s.Fail(dnsserver.Huge, "huge.example")
	c := checker(s)
	for _, tt := range []struct {
		reversePath, helo, client, want string
	}{
		{"ana@example.org", "mx.example.org", "192.0.2.7", "pass of example.org"},
		{"ana@Example.ORG", "mx.example.org", "2001:db8::7", "pass of example.org"},
		{"ana@example.org", "mx.example.org", "198.51.100.7", "fail of example.org"},
		{"", "mx.example.org", "192.0.2.7", "pass of mx.example.org"},
		{"", "[192.0.2.7]", "192.0.2.7", "none of [192.0.2.7]"},
		{"ana@mxs.example", "x", "192.0.2.7", "pass of mxs.example"},
		{"ana@müller.example", "x", "192.0.2.7", "pass of xn--mller-kva.example"},
		{"ana@soft.example", "x", "192.0.2.7", "softfail of soft.example"},
		{"ana@neutral.example", "x", "192.0.2.7", "neutral of neutral.example"},
		{"ana@wrong.example", "x", "192.0.2.7", "permerror of wrong.example"},
		{"ana@loop.example", "x", "192.0.2.7", "permerror of loop.example"},
		{"ana@voids.example", "x", "192.0.2.7", "permerror of voids.example"},
		{"ana@missing.example", "x", "192.0.2.7", "none of missing.example"},
		{"ana@broken.example", "x", "192.0.2.7", "temperror of broken.example"},
		{"ana@silent.example", "x", "192.0.2.7", "temperror of silent.example"},
		{"ana@huge.example", "x", "192.0.2.7", "permerror of huge.example"},
		{"ana@example.org", "x", "nonsense", "none of "},
	} {
		env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: tt.reversePath, Helo: tt.helo, Client: tt.client}
		a := c.Check(t.Context(), env, crlf("From: a@example.org\n\nHello\n"), "", true)
		if got := a.SPF + " of " + a.SPFDomain; got != tt.want {
			t.Errorf("<%s> by %s [%s]: %s, want %s", tt.reversePath, tt.helo, tt.client, got, tt.want)
		}
		if (a.SPF == "temperror") != (a.Fault != "") {
			t.Errorf("<%s>: %s, fault %q", tt.reversePath, a.SPF, a.Fault)
		}
	}
}

// TestDMARC is how the checks come together: what aligns, and what nobody knows.
func TestDMARC(t *testing.T) {
	s := dnsserver.Start(t, `example.org. TXT "v=spf1 ip4:192.0.2.7 -all"`, `_dmarc.example.org. TXT "v=DMARC1; p=reject"`, `evil.example. TXT "v=spf1 +all"`,
		`_dmarc.broken.example. TXT "v=DMARC1; p=reject"`, `xn--mller-kva.example. TXT "v=spf1 ip4:192.0.2.7 -all"`, `_dmarc.xn--mller-kva.example. TXT "v=DMARC1; p=quarantine"`)
	s.Fail(dnsserver.ServFail, "broken.example", "_dmarc.mute.example")
	c := checker(s)
	for _, tt := range []struct {
		name, reversePath, from string
		direct                  bool
		want                    string
		failed                  bool
	}{
		{"sent by its own server", "ana@example.org", "example.org", true, "pass", false},
		{"the bounce address of one below", "b@example.org", "news.example.org", true, "pass", false},
		{"SPF passes for somebody else", "x@evil.example", "example.org", true, "fail", true},
		{"SPF of a relay says nothing", "x@evil.example", "example.org", false, "", false},
		{"SPF could not be read", "ana@broken.example", "broken.example", true, "temperror", false},
		{"the policy could not be read", "ana@mute.example", "mute.example", true, "temperror", false},
		{"no policy", "x@evil.example", "evil.example", true, "none", false},
		{"in letters", "ana@müller.example", "müller.example", true, "pass", false},
		{"no domain", "ana@example.org", "", true, "", false},
		{"an odd domain", "ana@example.org", "a..b", true, "", false},
	} {
		env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: tt.reversePath, Helo: "x.example", Client: "192.0.2.7"}
		a := c.Check(t.Context(), env, crlf("From: a@example.org\n\nHello\n"), tt.from, tt.direct)
		if a.DMARC != tt.want || a.Failed() != tt.failed {
			t.Errorf("%s: %s, failed %t; want %s, %t", tt.name, a.Words(), a.Failed(), tt.want, tt.failed)
		}
	}
}

// A DNS that is silent costs a mail its time, and nothing is a pass.
func TestSilentDNS(t *testing.T) {
	s := dnsserver.Start(t)
	s.Fail(dnsserver.Silent)
	c := New(resolver.New(resolver.Config{Server: s.Addr, Timeout: time.Minute}), 300*time.Millisecond)
	env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: "joe@football.example.com", Helo: "x.example", Client: "192.0.2.7"}
	a := c.Check(t.Context(), env, crlf(vectorEd25519+vectorMail), "football.example.com", true)
	if a.SPF != "temperror" || a.DKIM != "temperror" || a.DMARC != "temperror" || a.Signer != "" || a.Fault == "" || a.Failed() {
		t.Errorf("%s, aligned by %q", a.Words(), a.Signer)
	}
}

// A name server of a forger that answers no name costs a mail no more than its budget.
func TestFlood(t *testing.T) {
	s := dnsserver.Start(t)
	var include []string
	for i := range 30 {
		include = append(include, fmt.Sprintf("include:a%d.evil.example", i))
	}
	s.Add(t, dnsserver.TXT("evil.example", "v=spf1 "+strings.Join(include, " ")+" +all"))
	var mail strings.Builder
	for i := range 50 {
		fmt.Fprintf(&mail, "DKIM-Signature: v=1; a=rsa-sha256; d=%s.evil.example; s=s%d; h=From; bh=x; b=x\n", strings.Repeat("x.", 20), i)
	}
	mail.WriteString("From: a@b.c.d.e.f.g.h.i.j.evil.example\n\nHello\n")
	env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: "x@evil.example", Helo: "x.example", Client: "192.0.2.7"}
	a := checker(s).Check(t.Context(), env, crlf(mail.String()), "a.b.c.d.e.f.g.h.i.j.evil.example", true)
	if n := len(s.Asked()); n > maxSPFLookups || a.SPF == "pass" || a.DKIM == "pass" || a.DMARC == "pass" {
		t.Errorf("%d questions, %s", n, a.Words())
	}
}

// FuzzCheck: whatever a mail says, nothing passes for a domain that has no key, and the
// words about it are one line.
func FuzzCheck(f *testing.F) {
	s := dnsserver.Start(f, dnsserver.TXT("brisbane._domainkey.football.example.com", keyEd25519), dnsserver.TXT("test._domainkey.football.example.com", keyRSA8463))
	c := checker(s)
	for _, mail := range []string{vectorEd25519 + vectorRSA + vectorMail, vector6376, vectorMail, "DKIM-Signature: v=1;;=;d=\n\n", "DKIM-Signature: a=b; c\n ; d\n\nx", "\n"} {
		f.Add(crlf(mail), "football.example.com")
	}
	f.Fuzz(func(t *testing.T, raw []byte, from string) {
		a := c.Check(context.Background(), ticket.Envelope{}, raw, from, false)
		if a.Signer != "" && a.Signer != "football.example.com" || a.DMARC == "pass" {
			t.Errorf("aligned by %q: %s", a.Signer, a.Words())
		}
		if strings.ContainsFunc(a.Words(), unicode.IsControl) || len(a.Signatures) > maxSignatures {
			t.Errorf("%d signatures: %q", len(a.Signatures), a.Words())
		}
	})
}
