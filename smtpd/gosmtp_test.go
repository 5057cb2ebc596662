package smtpd

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"log"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// plain is a session of go-smtp without this package. It keeps what it gets.
type plain struct {
	mu        sync.Mutex
	err       error // of Data, once the mail was read
	recipient string
	mail      chan string
}

func (p *plain) Reset()                               {}
func (p *plain) Logout() error                        { return nil }
func (p *plain) Mail(string, *smtp.MailOptions) error { return nil }
func (p *plain) Rcpt(to string, _ *smtp.RcptOptions) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.recipient = to
	return nil
}
func (p *plain) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	p.mail <- string(raw)
	return p.err
}

func (p *plain) AuthMechanisms() []string { return []string{sasl.Plain} }
func (p *plain) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, _, _ string) error { return smtp.ErrAuthFailed }), nil
}

func newPlain() (*plain, *smtp.Server) {
	p := &plain{mail: make(chan string, 10)}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return p, nil }))
	s.ErrorLog = log.New(io.Discard, "", 0)
	return p, s
}

// TestGoSMTP holds what is put right here against go-smtp as it is. A row that
// fails names a counter-measure that is no longer needed; measure names the place
// and test the test which show that it works.
func TestGoSMTP(t *testing.T) {
	tests := ""
	files, _ := filepath.Glob("*_test.go")
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		tests += string(text)
	}
	// Those that are shown by a test of their own.
	shown := map[string]bool{"listener.Accept": true /* TestAcceptFails */, "Server.Run": true /* TestGoSMTPShutdown */}
	for _, tt := range []struct {
		fault, measure, test string
		setting              func(*smtp.Server)
		faulty               func(t *testing.T, p *plain, c *client) bool
	}{
		{fault: "offers CHUNKING without being asked", measure: "conn.greeting", test: "TestT025Chunking",
			faulty: func(t *testing.T, _ *plain, c *client) bool {
				return strings.Contains(c.say("EHLO client.example", "250"), "CHUNKING")
			}},
		{fault: "takes a chunk that was cut off for a whole mail", measure: "errChunking", test: "TestT025Chunking",
			faulty: func(t *testing.T, p *plain, c *client) bool {
				envelope(c)
				c.send("BDAT 10 LAST\r\nhello")
				c.conn.(*net.TCPConn).CloseWrite()
				return <-p.mail == "hello"
			}},
		{fault: "echoes what the client sent", measure: "replyTexts", test: "TestReplies",
			faulty: says("FROB x", "500 5.5.2 Syntax errors, FROB command unrecognized")},
		{fault: "echoes the name that the client gives itself", measure: "replyTexts", test: "TestReplies", faulty: says("HELO name.example", "250 2.0.0 Hello name.example")},
		{fault: "echoes a recipient", measure: "replyTexts", test: "TestReplies",
			faulty: says("RCPT TO:<help@our.example>", "250 2.0.0 I'll make sure <help@our.example> gets this", "MAIL FROM:<ana@client.example>")},
		{fault: "answers a command out of order with 502", measure: "replyTexts", test: "TestCommandOrder",
			faulty: says("DATA", "502 5.5.1 Missing RCPT TO command.")},
		{fault: "answers an unknown parameter with 500", measure: "replyTexts", test: "TestReplies",
			faulty: says("MAIL FROM:<ana@client.example> X=1", "500 5.5.4")},
		{fault: "answers RCPT out of order with 502", measure: "replyTexts", test: "TestCommandOrder", faulty: says("RCPT TO:<help@our.example>", "502 5.5.1")},
		{fault: "answers an unknown parameter of RCPT with 500", measure: "replyTexts", test: "TestReplies",
			faulty: says("RCPT TO:<help@our.example> X=1", "500 5.5.4", "MAIL FROM:<ana@client.example>")},
		{fault: "has a fixed text for the mail that was taken", measure: "conn.translate", test: "TestReplies",
			faulty: func(t *testing.T, _ *plain, c *client) bool {
				return delivers(c, "hello\r\n") == "250 2.0.0 OK: queued\r\n"
			}},
		{fault: "refuses RCPT TO:<postmaster>", measure: "conn.completePostmaster", test: "TestT038Postmaster",
			faulty: says("RCPT TO:<postmaster>", "501", "MAIL FROM:<ana@client.example>")},
		{fault: "refuses ORCPT without DSN", measure: "Server.library", test: "TestOriginalRecipient",
			faulty: says("RCPT TO:<help@our.example> ORCPT=rfc822;a@b.example", "504", "MAIL FROM:<ana@client.example>")},
		{fault: "takes a second MAIL", measure: "session.Mail", test: "TestSecondMail",
			faulty: says("MAIL FROM:<b@client.example>", "250", "MAIL FROM:<a@client.example>", "RCPT TO:<help@our.example>")},
		{fault: "lets control characters through", measure: "conn.check", test: "TestT042ControlCharacters",
			faulty: says("MAIL FROM:<a\x00b@client.example>", "250")},
		{fault: "refuses a blank behind a command", measure: "conn.check", test: "TestTrailingBlanks",
			faulty: says("NOOP ", "501")},
		{fault: "removes the quotes of a local part", measure: "path", test: "TestQuotedReversePath",
			faulty: func(t *testing.T, p *plain, c *client) bool {
				envelope(c)
				c.say(`RCPT TO:<"a b"@our.example>`, "250")
				p.mu.Lock()
				defer p.mu.Unlock()
				return p.recipient == "a b@our.example"
			}},
		{fault: "runs a command that was not finished", measure: "conn.command", test: "TestUnfinishedCommandIsNotRun",
			faulty: func(t *testing.T, _ *plain, c *client) bool {
				c.send("NOOP")
				c.conn.(*net.TCPConn).CloseWrite()
				return strings.HasPrefix(c.want(""), "250")
			}},
		{fault: "drops a CR behind a leading dot", measure: "session.Data", test: "TestDotsAreUnstuffedAndNothingElse",
			faulty: func(t *testing.T, p *plain, c *client) bool { delivers(c, ".\rX\r\n"); return <-p.mail == "X\r\n" }},
		{fault: "refuses a mail of exactly the greatest size", measure: "session.Data", test: "TestT032Size",
			setting: func(s *smtp.Server) { s.MaxMessageBytes = 7 },
			faulty:  func(t *testing.T, _ *plain, c *client) bool { return delivers(c, "12345\r\n")[:3] == "552" }},
		{fault: "answers an error of ours with a permanent one and its text", measure: "reply", test: "TestErrorsOfTheDesk",
			faulty: func(t *testing.T, p *plain, c *client) bool {
				p.err = fmt.Errorf("write /var/x: %w", &smtp.SMTPError{Code: 451})
				got := delivers(c, "hello\r\n")
				return got[:3] == "554" && strings.Contains(got, "/var/x")
			}},
		{fault: "ends no connection that guesses passwords", measure: "conn.checkAuth", test: "TestManyFailedLogins",
			setting: func(s *smtp.Server) { s.AllowInsecureAuth = true },
			faulty: func(t *testing.T, _ *plain, c *client) bool {
				for range 30 {
					c.say("AUTH PLAIN "+b64("\x00ana\x00guess"), "535")
				}
				return strings.HasPrefix(c.say("NOOP", ""), "250")
			}},
		{fault: "asks to come back with a malformed log-in", measure: "conn.checkAuth", test: "TestSubmission",
			setting: func(s *smtp.Server) { s.AllowInsecureAuth = true },
			faulty:  says("AUTH PLAIN ###", "454")},
		{fault: "goes on in clear text after a failed handshake", measure: "conn.checkStartTLS", test: "TestT027FailedHandshake",
			setting: func(s *smtp.Server) { s.TLSConfig = selfSigned(t) },
			faulty: func(t *testing.T, _ *plain, c *client) bool {
				c.say("STARTTLS", "220")
				c.send("this is no handshake\r\n")
				for line, err := "", error(nil); err == nil; line, err = c.r.ReadString('\n') {
					if strings.HasSuffix(line, "550 5.0.0 Handshake error\r\n") {
						return strings.HasPrefix(c.say("NOOP", ""), "250")
					}
				}
				return false
			}},
	} {
		t.Run(tt.fault, func(t *testing.T) {
			p, s := newPlain()
			if tt.setting != nil {
				tt.setting(s)
			}
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			go s.Serve(ln)
			defer s.Close()
			if !tt.faulty(t, p, greeted(t, ln.Addr().String())) {
				t.Errorf("go-smtp no longer %s: take out what does so in %s", tt.fault, tt.measure)
			}
		})
		if !strings.Contains(tests, "\nfunc "+tt.test+"(") {
			t.Errorf("%s: there is no %s", tt.fault, tt.test)
		}
		shown[tt.measure] = true
	}
	for _, place := range quirks(t) {
		if !shown[place] {
			t.Errorf("nothing shows the fault of go-smtp that %s names", place)
		}
	}
}

