package smtpd

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"log/slog"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/faulttest"
)

// writeCertificate writes a self-signed certificate with a serial number.
func writeCertificate(t *testing.T, certFile, keyFile string, serial int64) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), DNSNames: []string{"our.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []struct {
		name, kind string
		der        []byte
	}{{certFile, "CERTIFICATE", cert}, {keyFile, "PRIVATE KEY", der}} {
		if err := os.WriteFile(f.name, pem.EncodeToMemory(&pem.Block{Type: f.kind, Bytes: f.der}), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func testCertificate(t *testing.T, log *slog.Logger) (c *Certificate, certFile, keyFile string) {
	t.Helper()
	dir := t.TempDir()
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writeCertificate(t, certFile, keyFile, 1)
	c, err := OpenCertificate(certFile, keyFile, log)
	if err != nil {
		t.Fatal(err)
	}
	return c, certFile, keyFile
}

// startTLS turns the client to TLS.
func (c *client) startTLS() *tls.ConnectionState {
	c.t.Helper()
	secure := tls.Client(c.conn, &tls.Config{InsecureSkipVerify: true})
	if err := secure.Handshake(); err != nil {
		c.t.Fatalf("handshake: %v", err)
	}
	c.conn = secure
	c.r.Reset(secure)
	state := secure.ConnectionState()
	return &state
}

func TestT026StartTLS(t *testing.T) {
	d := &fakeDesk{}
	cert, _, _ := testCertificate(t, slog.New(slog.DiscardHandler))
	c := dial(t, serve(t, d, Config{TLS: cert.Config()}))
	c.want("220")
	if caps := c.say("EHLO clear.example", "250"); !strings.Contains(caps, "STARTTLS") {
		t.Errorf("EHLO offers %q, want STARTTLS", caps)
	}
	c.say("MAIL FROM:<clear@client.example>", "250")
	c.say("RCPT TO:<help@our.example>", "250")
	c.send("STARTTLS\r\nMAIL FROM:<injected@client.example>\r\nRCPT TO:<help@our.example>\r\n")
	c.want("220")
	c.startTLS()
	c.say("DATA", "503 5.5.1")
	c.say("MAIL FROM:<early@client.example>", "503 5.5.1 Bad sequence of commands: EHLO comes first")
	if caps := c.say("EHLO secure.example", "250"); strings.Contains(caps, "STARTTLS") || strings.Contains(caps, "CHUNKING") {
		t.Errorf("EHLO under TLS offers %q", caps)
	}
	c.say("STARTTLS", "503")
	c.say("DATA", "503 5.5.1")
	c.say("MAIL FROM:<secure@client.example>", "250")
	c.say("RCPT TO:<postmaster>", "250")
	c.say("DATA", "354")
	c.send("hello\r\n.\r\n")
	c.want("250 2.0.0 kept as 1")
	c.say("QUIT", "221")
	c.wantEnd()
	if env := d.kept()[0].env; env.ReversePath != "secure@client.example" || !env.TLS || env.Helo != "secure.example" {
		t.Errorf("envelope = %+v, want that of the TLS part", env)
	}
	faulttest.Seen(t, "T026", "MAIL and RCPT in clear behind STARTTLS in one packet", "dropped; 503 until a new EHLO; only the mail sent under TLS kept")
}

func TestT027FailedHandshake(t *testing.T) {
	d := &fakeDesk{}
	cert, _, _ := testCertificate(t, slog.New(slog.DiscardHandler))
	c := greeted(t, serve(t, d, Config{TLS: cert.Config()}))
	c.say("STARTTLS", "220")
	c.send("EHLO x\r\nMAIL FROM:<a@client.example>\r\nRCPT TO:<help@our.example>\r\nDATA\r\nhello\r\n.\r\n")
	rest, _ := c.r.ReadString(0) // an alert may come, an answer may not
	if strings.Contains(rest, "250") || strings.Contains(rest, "421") || len(d.kept()) > 0 {
		t.Errorf("after a failed handshake: %q, %d mails kept", rest, len(d.kept()))
	}
	faulttest.Seen(t, "T027", "commands in clear text where the handshake should be", "connection ended without an answer, 0 mails kept")
}

// TestT028NoAuth: nobody logs in here. AUTH is offered neither in clear text nor
// under TLS, no mechanism works, and who tries on is sent away.
func TestT028NoAuth(t *testing.T) {
	cert, _, _ := testCertificate(t, slog.New(slog.DiscardHandler))
	addr := serve(t, &fakeDesk{}, Config{TLS: cert.Config()})
	c := dial(t, addr)
	c.want("220")
	try := func(where string) {
		t.Helper()
		if caps := c.say("EHLO client.example", "250"); strings.Contains(strings.ToUpper(caps), "AUTH") {
			t.Errorf("EHLO %s offers %q", where, caps)
		}
		for _, user := range []string{"root", "alice"} { // known or not: the same answer
			for _, auth := range []string{"PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00"+user+"\x00pw")), "LOGIN", "CRAM-MD5", "XOAUTH2 =", "EXTERNAL =", ""} {
				c.say("AUTH "+auth, "502 5.5.1")
			}
		}
	}
	try("in clear text")
	c.say("RSET", "250")
	c.close()
	c = greeted(t, addr)
	c.say("STARTTLS", "220")
	c.startTLS()
	try("under TLS")
	c = greeted(t, addr)
	tries := 0
	for ; tries < 100; tries++ {
		c.send("AUTH PLAIN AGEAYg==\r\n")
		if line, err := c.r.ReadString('\n'); err != nil || strings.HasPrefix(line, "421") {
			break
		}
	}
	if tries > 20 {
		t.Errorf("%d tries to log in on one connection, want 20 at most", tries)
	}
	faulttest.Seen(t, "T028", "AUTH by 6 mechanisms, before and under TLS, then again and again", "never offered, 50x to each, 421 after %d tries", tries)
}

