package smtpd

import (
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	proxyproto "github.com/pires/go-proxyproto"
)

// proxyHeader is what a proxy says of a client, in a version of the protocol.
func proxyHeader(t testing.TB, version byte, client string) string {
	t.Helper()
	source := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(client))
	target := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 25), Port: 25}
	if source.IP.To4() == nil {
		target.IP = net.ParseIP("2001:db8::25")
	}
	raw, err := proxyproto.HeaderProxyFromAddrs(version, source, target).Format()
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

var fromLoopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

func TestProxyProtocol(t *testing.T) {
	d := &fakeDesk{}
	addr := serve(t, d, Config{Proxies: fromLoopback, MaxPerAddress: 2})
	for i, tt := range []struct{ header, client string }{
		{proxyHeader(t, 1, "192.0.2.1:1000"), "192.0.2.1"},
		{proxyHeader(t, 2, "192.0.2.1:1001"), "192.0.2.1"},
		{proxyHeader(t, 1, "[2001:db8::1]:1000"), "2001:db8::1"},
		{proxyHeader(t, 2, "[2001:db8::1]:1001"), "2001:db8::1"},
		{"PROXY UNKNOWN\r\n", "127.0.0.1"},
		{"\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00", "127.0.0.1"}, // LOCAL: a health check
	} {
		c := dial(t, addr)
		c.send(tt.header[:5])
		c.send(tt.header[5:]) // the header may come in pieces
		c.want("220")
		c.say("EHLO client.example", "250")
		c.begin()
		c.send("hello\r\n.\r\n")
		c.want("250")
		if got := d.kept()[i].env.Client; got != tt.client {
			t.Errorf("%q: client %s, want %s", tt.header, got, tt.client)
		}
	}
	for _, header := range []string{proxyHeader(t, 1, "192.0.2.1:1002"), proxyHeader(t, 2, "[2001:db8::2]:1000")} {
		c := dial(t, addr) // the third of an address
		c.send(header)
		c.want("220")
		c.want("421 4.7.0")
		c.wantEnd()
	}
	c := dial(t, addr) // talks before the greeting, behind the header
	c.send(proxyHeader(t, 1, "192.0.2.9:1000") + "EHLO x\r\nMAIL FROM:<a@b.example>\r\n")
	c.want("220")
	c.want("554 5.5.0")
	c.wantEnd()
}

// TestProxyHeaderIsMissing: from the network of a proxy nothing but a PROXY
// header is understood, and from elsewhere none.
func TestProxyHeaderIsMissing(t *testing.T) {
	d := &fakeDesk{}
	addr := serve(t, d, Config{Proxies: fromLoopback})
	for _, first := range []string{
		"EHLO client.example\r\n", "PROXY TCP4 192.0.2.1\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 1 70000\r\n",
		"PROXY " + strings.Repeat("x", 5000), "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x02xx", "\r\n\r\n\x00\r\nQUIT\n\x21\x11\xff\xffxx",
	} {
		c := dial(t, addr)
		c.send(first)
		if half, ok := c.conn.(*net.TCPConn); ok {
			half.CloseWrite()
		}
		rest := make([]byte, 100)
		if n, err := c.r.Read(rest); n != 0 || err == nil {
			t.Errorf("%.30q is answered %q, want the end", first, rest[:n])
		}
	}
	c := dial(t, serve(t, d, Config{Proxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}))
	c.want("220")
	c.say(strings.TrimSpace(proxyHeader(t, 1, "192.0.2.1:1000")), "500")
	c = dial(t, serve(t, d, Config{}))
	c.want("220")
	c.send(proxyHeader(t, 2, "192.0.2.1:1000"))
	c.want("500") // for its empty lines
	c.want("500")
	c.want("521 5.5.1")
	c.wantEnd()
}

func TestProxySaysNothing(t *testing.T) {
	inBubble(t, Config{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}, func(t *testing.T, d *fakeDesk, _ *client) {
		here, there := net.Pipe()
		d.listener <- fromConn{there, &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1)}}
		begin := time.Now()
		if n, err := here.Read(make([]byte, 10)); n != 0 || err == nil {
			t.Errorf("Read = %d, %v; want the end without a greeting", n, err)
		}
		if took := time.Since(begin); took != proxyTimeout {
			t.Errorf("cut after %v, want %v", took, proxyTimeout)
		}
	})
}

// A proxy in front of maildesk, as HAProxy would be: its header comes first and
// TLS of the client runs through it.
func TestStartTLSBehindProxy(t *testing.T) {
	d := &fakeDesk{}
	cert, _, _ := testCertificate(t, slog.New(slog.DiscardHandler))
	c := dial(t, serve(t, d, Config{Proxies: fromLoopback, TLS: cert.Config()}))
	c.send(proxyHeader(t, 2, "192.0.2.1:1000"))
	c.want("220")
	c.say("EHLO client.example", "250")
	c.say("STARTTLS", "220")
	c.startTLS()
	c.say("EHLO client.example", "250")
	c.begin()
	c.send("hello\r\n.\r\n")
	c.want("250")
	if env := d.kept()[0].env; !env.TLS || env.Client != "192.0.2.1" {
		t.Errorf("envelope = %+v, want TLS and the client behind the proxy", env)
	}
}
