package daemon

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/emersion/go-smtp"

	"maildesk/faulttest/dnsserver"
	"maildesk/ticket"
)

// TestAuthentication brings mails by SMTP from outside, as a proxy names the client, and
// has them checked against a DNS of the test.
func TestAuthentication(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	dns := dnsserver.Start(t, `example.net. TXT "v=spf1 ip4:198.51.100.7 -all"`, `_dmarc.example.net. TXT "v=DMARC1; p=reject"`,
		dnsserver.TXT("k._domainkey.example.net", "v=DKIM1; k=ed25519; p="+base64.StdEncoding.EncodeToString(public)))
	dns.Fail(dnsserver.ServFail, "broken.example", "_dmarc.broken.example")
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	writeConfig(t, path, strings.Replace(firstConfig, `listen = "127.0.0.1:0"`, fmt.Sprintf("listen = \"127.0.0.1:0\"\nproxy_protocol = [\"127.0.0.0/8\"]\n[auth]\nresolver = %q", dns.Addr), 1))
	d, log := start(t, path)
	for i, tt := range []struct {
		name, reversePath, from, client string
		signed                          bool
		want                            string
	}{
		{"signed, and forwarded by a stranger", "list@other.example", "ana@example.net", "203.0.113.9", true, "spf=none (other.example), dkim=pass (example.net, selector k), dmarc=pass (policy reject of example.net)"},
		{"from its own server", "ana@example.net", "ana@example.net", "198.51.100.7", false, "spf=pass (example.net), dkim=none, dmarc=pass (policy reject of example.net)"},
		{"forged", "ana@example.net", "ana@example.net", "203.0.113.9", false, "spf=fail (example.net), dkim=none, dmarc=fail (policy reject of example.net)"},
		{"with a DNS that is broken", "ana@broken.example", "ana@broken.example", "203.0.113.9", false, "spf=temperror (broken.example), dkim=none, dmarc=temperror, the DNS did not answer"},
	} {
		raw := []byte(fmt.Sprintf("From: %s\r\nTo: support@example.org\r\nSubject: Printer %d\r\nMessage-ID: <%d@example.net>\r\n\r\nIt is broken.\r\n", tt.from, i, i))
		if tt.signed {
			var b bytes.Buffer
			if err := dkim.Sign(&b, bytes.NewReader(raw), &dkim.SignOptions{Domain: "example.net", Selector: "k", Signer: private}); err != nil {
				t.Fatal(err)
			}
			raw = b.Bytes()
		}
		bringFrom(t, d.Addrs()[0].String(), tt.client, tt.reversePath, raw)
		log.await(t, fmt.Sprintf("message_id=<%d@example.net>", i))
		var a ticket.Authentication
		err := d.Desk().View(t.Context(), func(r ticket.Reader) (err error) {
			a, err = r.Authentication(ticket.MailID(i + 1))
			return err
		})
		if err != nil || !strings.HasPrefix(a.Words(), tt.want) {
			t.Errorf("%s: %s, %v; want %s", tt.name, a.Words(), err, tt.want)
		}
	}
}

// bringFrom sends a mail to support@example.org through a proxy that names the client.
func bringFrom(t *testing.T, addr, client, reversePath string, raw []byte) {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "PROXY TCP4 %s 192.0.2.1 40000 25\r\n", client)
	c := smtp.NewClient(conn)
	defer c.Close()
	if err := c.SendMail(reversePath, []string{"support@example.org"}, bytes.NewReader(raw)); err != nil {
		t.Fatal(err)
	}
	if err := c.Quit(); err != nil {
		t.Fatal(err)
	}
}
