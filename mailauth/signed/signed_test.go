package signed_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"

	"maildesk/mailauth/signed"
	"maildesk/mailauth/signed/signedtest"
	"maildesk/ticket"
)

const header = "From: Bob <bob@example.org>\nTo: support+t1-x@example.org\nSubject: Re: [Example IT #1] Lamp\n"

// signers makes one of each form, whose keys are good now.
func signers(address string) map[string]*signedtest.Signer {
	return map[string]*signedtest.Signer{
		signed.SMIME:   signedtest.SMIME(address, time.Now().Add(30*24*time.Hour)),
		signed.OpenPGP: signedtest.OpenPGP(address, time.Now().Add(-72*time.Hour), 0),
	}
}

func TestVerify(t *testing.T) {
	mallory := signers("mallory@example.com")
	for form, bob := range signers("bob@example.org") {
		now := time.Now()
		good := bob.Mail(header, "#merge 7\n", now)
		replace := func(from, to string) []byte {
			t.Helper()
			raw := bytes.Replace(good, []byte(strings.ReplaceAll(from, "\n", "\r\n")), []byte(strings.ReplaceAll(to, "\n", "\r\n")), 1)
			if bytes.Equal(raw, good) {
				t.Fatalf("%q is not in the mail", from)
			}
			return raw
		}
		body := good[bytes.Index(good, []byte("--sig\r\n")):]
		head := "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=list\n\n"
		inner := "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=sig\n\n"
		if form == signed.SMIME {
			inner = strings.Replace(inner, "pgp-signature", "pkcs7-signature", 1)
		}
		inner += string(body)
		list := header + head + "--list\n" + inner + "\n--list\nContent-Type: text/plain\n\n#forget\n--list--\n"
		forwarded := header + head + "--list\nContent-Type: text/plain\n\n#forget\n--list\nContent-Type: message/rfc822\n\n" + string(good) + "\n--list--\n"
		for _, tt := range []struct {
			name string
			raw  []byte
			at   time.Time
			want ticket.SignedResult // empty: no signature
		}{
			{"as it is", good, now, ticket.SignedHolds},
			{"with LF only", bytes.ReplaceAll(good, []byte("\r\n"), []byte("\n")), now, ticket.SignedHolds},
			{"on its way for 23 hours", good, now.Add(23 * time.Hour), ticket.SignedHolds},
			{"a clock that is half an hour ahead", good, now.Add(-30 * time.Minute), ticket.SignedHolds},
			{"under another subject", replace("Lamp", "Door"), now, ticket.SignedHolds}, // what is said of it elsewhere
			{"sent again after two days", good, now.Add(49 * time.Hour), ticket.SignedOtherTime},
			{"a clock that is a day ahead", good, now.Add(-25 * time.Hour), ticket.SignedOtherTime},
			{"another text", replace("#merge 7", "#merge 8"), now, ticket.SignedBroken},
			{"a line more", replace("#merge 7\n", "#merge 7\n#forget\n"), now, ticket.SignedBroken},
			{"another type", replace("text/plain; charset=utf-8\n\n#merge", "text/html; charset=utf-8\n\n#merge"), now, ticket.SignedBroken},
			{"text before the first part", replace("--sig\n", "This is a signed message.\n--sig\n"), now, ticket.SignedHolds},
			{"a part more, behind", replace("\n--sig--", "\n--sig\nContent-Type: text/plain\n\n#forget\n--sig--"), now, ticket.SignedUnreadable},
			{"a part more, before", replace("--sig\n", "--sig\nContent-Type: text/plain\n\n#forget\n--sig\n"), now, ticket.SignedUnreadable},
			{"no signature part", append(append([]byte{}, good[:len(good)-len(body)]...), "--sig\r\nContent-Type: text/plain\r\n\r\n#merge 7\r\n--sig--\r\n"...), now, ticket.SignedUnreadable},
			{"below the part of a list", []byte(list), now, ""},
			{"passed on as an attachment", []byte(forwarded), now, ""},
			{"two types in the header", replace("MIME-Version: 1.0\n", "MIME-Version: 1.0\nContent-Type: text/plain\n"), now, ""},
			{"no signature", []byte(header + "\n#merge 7\n"), now, ""},
			{"by somebody else", mallory[form].Mail(header, "#merge 7\n", now), now, ticket.SignedUnknownKey},
			{"after the key has expired", good, now.Add(10 * 365 * 24 * time.Hour), map[string]ticket.SignedResult{signed.SMIME: ticket.SignedExpired, signed.OpenPGP: ticket.SignedOtherTime}[form]},
		} {
			got := signed.Verify("bob", []signed.Key{bob.Key}, tt.raw, tt.at)
			switch {
			case tt.want == "" && got != nil:
				t.Errorf("%s, %s: %+v, want none", form, tt.name, got)
			case tt.want != "" && (got == nil || got.Result != tt.want):
				t.Errorf("%s, %s: %+v, want %s", form, tt.name, got, tt.want)
			case got != nil && (got.By != "bob" || got.Form != form || got.Holds() != (tt.want == ticket.SignedHolds)):
				t.Errorf("%s, %s: %+v", form, tt.name, got)
			}
			if got.Holds() && (got.Key != bob.Key.ID || got.Digest == "" || got.At.Sub(now).Abs() > 2*time.Second) {
				t.Errorf("%s, %s: %+v, of the key %s", form, tt.name, got, bob.Key.ID)
			}
		}
		if got := signed.Verify("bob", nil, good, now); got != nil {
			t.Errorf("without keys: %+v", got)
		}
		if got := signed.Verify("bob", []signed.Key{mallory[form].Key, bob.Key}, good, now); !got.Holds() || got.Key != bob.Key.ID {
			t.Errorf("by the second of two keys: %+v", got)
		}
		a, b := signed.Verify("bob", []signed.Key{bob.Key}, good, now), signed.Verify("bob", []signed.Key{bob.Key}, replace("Lamp", "Door"), now)
		if a.Digest != b.Digest {
			t.Errorf("%s: sent again under another subject it is another signature", form)
		}
	}
}

