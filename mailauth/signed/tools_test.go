package signed_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/faulttest"
	"maildesk/mailauth/signed"
	"maildesk/ticket"
)

// run runs a program in a folder, and returns what it prints.
func run(t *testing.T, dir, input, program string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(input)
	cmd.Env = append(os.Environ(), "GNUPGHOME="+dir, "LC_ALL=C")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, errs.Bytes())
	}
	return out.Bytes()
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// keyOf reads the key in a file, which must be one.
func keyOf(t *testing.T, file []byte) signed.Key {
	t.Helper()
	k, err := signed.ReadKey(file)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestOpenSSL verifies mails as openssl signs them, in every form that it has, and none that was changed.
func TestOpenSSL(t *testing.T) {
	openssl, dir := faulttest.Program(t, "openssl", "openssl"), t.TempDir()
	for _, kind := range []struct {
		name string
		args []string
	}{{"RSA", []string{"-newkey", "rsa:2048"}}, {"ECDSA", []string{"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"}}} {
		run(t, dir, "", openssl, append([]string{"req", "-x509", "-nodes", "-keyout", "key.pem", "-out", "bob.pem", "-days", "30", "-subj", "/CN=Bob/emailAddress=bob@example.org"}, kind.args...)...)
		pem, err := os.ReadFile(filepath.Join(dir, "bob.pem"))
		if err != nil {
			t.Fatal(err)
		}
		bob := keyOf(t, pem)
		write(t, dir, "text", "Content-Type: text/plain; charset=utf-8\r\n\r\n#merge 7\r\n\r\nGrüße\r\n")
		for _, args := range []string{"smime -sign", "cms -sign", "cms -sign -stream", "cms -sign -nodetach", "cms -sign -nodetach -stream", "cms -sign -md sha512 -nocerts", "smime -sign -binary -crlfeol"} {
			all := append(strings.Fields(args), "-in", "text", "-signer", "bob.pem", "-inkey", "key.pem")
			raw := append([]byte(header), run(t, dir, "", openssl, all...)...)
			name := kind.name + ", " + args
			if got := signed.Verify("bob", []signed.Key{bob}, raw, time.Now()); !got.Holds() {
				t.Errorf("%s: %+v", name, got)
			}
			if changed := bytes.Replace(raw, []byte("#merge 7"), []byte("#merge 8"), 1); !bytes.Equal(changed, raw) {
				if got := signed.Verify("bob", []signed.Key{bob}, changed, time.Now()); got.Result != ticket.SignedBroken {
					t.Errorf("%s, changed: %+v", name, got)
				}
			} else if !strings.Contains(args, "nodetach") {
				t.Errorf("%s: the text is not in the mail", name)
			}
		}
		for args, want := range map[string]ticket.SignedResult{
			"cms -sign -noattr":    ticket.SignedUnreadable,
			"cms -sign -md sha1":   ticket.SignedWeak,
			"cms -sign -md md5":    ticket.SignedWeak,
			"cms -sign -keyid":     ticket.SignedUnreadable,
			"cms -encrypt -aes256": "",
		} {
			all := append(strings.Fields(args), "-in", "text", "-signer", "bob.pem", "-inkey", "key.pem")
			if strings.Contains(args, "md5") && kind.name != "RSA" {
				continue // openssl refuses it
			}
			if want == "" {
				all = append(strings.Fields(args), "-in", "text", "bob.pem")
			}
			got := signed.Verify("bob", []signed.Key{bob}, append([]byte(header), run(t, dir, "", openssl, all...)...), time.Now())
			if want == "" && got != nil || want != "" && (got == nil || got.Result != want) {
				t.Errorf("%s, %s: %+v, want %q", kind.name, args, got, want)
			}
		}
	}
}

// TestGnuPG verifies mails as gpg signs them (RFC 3156), with the main key and with a subkey.
func TestGnuPG(t *testing.T) {
	gpg := faulttest.Program(t, "gpg", "gnupg")
	for _, kind := range []string{"rsa2048 sign", "ed25519 sign", "rsa3072 sign,subkey"} {
		dir, err := os.MkdirTemp("", "gpg") // the path of a socket is short
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		algorithm, usage, _ := strings.Cut(kind, " ")
		batch := []string{"--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""}
		usage, sub := strings.CutSuffix(usage, ",subkey")
		if !sub {
			usage = "sign"
		}
		run(t, dir, "", gpg, append(batch, "--quick-generate-key", "Bob <bob@example.org>", algorithm, usage, "1y")...)
		if sub {
			fpr := ""
			for _, line := range strings.Split(string(run(t, dir, "", gpg, "--batch", "--with-colons", "--list-keys")), "\n") {
				if f := strings.Split(line, ":"); f[0] == "fpr" && fpr == "" {
					fpr = f[9]
				}
			}
			run(t, dir, "", gpg, append(batch, "--quick-add-key", fpr, "rsa2048", "sign", "1y")...)
		}
		armored, binary := run(t, dir, "", gpg, "--batch", "--armor", "--export"), run(t, dir, "", gpg, "--batch", "--export")
		if !keyOf(t, armored).Same(keyOf(t, binary)) {
			t.Errorf("%s: the key is another one in armor", kind)
		}
		entity := "Content-Type: text/plain; charset=utf-8\r\n\r\n#merge 7  \r\n-- \r\nBob\r\n"
		for _, mode := range []string{"", "--textmode"} {
			args := append(batch, "--armor", "--digest-algo", "SHA256", "--detach-sign")
			if mode != "" {
				args = append(args, mode)
			}
			signature := run(t, dir, entity, gpg, args...)
			raw := fmt.Sprintf("%sMIME-Version: 1.0\nContent-Type: multipart/signed; micalg=pgp-sha256; protocol=\"application/pgp-signature\"; boundary=x\n\nThis is an OpenPGP/MIME signed message (RFC 4880 and 3156)\n--x\n%s\n--x\nContent-Type: application/pgp-signature; name=signature.asc\n\n%s\n--x--\n",
				header, entity, signature)
			bob := []signed.Key{keyOf(t, armored)}
			if got := signed.Verify("bob", bob, []byte(raw), time.Now()); !got.Holds() {
				t.Errorf("%s %s: %+v", kind, mode, got)
			}
			if got := signed.Verify("bob", bob, []byte(strings.Replace(raw, "#merge 7", "#merge 8", 1)), time.Now()); got.Result != ticket.SignedBroken {
				t.Errorf("%s %s, changed: %+v", kind, mode, got)
			}
			if got := signed.Verify("bob", bob, []byte(raw), time.Now().Add(400*24*time.Hour)); got.Result != ticket.SignedExpired {
				t.Errorf("%s %s, after a year: %+v", kind, mode, got)
			}
		}
		weak := run(t, dir, entity, gpg, append(batch, "--armor", "--digest-algo", "SHA1", "--allow-weak-digest-algos", "--detach-sign")...)
		raw := fmt.Sprintf("%sContent-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=x\n\n--x\n%s\n--x\nContent-Type: application/pgp-signature\n\n%s\n--x--\n", header, entity, weak)
		if got := signed.Verify("bob", []signed.Key{keyOf(t, armored)}, []byte(raw), time.Now()); got.Result != ticket.SignedWeak {
			t.Errorf("%s, SHA-1: %+v", kind, got)
		}
		if program, err := exec.LookPath("gpgconf"); err == nil {
			run(t, dir, "", program, "--kill", "all")
		}
	}
}
