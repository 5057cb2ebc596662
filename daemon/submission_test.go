package daemon

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"maildesk/accounts"
	"maildesk/desk/trouble"
)

// certificateIn writes a self-signed certificate into a folder.
func certificateIn(t *testing.T, folder string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"desk.example.org"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: cert}, "key.pem": {Type: "PRIVATE KEY", Bytes: der}} {
		if err := os.WriteFile(filepath.Join(folder, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSubmission: an agent logs in at both doors, and sends as themselves only.
func TestSubmission(t *testing.T) {
	folder := t.TempDir()
	certificateIn(t, folder)
	path := filepath.Join(folder, "maildesk.toml")
	writeConfig(t, path, strings.Replace(firstConfig, `listen = "127.0.0.1:0"`, `submission = "127.0.0.1:0"
submissions = "127.0.0.1:0"
tls_certificate = "cert.pem"
tls_key = "key.pem"`, 1)+`agents = ["alice"]
[[agent]]
name = "alice"
mail = ["alice@example.org"]
`)
	d, log := start(t, path)
	if err := accounts.Set(filepath.Join(folder, "data", AccountsFile), "alice", "correct horse"); err != nil {
		t.Fatal(err)
	}
	trusting := &tls.Config{InsecureSkipVerify: true}
	for i, dial := range []func(string) (*smtp.Client, error){
		func(addr string) (*smtp.Client, error) { return smtp.DialStartTLS(addr, trusting) },
		func(addr string) (*smtp.Client, error) { return smtp.DialTLS(addr, trusting) },
	} {
		connect := func(user, password string) (*smtp.Client, error) {
			c, err := dial(d.Addrs()[i].String())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { c.Close() })
			return c, c.Auth(sasl.NewPlainClient("", user, password))
		}
		for _, user := range []string{"alice", "Alice@Example.org"} {
			if _, err := connect(user, "correct horse"); err != nil {
				t.Errorf("door %d: %s cannot log in: %v", i, user, err)
			}
		}
		for _, user := range []string{"alice", "bob", "support@example.org"} {
			if _, err := connect(user, "wrong"); err == nil || !strings.Contains(err.Error(), "credentials invalid") {
				t.Errorf("door %d: %s with a wrong password: %v", i, user, err)
			}
		}
		c, err := connect("alice", "correct horse")
		if err != nil {
			t.Fatal(err)
		}
		mail := "From: alice@example.org\r\nTo: support@example.org\r\nSubject: Door " + string(rune('0'+i)) + "\r\n\r\nHello\r\n"
		if err := c.SendMail("alice@example.org", []string{"support@example.org"}, strings.NewReader(mail)); err != nil {
			t.Errorf("door %d: %v", i, err)
		}
		forged := strings.Replace(mail, "From: alice", "From: bob", 1)
		if err := c.SendMail("alice@example.org", []string{"support@example.org"}, strings.NewReader(forged)); err == nil || !strings.Contains(err.Error(), "not an address of your account") {
			t.Errorf("door %d: as somebody else: %v", i, err)
		}
		if err := c.SendMail("alice@example.org", []string{"ana@example.net"}, strings.NewReader(mail)); err == nil || !strings.Contains(err.Error(), "No such mailbox") {
			t.Errorf("door %d: relayed: %v", i, err)
		}
	}
	log.await(t, `msg="login failed" client=127.0.0.1 user=bob`)
	what := ""
	for _, seen := range d.sightings.since(time.Time{}) {
		what += fmt.Sprintf("%s, %s, %s\n", seen.What, seen.Name, seen.Origin)
	}
	each := "failed log-in (submission), alice, 127.0.0.1\nfailed log-in (submission), , 127.0.0.1\nfailed log-in (submission), , 127.0.0.1\nmail in another's name after a log-in (submission), alice, 127.0.0.1\n"
	if what != each+each {
		t.Errorf("security events are\n%swant twice\n%s", what, each)
	}
	if rows, err := d.local.Store.AuditOf(t.Context(), trouble.LoginForeign); err != nil || len(rows) != 2 || rows[1].Actor != "alice" {
		t.Errorf("the audit has %+v, %v; want two mails in another's name", rows, err)
	}
	log.await(t, `msg="security event" what="mail in another's name after a log-in (submission)" client=127.0.0.1 actor=alice`)
}