// TestOpaque: the text is in the signature.
func TestOpaque(t *testing.T) {
	bob, now := signedtest.SMIME("bob@example.org", time.Now().Add(time.Hour)), time.Now()
	good := bob.Opaque(header, "#merge 7\n")
	if got := signed.Verify("bob", []signed.Key{bob.Key}, good, now); !got.Holds() {
		t.Errorf("%+v", got)
	}
	if got := signed.Verify("bob", []signed.Key{bob.Key}, good, now.Add(2*time.Hour)); got.Result != ticket.SignedExpired {
		t.Errorf("after the certificate has expired: %+v", got)
	}
	cms := bob.CMS("Content-Type: text/plain\r\n\r\n#merge 7\r\n", false, pkcs7.OIDDigestAlgorithmSHA256.String())
	changed := bytes.Replace(cms, []byte("#merge 7"), []byte("#merge 8"), 1)
	if got := signed.Verify("bob", []signed.Key{bob.Key}, opaque(changed), now); got.Result != ticket.SignedBroken {
		t.Errorf("with another text: %+v", got)
	}
	weak := bob.CMS("Content-Type: text/plain\r\n\r\n#merge 7\r\n", false, pkcs7.OIDDigestAlgorithmSHA1.String())
	if got := signed.Verify("bob", []signed.Key{bob.Key}, opaque(weak), now); got.Result != ticket.SignedWeak {
		t.Errorf("with SHA-1: %+v", got)
	}
}

