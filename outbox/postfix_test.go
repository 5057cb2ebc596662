package outbox

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"maildesk/faulttest"
	"maildesk/ticket"
)

// TestT146Postfix: a real Postfix as the smarthost, with a certificate that is
// trusted and with one that is not.
func TestT146Postfix(t *testing.T) {
	cert, trusted := certificate(t, "127.0.0.1")
	_, others := certificate(t, "127.0.0.1")
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "both.pem")
	both := append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})...)
	if err := os.WriteFile(file, both, 0o600); err != nil {
		t.Fatal(err)
	}
	p := faulttest.StartPostfix(t, "smtpd_tls_chain_files = "+file, "smtpd_tls_security_level = may", "smtpd_tls_loglevel = 1",
		"relay_domains = example.net", "relay_transport = discard:")
	count := func(what string) int { return len(regexp.MustCompile(what).FindAllString(p.Log(), -1)) }
	send := func(roots *x509.CertPool, d *memDesk) (stop func()) {
		t.Helper()
		open, err := Open("smtp://"+p.Addr+"?tls=required", Options{Hostname: "desk.example.org", RootCAs: roots})
		if err != nil {
			t.Fatal(err)
		}
		return start(t, d, open, Config{})
	}
	const n = 50
	d := newMemDesk()
	for i := range n {
		d.add(plain(ticket.OutboxID(i+1), time.Now()))
	}
	stop := send(others, d)
	eventually(t, "met", func() bool { return count(`SSL_accept error|lost connection after STARTTLS`) > 0 })
	stop()
	if got := d.count(ticket.OutboxReady); got != n || count(`message-id=`) > 0 {
		t.Errorf("%d of %d mails wait, %d arrived; want all to wait: the certificate is a stranger's", got, n, count(`message-id=`))
	}
	defer send(trusted, d)()
	d.mu.Lock()
	for _, m := range d.mails { // the pause of the first sender is not ours
		m.NextAt = time.Now()
	}
	d.mu.Unlock()
	eventually(t, "all sent", func() bool { return d.count(ticket.OutboxSent) == n })
	eventually(t, "all logged", func() bool { return count(`status=sent`) == n })
	secure := count(`TLS connection established from`)
	if secure == 0 {
		t.Errorf("Postfix saw no TLS:\n%s", p.Log())
	}
	faulttest.Seen(t, "T146", "a real Postfix with tls=required, its certificate first unknown, then trusted", "%d mails wait and 0 arrive; then %d sent over %d TLS connections", n, count(`status=sent`), secure)
}
