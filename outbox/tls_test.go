package outbox

import (
	"bufio"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"maildesk/faulttest"
	"maildesk/ticket"
)

// smtpServer is a real smarthost on the loopback.
type smtpServer struct {
	addr string
	mu   sync.Mutex
	got  []arrival
	mail int // MAIL commands seen
	// onData is called when a mail has come, before the 250.
	onData func()
}

// arrival is a mail that came, with whether it came by TLS, and the login.
type arrival struct {
	from, to, user string
	tls            bool
	raw            []byte
}

type smtpSession struct {
	s    *smtpServer
	conn *smtp.Conn
	now  arrival
}

func (s *smtpServer) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &smtpSession{s: s, conn: c}, nil
}

func (x *smtpSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (x *smtpSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "secret" {
			return smtp.ErrAuthFailed
		}
		x.now.user = user
		return nil
	}), nil
}

func (x *smtpSession) Mail(from string, _ *smtp.MailOptions) error {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	x.s.mail++
	x.now.from = from
	return nil
}

func (x *smtpSession) Rcpt(to string, _ *smtp.RcptOptions) error { x.now.to = to; return nil }

func (x *smtpSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	_, x.now.tls = x.conn.TLSConnectionState()
	x.now.raw = raw
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	x.s.got = append(x.s.got, x.now)
	if x.s.onData != nil {
		x.s.onData()
	}
	return nil
}

func (x *smtpSession) Reset()        {}
func (x *smtpSession) Logout() error { return nil }

// startSMTP starts a smarthost. Without cert it offers no TLS; implicit means
// TLS from the start.
func startSMTP(t testing.TB, cert *tls.Certificate, implicit bool) *smtpServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &smtpServer{addr: l.Addr().String()}
	srv := smtp.NewServer(s)
	srv.Domain, srv.AllowInsecureAuth, srv.EnableSMTPUTF8 = "smarthost", true, true
	srv.ErrorLog = log.New(io.Discard, "", 0)
	if cert != nil {
		srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*cert}}
	}
	if implicit {
		l = tls.NewListener(l, srv.TLSConfig)
	}
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	return s
}

// certificate makes one for a name or address, vouched for by itself.
func certificate(t *testing.T, name string) (*tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return certificateWith(t, name, key)
}

