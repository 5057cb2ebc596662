package smtpd

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"maildesk/desk"
	"maildesk/ticket"
)

// fakeDesk answers at every address of our.example whose local part does not
// begin with "nobody", and keeps mails in memory.
type fakeDesk struct {
	mu       sync.Mutex
	mails    []keptMail
	listener pipes                                       // of its server, in a bubble
	accept   func(ctx context.Context, raw []byte) error // instead of success
	room     error
}

type keptMail struct {
	env ticket.Envelope
	raw string
}

func (d *fakeDesk) CheckRecipient(_ context.Context, forwardPath string) error {
	if !strings.HasSuffix(forwardPath, "@our.example") || strings.HasPrefix(forwardPath, "nobody") ||
		strings.ContainsAny(forwardPath, "%!\"") {
		return fmt.Errorf("look up: %w", &desk.UnknownRecipientError{ForwardPath: forwardPath})
	}
	return nil
}

func (d *fakeDesk) Room(context.Context, int64) error { return d.room }

func (d *fakeDesk) Accept(ctx context.Context, env ticket.Envelope, raw []byte) (ticket.MailID, error) {
	if d.accept != nil {
		if err := d.accept(ctx, raw); err != nil {
			return 0, err
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mails = append(d.mails, keptMail{env, string(raw)})
	return ticket.MailID(len(d.mails)), nil
}

func (d *fakeDesk) kept() []keptMail {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.mails)
}

// serve runs a server on loopback until the test ends, and returns its address.
func serve(t testing.TB, d Desk, cfg Config) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	run(t, ln, d, cfg)
	return ln.Addr().String()
}

// serveLogging is serve with its log kept in a buffer.
func serveLogging(t testing.TB, d Desk, cfg Config, log io.Writer) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	runLogging(t, ln, d, cfg, log)
	return ln.Addr().String()
}

// syncBuffer is a buffer that may be read while it is written.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// run runs a server; the function stops it and waits, as the end of the test does.
func run(t testing.TB, ln net.Listener, d Desk, cfg Config) (stop func()) {
	t.Helper()
	_, stop = runLogging(t, ln, d, cfg, logTo{t})
	return stop
}

// runLogging is run with a log of its own; it returns the server too.
func runLogging(t testing.TB, ln net.Listener, d Desk, cfg Config, log io.Writer) (s *Server, stop func()) {
	t.Helper()
	if cfg.Hostname == "" {
		cfg.Hostname = "our.example"
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	s = New(ln, d, cfg, slog.New(slog.NewTextHandler(log, nil)))
	go func() { done <- s.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
	})
	t.Cleanup(stop)
	return s, stop
}

type logTo struct{ testing.TB }

func (l logTo) Write(p []byte) (int, error) {
	if _, bench := l.TB.(*testing.B); !bench {
		l.TB.Logf("%s", bytes.TrimSpace(p))
	}
	return len(p), nil
}

// client speaks SMTP by hand.
type client struct {
	t    testing.TB
	conn net.Conn
	r    *bufio.Reader
}

func dial(t testing.TB, addr string) *client {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return newClient(t, conn)
}

func newClient(t testing.TB, conn net.Conn) *client {
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(2 * time.Minute))
	return &client{t, conn, bufio.NewReader(conn)}
}

// greeted is a client that has said EHLO.
func greeted(t testing.TB, addr string) *client {
	t.Helper()
	c := dial(t, addr)
	c.want("220")
	c.say("EHLO client.example", "250")
	return c
}

// want reads one reply and checks that it begins so.
func (c *client) want(prefix string) string {
	c.t.Helper()
	var all strings.Builder
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			c.t.Fatalf("reply = %q, %v; want %q", all.String()+line, err, prefix)
		}
		all.WriteString(line)
		if len(line) < 4 || line[3] != '-' {
			if !strings.HasPrefix(line, prefix) {
				c.t.Fatalf("reply = %q, want %q", line, prefix)
			}
			return all.String()
		}
	}
}

func (c *client) send(s string) {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, s); err != nil {
		c.t.Fatalf("send %.60q: %v", s, err)
	}
}

// say sends a command and checks the reply.
func (c *client) say(command, prefix string) string {
	c.t.Helper()
	c.send(command + "\r\n")
	return c.want(prefix)
}

// begin goes as far as the 354.
func (c *client) begin() {
	c.t.Helper()
	c.say("MAIL FROM:<ana@client.example>", "250")
	c.say("RCPT TO:<help@our.example>", "250")
	c.say("DATA", "354")
}

func (c *client) close() { c.conn.Close() }

// wantEnd checks that the server closed the connection and said nothing more.
func (c *client) wantEnd() {
	c.t.Helper()
	if rest, err := io.ReadAll(c.r); len(rest) > 0 || err != nil {
		c.t.Fatalf("rest of the connection = %q, %v; want its end", rest, err)
	}
}

func TestMailIsKeptByteExact(t *testing.T) {
	d := &fakeDesk{}
	c := greeted(t, serve(t, d, Config{}))
	c.begin()
	c.send("Subject: hello\r\n\r\n..dot\r\n.. \r\nbare\nlf and bare\rcr\x00\xff\r\n.\r\n")
	c.want("250 2.0.0 kept as 1")
	c.begin()
	c.send(".\r\n")
	c.want("250 2.0.0 kept as 2")
	c.say("QUIT", "221")
	c.wantEnd()
	mails := d.kept()
	if len(mails) != 2 {
		t.Fatalf("%d mails kept, want 2", len(mails))
	}
	want := "Subject: hello\r\n\r\n.dot\r\n. \r\nbare\nlf and bare\rcr\x00\xff\r\n"
	if mails[0].raw != want || mails[1].raw != "" {
		t.Errorf("kept %q and %q, want %q and nothing", mails[0].raw, mails[1].raw, want)
	}
	env := mails[0].env
	if env.ReversePath != "ana@client.example" || len(env.ForwardPaths) != 1 || env.ForwardPaths[0] != "help@our.example" ||
		env.Client != "127.0.0.1" || env.Helo != "client.example" || env.Source != ticket.SourceSMTP || env.TLS {
		t.Errorf("envelope = %+v", env)
	}
}
