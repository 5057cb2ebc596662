package check

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"maildesk/faulttest/dnsserver"
	"maildesk/ticket"
)

// signedBy returns a mail with one more signature, of an own making.
func signedBy(t testing.TB, mail string, how dkim.SignOptions) []byte {
	t.Helper()
	how.Domain = "example.com"
	if how.HeaderKeys == nil {
		how.HeaderKeys = []string{"From", "To", "Subject"}
	}
	var out bytes.Buffer
	if err := dkim.Sign(&out, bytes.NewReader(crlf(mail)), &how); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// byHand returns a mail with a signature whose field is given, # for what signs: it covers From, and is simple.
func byHand(t testing.TB, mail string, key ed25519.PrivateKey, field string) []byte {
	t.Helper()
	raw := crlf(mail)
	from, _, _ := bytes.Cut(raw, []byte("\r\n"))
	_, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	hash := sha256.Sum256(body)
	field = strings.ReplaceAll(strings.ReplaceAll(field, "\n", "\r\n"), "$", base64.StdEncoding.EncodeToString(hash[:]))
	data := sha256.Sum256([]byte(string(from) + "\r\n" + strings.Replace(field, "#", "", 1)))
	return []byte(strings.Replace(field, "#", base64.StdEncoding.EncodeToString(ed25519.Sign(key, data[:])), 1) + "\r\n" + string(raw))
}

// keyOf returns a record with a key, in a form of its own.
func keyOf(tags string, der []byte) string {
	return tags + "p=" + base64.StdEncoding.EncodeToString(der)
}

// TestMailAuthSignatures tries what the crate mail-auth tries of DKIM, as rows of our own: the situations are theirs, the mails and keys
// are not. Where we find something else than it does, a row says why.
func TestMailAuthSignatures(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	pkix, err := x509.MarshalPKIXPublicKey(rsaKey.Public())
	if err != nil {
		t.Fatal(err)
	}
	at := func(selector, txt string) string { return dnsserver.TXT(selector+"._domainkey.example.com", txt) }
	s := dnsserver.Start(t, at("ed", record(t, public, "")), at("rsa", "v=DKIM1; t=s; "+keyOf("", pkix)),
		at("pkcs1", keyOf("v=DKIM1; ", x509.MarshalPKCS1PublicKey(&rsaKey.PublicKey))), at("bare", keyOf("", pkix)), at("kind", keyOf("k=rsa; ", pkix)),
		at("hashes", keyOf("k=rsa; t=s; h=sha256; ", pkix)), at("all", keyOf("v=DKIM1; h= sha1:sha 256:other;; s=*:email;; n=ignore these notes ; t= s :yy:x; ", pkix)),
		at("tests", keyOf("v=DKIM1; t= y : s :yy:x; ", pkix)), at("sha1", keyOf("h=sha1; ", pkix)), at("late", keyOf("k=rsa; v=DKIM1; ", pkix)),
		at("gone", "v=DKIM1; p="), at("gone2", "v=DKIM1; k=rsa; p=;"), at("gone3", "p="))
	const (
		mail  = "From: ann@example.com\nTo: joe@example.com\nSubject: Report\n\nI need  the report. \nSo send it, please.\n"
		empty = "From: ann@example.com\nTo: joe@example.com\nSubject: Report\n\n\n"
		many  = "X-Copy: 4\nFrom: ann@example.com\nX-Copy: 3\nTo: joe@example.com\nX-Copy: 2\nSubject: Report\nX-Copy: 1\nTo: jane@example.com\n\nHello\n"
		odd   = "From:\tAnn \t<ann@example.com>\t\nTo : joe@example.com\n\tjane@example.com \nSubject:  a \t b  \n\n c \t \n\n\n"
		open  = "From: ann@example.com\nTo: joe@example.com\nSubject: Report\n\nabc"
	)
	with := func(mail, selector string, key crypto.Signer, header, body dkim.Canonicalization, change func(*dkim.SignOptions)) []byte {
		how := dkim.SignOptions{Selector: selector, Signer: key, HeaderCanonicalization: header, BodyCanonicalization: body}
		if change != nil {
			change(&how)
		}
		return signedBy(t, mail, how)
	}
	const simple, relaxed = dkim.CanonicalizationSimple, dkim.CanonicalizationRelaxed
	plain := func(selector string) []byte { return with(mail, selector, rsaKey, relaxed, relaxed, nil) }
	identity := func(i string) func(*dkim.SignOptions) { return func(o *dkim.SignOptions) { o.Identifier = i } }
	copies := func(o *dkim.SignOptions) {
		o.HeaderKeys = []string{"From", "To", "Subject", "X-Copy", "X-Copy", "X-None"}
	}
	twice := func(raw []byte) []byte {
		field := raw[:bytes.Index(raw, []byte("\r\nFrom: "))+2]
		return slices.Concat(field, []byte("X-Line: From a list\r\n"), raw)
	}
	const usual = "DKIM-Signature: v=1; a=ed25519-sha256; d=example.com; s=ed; h=From; bh=$; b=#"
	for _, tt := range []struct {
		name   string
		mail   []byte
		result string
		why    string // we find something else than mail-auth
	}{
		{"RSA, relaxed, with i=", with(mail, "rsa", rsaKey, relaxed, relaxed, identity("ann@example.com")), "pass", ""},
		{"ed25519, relaxed", with(mail, "ed", private, relaxed, relaxed, nil), "pass", ""},
		{"an empty body, relaxed", with(empty, "rsa", rsaKey, relaxed, relaxed, nil), "pass", ""},
		{"an empty body, simple", with(empty, "rsa", rsaKey, simple, simple, nil), "pass", ""},
		{"fields that stand several times, and one that is not there", with(many, "rsa", rsaKey, simple, simple, copies), "pass", ""},
		{"fields that stand several times, relaxed", with(many, "rsa", rsaKey, relaxed, relaxed, copies), "pass", ""},
		{"a relaxed header, a simple body", with(mail, "rsa", rsaKey, relaxed, simple, nil), "pass", ""},
		{"a simple header, a relaxed body", with(mail, "rsa", rsaKey, simple, relaxed, nil), "pass", ""},
		{"blanks and tabs, relaxed", with(odd, "rsa", rsaKey, relaxed, relaxed, nil), "pass", ""},
		{"blanks and tabs, simple", with(odd, "rsa", rsaKey, simple, simple, nil), "pass", ""},
		{"a body whose last line does not end, simple", with(open, "rsa", rsaKey, simple, simple, nil), "pass", ""},
		{"a body whose last line does not end, relaxed", with(open, "rsa", rsaKey, relaxed, relaxed, nil), "pass", ""},
		{"i= of somebody else", bytes.Replace(with(mail, "rsa", rsaKey, relaxed, relaxed, nil), []byte(" d=example.com;"), []byte(" d=example.com; i=@wrong.example;"), 1), "permerror", ""},
		{"i= of one below, which the key forbids (t=s)", with(mail, "rsa", rsaKey, relaxed, relaxed, identity("@a.example.com")), "permerror", ""},
		{"i= of one below", with(mail, "ed", private, relaxed, relaxed, identity("@a.example.com")), "pass", ""},
		{"expired", with(mail, "rsa", rsaKey, relaxed, relaxed, func(o *dkim.SignOptions) { o.Expiration = time.Unix(1667843664, 0) }), "permerror", ""},
		{"expires", with(mail, "rsa", rsaKey, relaxed, relaxed, func(o *dkim.SignOptions) { o.Expiration = time.Now().Add(24 * time.Hour) }), "pass", ""},
		{"the same signature twice, as of a list", twice(plain("kind")), "pass", ""},

		// Keys.
		{"a key as RSAPublicKey (PKCS #1)", plain("pkcs1"), "pass", ""},
		{"a key without a tag", plain("bare"), "pass", ""},
		{"a key that says k=rsa alone", plain("kind"), "pass", ""},
		{"a key for SHA-256", plain("hashes"), "pass", ""},
		{"a key for all, with odd blanks and unknown words", plain("all"), "pass", ""},
		{"a key that is tested", plain("tests"), "permerror", "RFC 6376 section 3.6.1: as if the mail were not signed"},
		{"a key for SHA-1", plain("sha1"), "permerror", ""},
		{"a key whose version is not first", plain("late"), "pass", ""},
		{"a key that is revoked", plain("gone"), "permerror", ""},
		{"a key that is revoked, with its kind", plain("gone2"), "permerror", ""},
		{"a key that is revoked, without a tag", plain("gone3"), "permerror", ""},

		// How the field is written.
		{"the usual way", byHand(t, mail, private, usual), "pass", ""},
		{"b= first", byHand(t, mail, private, "DKIM-Signature: b=#; v=1; a=ed25519-sha256; d=example.com; s=ed; h=From; bh=$"), "pass", ""},
		{"b= between, with blanks and line ends", byHand(t, mail, private, "DKIM-Signature: v=1; a=ed25519-sha256; b =#; d=example.com;\n\ts=ed; h=From; bh=$;"), "pass", ""},
		{"blanks and line ends everywhere", byHand(t, mail, private, "DKIM-Signature: v = 1 ; a = ed25519 -\n sha256; d = example.com ;\n s = ed; c = simple / simple; q=dns/txt; i = joe=20@\n a.example.com;\n h = From : : X-None\n ; bh = $ ; b=#"), "pass", ""},
		{"unknown tags, and a copy of the header (z=)", byHand(t, mail, private, usual[:len(usual)-3]+"z=From:foo@example.net|To:joe@example.com|\n Subject:demo=20run; r=y; atps=example.net; b=#"), "pass", ""},
		{"a part of the body (l=), and nothing added", byHand(t, mail, private, strings.Replace(usual, "bh=$", fmt.Sprintf("l=%d; bh=$", len("I need  the report. \r\nSo send it, please.\r\n")), 1)), "fail", "RFC 6376 section 8.2: with l= nothing holds, as in its strict way"},
		{"a tag twice", byHand(t, mail, private, strings.Replace(usual, "d=example.com", "d=example.com; d=example.com", 1)), "permerror", ""},
		{"no d=", byHand(t, mail, private, strings.Replace(usual, "d=example.com; ", "", 1)), "permerror", ""},
		{"another version", byHand(t, mail, private, strings.Replace(usual, "v=1", "v=2", 1)), "permerror", ""},
		{"d= in capitals", byHand(t, mail, private, strings.Replace(usual, "d=example.com", "d=Example.COM", 1)), "pass", ""},
		{"a line end of a forger in d= and s=", byHand(t, mail, private, strings.Replace(usual, "d=example.com; s=ed", "d=example.com\n X-Injected: yes; s=ed\n Reply-To: eve@evil.example", 1)), "permerror", ""},
		{"control characters in d= and s=", byHand(t, mail, private, strings.Replace(usual, "d=example.com; s=ed", "d=example.com\x01\x1b[1m; s=ed\x07", 1)), "permerror", ""},
	} {
		a := checker(s).Check(t.Context(), ticket.Envelope{}, tt.mail, "example.com", false)
		if a.DKIM != tt.result || (a.Signer == "example.com") != (tt.result == "pass") {
			t.Errorf("%s: %s, aligned by %q; want %s (%s)\n%s", tt.name, a.Words(), a.Signer, tt.result, tt.why, tt.mail)
		}
		if strings.ContainsFunc(a.Words(), func(r rune) bool { return r < ' ' }) {
			t.Errorf("%s: the words are %q", tt.name, a.Words())
		}
	}
}

// TestWordsOfSignatures: each signature is told apart, with where its key is, and why it does not hold.
func TestWordsOfSignatures(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := dnsserver.Start(t, dnsserver.TXT("good._domainkey.example.com", record(t, public, "")), dnsserver.TXT("other._domainkey.example.com", keyEd25519))
	s.Fail(dnsserver.ServFail, "mute._domainkey.example.com")
	raw := crlf("From: ann@example.com\n\nHello\n")
	for _, selector := range []string{"good", "other", "none", "mute"} {
		raw = signed(t, raw, "example.com", selector, private)
	}
	raw = append([]byte("DKIM-Signature: nonsense\r\n"), raw...)
	want := "dkim=pass (permerror: malformed signature tags: dkim: malformed header params; " +
		"example.com, selector mute: temperror: key unavailable: "
	a := checker(s).Check(t.Context(), ticket.Envelope{}, raw, "example.com", false)
	if got := a.Words(); !strings.HasPrefix(got, want) || !strings.Contains(got, "; example.com, selector none: permerror: no key for signature: ") ||
		!strings.Contains(got, "; example.com, selector other: fail: signature did not verify: dkim: invalid Ed25519 signature; example.com, selector good), ") {
		t.Errorf("%s", got)
	}
	if got := a.Signatures[4]; got != (ticket.Signature{Domain: "example.com", Selector: "good", Result: "pass"}) {
		t.Errorf("the last signature is %+v", got)
	}
}
