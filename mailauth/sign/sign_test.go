package sign

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/faulttest/dnsserver"
	"maildesk/mailauth/check"
	"maildesk/mailauth/resolver"
	"maildesk/ticket"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const letter = "From: Example IT <support@desk.example.org>\r\nTo: ana@example.net\r\nSubject: Re: Printer\r\nMessage-ID: <1@desk.example.org>\r\nDate: Mon, 23 Nov 2026 12:00:00 +0000\r\n\r\nIt is mended.\r\n"

// What is signed passes the desk's own check, by the records that are printed; and does
// not, once something of it is changed or added.
func TestSign(t *testing.T) {
	folder := t.TempDir()
	keys, err := Create(folder, "Example.org", noon)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(folder, []string{"example.org"})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := s.Sign([]byte(letter))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasSuffix(signed, []byte(letter)) || bytes.Count(signed, []byte("DKIM-Signature:")) != 2 {
		t.Fatalf("signed:\n%s", signed)
	}
	dns := dnsserver.Start(t, dnsserver.TXT("_dmarc.example.org", "v=DMARC1; p=reject"))
	for _, k := range keys {
		dns.Add(t, k.Zone())
	}
	c := check.New(resolver.New(resolver.Config{Server: dns.Addr}), 10*time.Second)
	verify := func(mail []byte) ticket.Authentication {
		return c.Check(t.Context(), ticket.Envelope{}, mail, "desk.example.org", false)
	}
	a := verify(signed)
	if a.DMARC != "pass" || len(a.Signatures) != 2 || a.Signatures[0].Result != "pass" || a.Signatures[1].Result != "pass" {
		t.Errorf("%s", a.Words())
	}
	for _, change := range []struct{ name, old, new string }{
		{"the text", "mended", "broken"},
		{"a second From", "From: Example", "From: evil@example.net\r\nFrom: Example"},
		{"a second Subject", "Subject: ", "Subject: Win\r\nSubject: "},
		{"a Reply-To", "To: ana", "Reply-To: evil@example.net\r\nTo: ana"},
		{"a Cc", "To: ana", "Cc: evil@example.net\r\nTo: ana"},
		{"another type", "Date: ", "Content-Type: text/html\r\nDate: "},
		{"text behind it", "It is mended.\r\n", "It is mended.\r\nPay here.\r\n"},
	} {
		changed := append(bytes.TrimSuffix(bytes.Clone(signed), []byte(letter)), strings.Replace(letter, change.old, change.new, 1)...)
		if a := verify(changed); a.DKIM == "pass" {
			t.Errorf("%s: %s", change.name, a.Words())
		}
	}
	for _, from := range []string{"support@example.net", "support@notexample.org", "support@org", "nobody", "a@example.org, b@example.org"} {
		other := strings.Replace(letter, "Example IT <support@desk.example.org>", from, 1)
		if got, err := s.Sign([]byte(other)); err != nil || string(got) != other {
			t.Errorf("From %s: %v\n%s", from, err, got)
		}
	}
}

// The newest keys sign; the older ones stay, for mail that is on its way.
func TestRotation(t *testing.T) {
	folder := t.TempDir()
	if _, err := Open(folder, []string{"example.org"}); err == nil || !strings.Contains(err.Error(), "maildesk keys dkim example.org") {
		t.Errorf("Open without keys = %v", err)
	}
	for _, at := range []time.Time{noon, noon.AddDate(0, 6, 0)} {
		if _, err := Create(folder, "example.org", at); err != nil {
			t.Fatal(err)
		}
	}
	sameDay := t.TempDir() // after a key was lost or shown to somebody, they are changed at once
	for i, want := range []string{"md20261123r", "md20261123x2r", "md20261123x3r"} {
		if _, err := Create(sameDay, "example.org", noon); err != nil {
			t.Fatal(err)
		}
		if all, err := Keys(sameDay, "example.org"); err != nil || len(all) != 2*i+2 || all[0].Selector != want {
			t.Errorf("the newest of one day, after %d: %v, %v", i, all, err)
		}
	}
	if _, err := Create(sameDay, "example.org", noon.AddDate(0, 0, 1)); err != nil {
		t.Fatal(err)
	}
	if all, err := Keys(sameDay, "example.org"); err != nil || all[0].Selector != "md20261124r" {
		t.Errorf("the newest of the next day: %v, %v", all, err)
	}
	keys, err := Keys(folder, "example.org")
	if err != nil || len(keys) != 4 || keys[0].Selector != "md20270523r" || keys[3].Selector != "md20261123e" {
		t.Errorf("Keys = %v, %v", keys, err)
	}
	s, err := Open(folder, []string{"example.org"})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := s.Sign([]byte(letter))
	if err != nil || !bytes.Contains(signed, []byte("s=md20270523e;")) || !bytes.Contains(signed, []byte("s=md20270523r;")) || bytes.Contains(signed, []byte("20261123")) {
		t.Errorf("%v\n%s", err, signed)
	}
	info, err := os.Stat(filepath.Join(folder, "example.org", "md20261123e.pem"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info, err)
	}
}

func TestOddKeys(t *testing.T) {
	for _, domain := range []string{"", "..", "../x", "a/b", `a\b`, ".hidden"} {
		if _, err := Create(t.TempDir(), domain, noon); err == nil {
			t.Errorf("Create(%q) = nil", domain)
		}
	}
	for _, text := range []string{"", "hello", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		folder := t.TempDir()
		if err := os.MkdirAll(filepath.Join(folder, "example.org"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "example.org", "x.pem"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(folder, []string{"example.org"}); err == nil {
			t.Errorf("Open with the key %q = nil", text)
		}
	}
}

// FuzzSign: whatever a mail is, signing loses nothing of it.
func FuzzSign(f *testing.F) {
	folder := f.TempDir()
	if _, err := Create(folder, "example.org", noon); err != nil {
		f.Fatal(err)
	}
	s, err := Open(folder, []string{"example.org"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(letter))
	f.Add([]byte("From: a@example.org\n\n"))
	f.Add([]byte("From: a@example.org"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if signed, err := s.Sign(raw); err == nil && !bytes.HasSuffix(signed, raw) {
			t.Errorf("%q becomes %q", raw, signed)
		}
	})
}
