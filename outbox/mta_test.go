package outbox

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/faulttest"
	"maildesk/ticket"
)

// TestT176RealServers: OpenSMTPD, Exim and Postfix as the smarthost, in clear,
// by STARTTLS with a login, and by TLS from the start, as far as they can.
// OpenSMTPD answers 503 to a second EHLO on one connection.
func TestT176RealServers(t *testing.T) {
	good, trusted := certificate(t, "127.0.0.1")
	der, err := x509.MarshalPKCS8PrivateKey(good.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: good.Certificate[0]})
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	const mails = 10
	var seen []string
	total := 0
	for name, begin := range map[string]func(testing.TB, string) *faulttest.MTA{
		"OpenSMTPD": faulttest.StartOpenSMTPD,
		"Exim":      func(_ testing.TB, next string) *faulttest.MTA { return faulttest.StartExim(t, next, cert, key) },
		"Postfix":   func(_ testing.TB, next string) *faulttest.MTA { return postfixTLS(t, next, cert, key) },
	} {
		t.Run(name, func(t *testing.T) {
			next := startSMTP(t, nil, false)
			server := begin(t, next.addr)
			addresses := []string{"smtp://" + server.Plain}
			if server.STARTTLS != "" {
				addresses = append(addresses, "smtp://"+server.Login+server.STARTTLS+"?tls=required", "smtps://"+server.Login+server.Implicit)
			}
			arrived := 0
			for _, address := range addresses {
				open, err := Open(address, Options{Hostname: "desk.example.org", RootCAs: trusted})
				if err != nil {
					t.Fatal(err)
				}
				d := newMemDesk()
				for i := range mails {
					d.add(plain(ticket.OutboxID(i+1), time.Now()))
				}
				stop := start(t, d, open, Config{})
				eventually(t, "all sent by "+address, func() bool { return d.count(ticket.OutboxSent) == mails })
				stop()
				arrived += mails
				eventually(t, "all handed on", func() bool {
					next.mu.Lock()
					defer next.mu.Unlock()
					return len(next.got) == arrived
				})
			}
			total += arrived
			seen = append(seen, fmt.Sprintf("%s (%d ways)", name, len(addresses)))
		})
	}
	if len(seen) > 0 {
		faulttest.Seen(t, "T176", "10 mails each in clear, by STARTTLS and by TLS from the start, with a login where they have one: "+strings.Join(seen, ", "), "all %d arrived", total)
	}
}

// postfixTLS is a Postfix that offers STARTTLS on one port and wants TLS from the
// start on another.
func postfixTLS(t *testing.T, next string, cert, key []byte) *faulttest.MTA {
	t.Helper()
	folder := t.TempDir()
	both := filepath.Join(folder, "both.pem")
	if err := os.WriteFile(both, append(append([]byte(nil), key...), cert...), 0o600); err != nil {
		t.Fatal(err)
	}
	settings := []string{
		"smtpd_tls_chain_files = " + both, "smtpd_tls_security_level = may", "relayhost = [127.0.0.1]:" + next[strings.LastIndexByte(next, ':')+1:],
		"smtp_tls_security_level = none", "smtpd_relay_restrictions = permit_mynetworks, reject",
	}
	clear := faulttest.StartPostfix(t, settings...)
	implicit := faulttest.StartPostfix(t, append(settings, "smtpd_tls_wrappermode = yes")...)
	return &faulttest.MTA{Plain: clear.Addr, STARTTLS: clear.Addr, Implicit: implicit.Addr} // its logins want a daemon of their own
}