func opaque(cms []byte) []byte {
	return []byte(strings.ReplaceAll(header, "\n", "\r\n") + "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString(cms) + "\r\n")
}

// TestBombs: what is nested deep, or has many pieces, costs nothing.
func TestBombs(t *testing.T) {
	bob := signedtest.SMIME("bob@example.org", time.Now().Add(time.Hour))
	deep := bytes.Repeat([]byte{0x30, 0x80}, 1<<20)
	for name, cms := range map[string][]byte{
		"deep":       append(deep, make([]byte, 2<<20)...),
		"deep, open": deep,
		"pieces":     append(append([]byte{0x30, 0x80}, bytes.Repeat([]byte{0x04, 0x01, 0x41}, 1<<20)...), 0, 0),
		"scanned":    append(append([]byte{0x30, 0x80}, bytes.Repeat([]byte{0x04, 0x01, 0x41}, 60<<10)...), bytes.Repeat([]byte{0x41}, 8<<20)...),
		"empty":      {},
		"cut":        {0x30, 0x84, 0xff, 0xff},
	} {
		start := time.Now()
		if got := signed.Verify("bob", []signed.Key{bob.Key}, opaque(cms), time.Now()); got.Result != ticket.SignedUnreadable {
			t.Errorf("%s: %+v", name, got)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: %s", name, took)
		}
	}
}

func TestReadKey(t *testing.T) {
	bob := signers("bob@example.org")
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	until := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		file []byte
		want string // in the reason; empty: it is read
	}{
		{"a certificate", bob[signed.SMIME].File, ""},
		{"a certificate with RSA", signedtest.Certified("bob@example.org", rsaKey, until).File, ""},
		{"an OpenPGP key", bob[signed.OpenPGP].File, ""},
		{"nothing", nil, "neither"},
		{"a text", []byte("hello\n"), "neither"},
		{"RSA of 1024 bits", signedtest.Certified("bob@example.org", weak, until).File, "too weak: RSA of 1024 bits"},
		{"two certificates", append(bytes.Clone(bob[signed.SMIME].File), bob[signed.SMIME].File...), "more than one"},
		{"two OpenPGP keys", append(bytes.Clone(signedtest.Binary(bob[signed.OpenPGP].File)), signedtest.Binary(signers("eve@example.org")[signed.OpenPGP].File)...), "2 OpenPGP keys"},
		{"binary OpenPGP", signedtest.Binary(bob[signed.OpenPGP].File), ""},
		{"a private key", []byte("-----BEGIN PRIVATE KEY-----\nMII=\n-----END PRIVATE KEY-----\n"), "private key"},
		{"a damaged certificate", []byte("-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n"), "cannot be read"},
		{"much", make([]byte, 2<<20), "too large"},
	} {
		k, err := signed.ReadKey(tt.file)
		if tt.want == "" && (err != nil || k.ID == "" || k.Owner == "" || k.Doubt != "") {
			t.Errorf("%s: %+v, %v", tt.name, k, err)
		}
		if tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
	again := signedtest.Certified("bob@example.org", rsaKey, until)
	renewed := signedtest.Certified("bob@example.org", rsaKey, until.Add(time.Hour))
	if !again.Key.Same(renewed.Key) || again.Key.Same(bob[signed.SMIME].Key) || !again.Key.Expires.Equal(until) {
		t.Error("which keys are the same is not known")
	}
}

// TestWordsInTheSignature: what stands before the armor of a signature that holds is not signed, and may not be read as if it were.
func TestWordsInTheSignature(t *testing.T) {
	bob, now := signers("bob@example.org")[signed.OpenPGP], time.Now()
	good := string(bob.Mail(header, "#merge 7\n", now))
	raw := strings.Replace(good, "name=signature.asc\r\n\r\n", "name=passed-on.eml\r\n\r\nFrom: ana@example.net\r\nSubject: Door\r\n\r\nPlease forget the first one.\r\n", 1)
	if raw == good {
		t.Fatal("the mail has no such part")
	}
	if got := signed.Verify("bob", []signed.Key{bob.Key}, []byte(raw), now); got.Result != ticket.SignedBroken {
		t.Errorf("with a mail before the armor: %+v", got)
	}
}