func TestNoTLSWithoutCertificate(t *testing.T) {
	c := dial(t, serve(t, &fakeDesk{}, Config{}))
	c.want("220")
	if caps := c.say("EHLO client.example", "250"); strings.Contains(caps, "STARTTLS") || strings.Contains(caps, "AUTH") {
		t.Errorf("EHLO offers %q", caps)
	}
	c.say("STARTTLS", "502")
	c.say("AUTH PLAIN AGEAYg==", "5")
	c.say("NOOP", "250")
}

func TestT043CertificateReload(t *testing.T) {
	var logged bytes.Buffer
	cert, certFile, keyFile := testCertificate(t, slog.New(slog.NewTextHandler(&logged, nil)))
	addr := serve(t, &fakeDesk{}, Config{TLS: cert.Config()})
	serial := func() int64 {
		t.Helper()
		c := greeted(t, addr)
		c.say("STARTTLS", "220")
		state := c.startTLS()
		c.say("EHLO client.example", "250")
		c.say("QUIT", "221")
		c.wantEnd()
		return state.PeerCertificates[0].SerialNumber.Int64()
	}
	if got := serial(); got != 1 {
		t.Fatalf("serial = %d, want 1", got)
	}
	writeCertificate(t, certFile, keyFile, 2)
	if got := serial(); got != 2 {
		t.Errorf("after a renewal serial = %d, want 2", got)
	}
	if err := os.WriteFile(certFile, []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got := serial(); got != 2 {
			t.Errorf("after garbage serial = %d, want 2", got)
		}
	}
	if n := strings.Count(logged.String(), "level=ERROR"); n != 1 {
		t.Errorf("garbage is logged %d times, want once:\n%s", n, &logged)
	}
	os.Remove(certFile)
	if got := serial(); got != 2 {
		t.Errorf("without the file serial = %d, want 2", got)
	}
	writeCertificate(t, certFile, keyFile, 3)
	if got := serial(); got != 3 {
		t.Errorf("after a second renewal serial = %d, want 3", got)
	}
	if _, err := OpenCertificate(certFile, filepath.Join(t.TempDir(), "none"), slog.Default()); err == nil {
		t.Error("OpenCertificate without a key = nil, want an error")
	}
	faulttest.Seen(t, "T043", "certificate renewed, overwritten with garbage, removed, renewed again", "new one, old one and one error in the log, old one, newest one, no restart")
}

func TestT046OldTLSIsRefused(t *testing.T) {
	cert, _, _ := testCertificate(t, slog.New(slog.DiscardHandler))
	addr := serve(t, &fakeDesk{}, Config{TLS: cert.Config()})
	for version, want := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		c := greeted(t, addr)
		c.say("STARTTLS", "220")
		secure := tls.Client(c.conn, &tls.Config{InsecureSkipVerify: true, MinVersion: version, MaxVersion: version})
		if err := secure.Handshake(); (err == nil) != want {
			t.Errorf("handshake with %s = %v, want success %t", tls.VersionName(version), err, want)
		}
	}
	faulttest.Seen(t, "T046", "handshakes with TLS 1.0, 1.1, 1.2, 1.3", "refused, refused, taken, taken")
}

// TestT046Sslscan: what an auditor's program sees of the STARTTLS port.
func TestT046Sslscan(t *testing.T) {
	sslscan := faulttest.Program(t, "sslscan", "sslscan")
	cert, _, _ := testCertificate(t, slog.New(slog.DiscardHandler))
	addr := serve(t, &fakeDesk{}, Config{TLS: cert.Config(), MaxConnections: 1000})
	command := exec.CommandContext(t.Context(), sslscan, "--starttls-smtp", "--no-colour", addr)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", command, err, out)
	}
	text := string(out)
	for _, want := range []string{"TLSv1.0   disabled", "TLSv1.1   disabled", "TLSv1.2   enabled", "TLSv1.3   enabled", "not vulnerable to heartbleed"} {
		if !strings.Contains(text, want) {
			t.Errorf("sslscan does not say %q:\n%s", want, text)
		}
	}
	ciphers := 0
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "Accepted") && !strings.HasPrefix(line, "Preferred") {
			continue
		}
		ciphers++
		for _, weak := range []string{"RC4", "DES", "NULL", "EXP", "MD5", "anon", "ADH", " 40 ", " 56 ", " 112 "} {
			if strings.Contains(line, weak) {
				t.Errorf("a weak cipher: %s", line)
			}
		}
	}
	if ciphers == 0 || !strings.Contains(text, "Session renegotiation not supported") {
		t.Errorf("%d ciphers; renegotiation must not be supported:\n%s", ciphers, text)
	}
	faulttest.Seen(t, "T046", "sslscan --starttls-smtp", "TLS 1.2 and 1.3 only, %d ciphers, none weak, no renegotiation", ciphers)
}