// certificateWith is certificate with a key.
func certificateWith(t *testing.T, name string, key crypto.Signer) (*tls.Certificate, *x509.CertPool) {
	t.Helper()
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	if ip := net.ParseIP(name); ip != nil {
		tmpl.IPAddresses = []net.IP{ip}
	} else {
		tmpl.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(c)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// TestT146TLS: what is required is had or nothing leaves; what is not is taken
// where it is offered.
func TestT146TLS(t *testing.T) {
	good, trusted := certificate(t, "127.0.0.1")
	other, _ := certificate(t, "other.example")
	tests := []struct {
		name     string
		cert     *tls.Certificate
		implicit bool
		scheme   string
		query    string
		want     verdict
		tls      bool
	}{
		{"required, not offered", nil, false, "smtp://", "?tls=required", down, false},
		{"required, good", good, false, "smtp://", "?tls=required", sent, true},
		{"required, wrong name", other, false, "smtp://", "?tls=required", down, false},
		{"where offered, not offered", nil, false, "smtp://", "", sent, false},
		{"where offered, good", good, false, "smtp://", "", sent, true},
		{"where offered, wrong name", other, false, "smtp://", "", sent, true},
		{"implicit, good", good, true, "smtps://", "", sent, true},
		{"implicit, wrong name", other, true, "smtps://", "", down, false},
		{"implicit, to a server in clear", nil, false, "smtps://", "", down, false},
		{"login, good password", good, false, "smtp://u:secret@", "?tls=required", sent, true},
		{"login, wrong password", good, false, "smtp://u:wrong@", "?tls=required", down, false},
		{"login by smtps", good, true, "smtps://u:secret@", "", sent, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.name == "implicit, to a server in clear" {
				// Both wait for the other to speak: the client's handshake
				// goes first, and the server answers it with 500.
				t.Parallel()
			}
			s := startSMTP(t, tt.cert, tt.implicit)
			open, err := Open(tt.scheme+s.addr+tt.query, Options{Hostname: "desk.example.org", RootCAs: trusted})
			if err != nil {
				t.Fatal(err)
			}
			x := open()
			defer x.Close()
			for i := range 2 {
				_, err = x.Send(t.Context(), plain(1, time.Now()))
				if v := classify(err); v != tt.want {
					t.Fatalf("Send %d = %s (%v), want %s", i+1, v, err, tt.want)
				}
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			if tt.want != sent {
				if s.mail != 0 {
					t.Errorf("%d MAIL commands seen, want none", s.mail)
				}
				return
			}
			if len(s.got) != 2 || s.got[0].tls != tt.tls || string(s.got[1].raw) != string(plain(1, time.Now()).Bytes) {
				t.Errorf("arrived %+v, want 2 with tls %t", s.got, tt.tls)
			}
		})
	}
	faulttest.Seen(t, "T146", "TLS required and not offered, wrong certificate, clear text on an smtps port, login without TLS", "%d cases: down and deferred, 0 MAIL commands seen in clear", len(tests))
}

// TestRealSmarthost: the whole sender against a real server: 200 mails, each
// once, each to its recipient.
func TestRealSmarthost(t *testing.T) {
	s := startSMTP(t, nil, false)
	open, err := Open("smtp://"+s.addr, Options{Hostname: "desk.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	d := newMemDesk()
	const n = 200
	for i := range n {
		d.add(plain(ticket.OutboxID(i+1), time.Now()))
	}
	stop := start(t, d, open, Config{})
	eventually(t, "all sent", func() bool { return d.count(ticket.OutboxSent) == n })
	stop()
	seen := make(map[string]bool)
	for _, a := range s.got {
		seen[a.to] = true
	}
	if len(s.got) != n || len(seen) != n {
		t.Errorf("%d mails to %d recipients arrived, want %d to %d", len(s.got), len(seen), n, n)
	}
}

// TestT146Injected: replies in clear behind the 220 of STARTTLS, which somebody
// between could have put there, are not taken for those under TLS.
func TestT146Injected(t *testing.T) {
	good, trusted := certificate(t, "127.0.0.1")
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go injecting(conn, good)
		}
	}()
	open, err := Open("smtp://"+ln.Addr().String()+"?tls=required", Options{Hostname: "desk.example.org", RootCAs: trusted})
	if err != nil {
		t.Fatal(err)
	}
	x := open()
	defer x.Close()
	_, err = x.Send(t.Context(), plain(1, time.Now()))
	reply, ok := errors.AsType[*textproto.Error](err)
	if !ok || reply.Code != 554 || !strings.Contains(reply.Msg, "under TLS") {
		t.Errorf("Send = %v, want the 554 that was said under TLS", err)
	}
	faulttest.Seen(t, "T146", "250 replies in clear behind the 220 of STARTTLS, as a man in the middle puts there", "thrown away; the reply under TLS counts")
}

// injecting answers STARTTLS with more than it should, and all under TLS with 554.
func injecting(conn net.Conn, cert *tls.Certificate) {
	defer conn.Close()
	fmt.Fprint(conn, "220 smarthost\r\n")
	r := bufio.NewReader(conn)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		if !strings.HasPrefix(line, "STARTTLS") {
			fmt.Fprint(conn, "250-smarthost\r\n250 STARTTLS\r\n")
			continue
		}
		fmt.Fprint(conn, "220 go\r\n250 injected\r\n250 injected\r\n250 injected\r\n354 injected\r\n250 injected\r\n")
		secure := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{*cert}})
		inner := bufio.NewReader(secure)
		for {
			if _, err := inner.ReadString('\n'); err != nil {
				return
			}
			fmt.Fprint(secure, "554 5.7.0 no, under TLS\r\n")
		}
	}
}