// quirks returns the functions and variables of this package that name a fault of go-smtp.
func quirks(t *testing.T) (all []string) {
	files, _ := filepath.Glob("*.go")
	for _, path := range files {
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, comment := range file.Comments {
			text := comment.Text()
			if !strings.Contains(text, "QUIRK:") || !strings.Contains(text, "go-smtp") {
				continue
			}
			place := ""
			for _, d := range file.Decls {
				if start, name := declared(d); start <= comment.Pos() && comment.Pos() < d.End() {
					place = name
				}
			}
			if place == "" {
				t.Errorf("%s: a QUIRK stands at no function or variable", set.Position(comment.Pos()))
			}
			all = append(all, place)
		}
	}
	if len(all) < 10 {
		t.Errorf("only %d places with a QUIRK found: %q", len(all), all)
	}
	return all
}

// declared returns where a declaration begins, with its comment, and what it declares: a
// function, a method behind its type, the first of some variables.
func declared(d ast.Decl) (start token.Pos, name string) {
	doc := (*ast.CommentGroup)(nil)
	switch x := d.(type) {
	case *ast.FuncDecl:
		doc, name = x.Doc, x.Name.Name
		if x.Recv != nil {
			name = strings.TrimPrefix(types.ExprString(x.Recv.List[0].Type), "*") + "." + name
		}
	case *ast.GenDecl:
		doc = x.Doc
		if v, ok := x.Specs[0].(*ast.ValueSpec); ok {
			name = v.Names[0].Name
		}
	}
	if doc != nil {
		return doc.Pos(), name
	}
	return d.Pos(), name
}

// says returns a check that a command, after those before it, is answered so.
func says(command, want string, before ...string) func(*testing.T, *plain, *client) bool {
	return func(_ *testing.T, _ *plain, c *client) bool {
		for _, b := range before {
			c.say(b, "250")
		}
		return strings.HasPrefix(c.say(command, ""), want)
	}
}

func envelope(c *client) {
	c.say("MAIL FROM:<ana@client.example>", "250")
	c.say("RCPT TO:<help@our.example>", "250")
}

// selfSigned returns settings for TLS.
func selfSigned(t *testing.T) *tls.Config {
	certificate, _, _ := testCertificate(t, slog.New(slog.DiscardHandler))
	return certificate.Config()
}

// delivers sends a mail and returns the reply.
func delivers(c *client, body string) string {
	envelope(c)
	c.say("DATA", "354")
	c.send(body + ".\r\n")
	return c.want("")
}

// TestGoSMTPStall: after a timeout in DATA go-smtp runs the rest of the body as
// commands (its issue 196); see [TestT022StalledBody] for ours.
func TestGoSMTPStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, s := newPlain()
		s.ReadTimeout = time.Minute
		ln := make(pipes)
		go s.Serve(ln)
		here, there := net.Pipe()
		ln <- there
		c := newClient(t, here)
		here.SetDeadline(time.Time{})
		c.want("220")
		c.say("EHLO client.example", "250")
		c.begin()
		c.send("Subject: slow\r\n")
		c.want("554")
		if got := c.say("MAIL FROM:<evil@x.example>", ""); !strings.HasPrefix(got, "250") {
			t.Errorf("go-smtp no longer runs the rest of a stalled body (%q): see conn.readBody", got)
		}
		here.Close()
		s.Close()
	})
}

// TestGoSMTPShutdown: after Shutdown has waited in vain for an idle client, Close
// leaves it connected; see [TestT016StopInMidData] for ours.
func TestGoSMTPShutdown(t *testing.T) {
	_, s := newPlain()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go s.Serve(ln)
	c := greeted(t, ln.Addr().String())
	done, cancel := context.WithCancel(t.Context())
	cancel()
	first, second := s.Shutdown(done), s.Close()
	c.send("NOOP\r\n")
	if line, err := c.r.ReadString('\n'); first == nil || second == nil || err != nil {
		t.Errorf("Shutdown = %v, Close = %v, then %q, %v: go-smtp now closes the connection; see Server.Run", first, second, line, err)
	}
}

// failing is a listener that fails as often as told before each connection.
type failing struct {
	pipes
	failures []int
	asked    chan time.Time // when Accept was called
	err      error
}

func (f *failing) Accept() (net.Conn, error) {
	f.asked <- time.Now()
	if len(f.failures) > 0 && f.failures[0] > 0 {
		f.failures[0]--
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", f.err.(syscall.Errno))}
	}
	if len(f.failures) > 0 {
		f.failures = f.failures[1:]
	}
	return f.pipes.Accept()
}

// pauses returns how long a server waits after each failure to accept: of ten in
// a row, and of one after a connection came in.
func pauses(t *testing.T, serve func(net.Listener) (stop func())) (most, later time.Duration) {
	f := &failing{pipes: make(pipes), failures: []int{10, 1}, asked: make(chan time.Time, 20), err: syscall.EMFILE}
	stop := serve(f)
	last := <-f.asked
	for range 10 {
		asked := <-f.asked
		most, last = max(most, asked.Sub(last)), asked
	}
	here, there := net.Pipe()
	f.pipes <- there
	newClient(t, here).want("220")
	last = <-f.asked
	later = (<-f.asked).Sub(last)
	here.Close()
	stop()
	return most, later
}

// TestAcceptFails: the pauses after failures of accept stay short, unlike those
// of go-smtp, which never become short again. A listener that is broken for good
// ends Run.
func TestAcceptFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		most, later := pauses(t, func(ln net.Listener) func() { return run(t, ln, &fakeDesk{}, Config{}) })
		if most != acceptPause || later != acceptPause {
			t.Errorf("pauses up to %v, later %v; want %v", most, later, acceptPause)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		_, later := pauses(t, func(ln net.Listener) func() {
			_, s := newPlain()
			go s.Serve(ln)
			return func() { s.Close() }
		})
		if later < time.Second {
			t.Errorf("go-smtp now pauses %v after a success: see listener.Accept", later)
		}
	})
	f := &failing{pipes: make(pipes), failures: []int{1}, asked: make(chan time.Time, 1), err: syscall.EINVAL}
	if err := New(f, &fakeDesk{}, Config{}, slog.New(slog.DiscardHandler)).Run(t.Context()); !errors.Is(err, syscall.EINVAL) {
		t.Errorf("Run = %v, want the error of the listener", err)
	}
}
