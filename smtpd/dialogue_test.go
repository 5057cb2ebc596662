package smtpd

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"testing"
	"unicode"

	"maildesk/desk"
	"maildesk/faulttest"
)

func TestT029RelayProbes(t *testing.T) {
	d := &fakeDesk{}
	addr := serve(t, d, Config{})
	for _, probe := range []string{
		"<x@relay.example>", "<x%relay.example@our.example>", "<x%relay.example>", `<"x%relay.example">`,
		`<"x@relay.example">`, `<"x@relay.example"@our.example>`, "<x@relay.example@our.example>",
		"<@our.example:x@relay.example>", "<@our.example,@b.example:x@relay.example>", "<relay.example!x>",
		"<relay.example!x@our.example>", "<x@relay.example@[127.0.0.1]>", "<x@[127.0.0.1]>", "x@relay.example",
		"<nobody>", "<>", "<@>", "<@our.example>", "<help@>", "<our.example>",
	} {
		c := greeted(t, addr)
		c.say("MAIL FROM:<ana@client.example>", "250")
		c.send("RCPT TO:" + probe + "\r\n")
		if reply := c.want("5"); !strings.HasPrefix(reply, "550 5.1.1") && !strings.HasPrefix(reply, "501 5.") {
			t.Errorf("RCPT TO:%s: %q, want 550 or 501", probe, reply)
		}
		c.say("DATA", "503 5.5.1")
	}
	faulttest.Seen(t, "T029", "20 relay probes (those of smtp-open-relay and more) at RCPT", "550 5.1.1 or 501 for each, 0 mails kept")
}

func TestT030UnknownRecipient(t *testing.T) {
	d := &fakeDesk{}
	c := greeted(t, serve(t, d, Config{}))
	c.say("MAIL FROM:<ana@client.example>", "250")
	c.say("RCPT TO:<nobody@our.example>", "550 5.1.1 No such mailbox here")
	c.say("RCPT TO:<help@our.example>", "250")
	c.say("DATA", "354")
	c.send("hello\r\n.\r\n")
	c.want("250 2.0.0 kept as 1")
	if got := d.kept()[0].env.ForwardPaths; !slices.Equal(got, []string{"help@our.example"}) {
		t.Errorf("forward-paths = %q, want only the known one", got)
	}
	faulttest.Seen(t, "T030", "RCPT of an unknown local part, then of a known one", "550 5.1.1 at RCPT; the mail kept for the known one only")
}

func TestT036NullReversePath(t *testing.T) {
	d := &fakeDesk{}
	c := greeted(t, serve(t, d, Config{}))
	c.say("MAIL FROM:<>", "250")
	c.say("RCPT TO:<help@our.example>", "250")
	c.say("RCPT TO:<sales@our.example>", "250")
	c.say("DATA", "354")
	c.send("a bounce\r\n.\r\n")
	c.want("250 2.0.0 kept as 1")
	if env := d.kept()[0].env; env.ReversePath != "" || env.Unknown || len(env.ForwardPaths) != 2 {
		t.Errorf("envelope = %+v, want the null reverse-path and two recipients", env)
	}
	faulttest.Seen(t, "T036", "MAIL FROM:<> with two recipients", "accepted (RFC 5321 section 4.5.5), kept with the null reverse-path")
}

func TestT037TooManyRecipients(t *testing.T) {
	d := &fakeDesk{}
	c := greeted(t, serve(t, d, Config{}))
	c.say("MAIL FROM:<ana@client.example>", "250")
	for i := range 101 {
		reply := "250"
		if i >= 100 {
			reply = "452 4.5.3"
		}
		c.say(fmt.Sprintf("RCPT TO:<help%d@our.example>", i), reply)
	}
	c.say("DATA", "354")
	c.send("hello all\r\n.\r\n")
	c.want("250 2.0.0 kept as 1")
	if got := len(d.kept()[0].env.ForwardPaths); got != 100 {
		t.Errorf("%d recipients kept, want 100", got)
	}
	faulttest.Seen(t, "T037", "RCPT number 101 of 100", "452 4.5.3; the first 100 kept")
}

func TestT038Postmaster(t *testing.T) {
	d := &fakeDesk{}
	c := greeted(t, serve(t, d, Config{}))
	for i, to := range []string{"<postmaster>", "<Postmaster>", " <POSTMASTER>", "<postmaster@our.example>", "<abuse@our.example>"} {
		c.say("MAIL FROM:<ana@client.example>", "250")
		c.say("RCPT TO:"+to, "250")
		c.say("DATA", "354")
		c.send(".\r\n")
		c.want("250")
		if got := strings.ToLower(d.kept()[i].env.ForwardPaths[0]); got != "postmaster@our.example" && got != "abuse@our.example" {
			t.Errorf("RCPT TO:%s: forward-path %q", to, got)
		}
	}
	faulttest.Seen(t, "T038", "postmaster (bare and with domain) and abuse at RCPT and DATA", "250 for all, kept for postmaster@ and abuse@")
}

func TestT039OtherProtocols(t *testing.T) {
	d := &fakeDesk{}
	addr := serve(t, d, Config{})
	for _, first := range []string{
		"GET / HTTP/1.1\r\nHost: our.example\r\n\r\n", "POST / HTTP/1.1\r\n\r\nEHLO x\r\nMAIL FROM:<a@b.example>\r\n",
		"CONNECT our.example:25 HTTP/1.1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", "\x00\x01\n", "{\"json\":1}\r\n",
	} {
		c := dial(t, addr)
		c.want("220")
		c.send(first)
		c.want("521 5.5.1")
		c.wantEnd()
	}
	faulttest.Seen(t, "T039", "GET, POST, CONNECT, HTTP/2, a TLS hello, JSON", "521 after the first line, connection ended, %d mails kept", len(d.kept()))
}

func TestT040OutOfTurn(t *testing.T) {
	d := &fakeDesk{}
	addr := serve(t, d, Config{})
	c := dial(t, addr) // talks before the banner
	c.send("EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<help@our.example>\r\nDATA\r\nspam\r\n.\r\nQUIT\r\n")
	c.want("220")
	c.want("554 5.5.0")
	c.wantEnd()

	c = greeted(t, addr) // does not wait for the 354
	c.send("MAIL FROM:<a@b.example>\r\nRCPT TO:<help@our.example>\r\nDATA\r\nspam\r\n.\r\n")
	c.want("250")
	c.want("250")
	c.want("554 5.5.0")
	c.wantEnd()
	if n := len(d.kept()); n != 0 {
		t.Errorf("%d mails kept, want none", n)
	}
	faulttest.Seen(t, "T040", "a client that talks before the greeting; one that sends the mail before the 354", "554 5.5.0, connection ended, 0 mails kept")
}

func TestPipelining(t *testing.T) {
	d := &fakeDesk{}
	c := greeted(t, serve(t, d, Config{}))
	c.send("MAIL FROM:<a@client.example>\r\nRCPT TO:<help@our.example>\r\nRCPT TO:<nobody@our.example>\r\nDATA\r\n")
	for _, reply := range []string{"250", "250", "550 5.1.1", "354"} {
		c.want(reply)
	}
	c.send("one\r\n.\r\nMAIL FROM:<b@client.example>\r\nRCPT TO:<help@our.example>\r\nDATA\r\n")
	for _, reply := range []string{"250 2.0.0 kept as 1", "250", "250", "354"} {
		c.want(reply)
	}
	c.send("two\r\n.\r\nQUIT\r\n")
	c.want("250 2.0.0 kept as 2")
	c.want("221")
	c.wantEnd()
}

func TestT042ControlCharacters(t *testing.T) {
	d := &fakeDesk{}
	var logged syncBuffer
	addr := serveLogging(t, d, Config{MaxErrors: 100}, &logged)
	for _, bad := range []string{"\x00", "\x1b[2J", "\r", "\x7f", "\x07"} {
		c := dial(t, addr)
		c.want("220")
		c.say("EHLO cli"+bad+"ent", "501 5.5.2")
		c.say("EHLO client.example", "250")
		c.say("MAIL FROM:<a"+bad+"na@client.example>", "501")
		c.say("MAIL FROM:<ana@client.example>", "250")
		c.say("RCPT TO:<he"+bad+"lp@our.example>", "501")
		c.say("RCPT TO:<help@our.ex"+bad+"ample>", "501")
		c.say("QUIT", "221")
	}
	c := greeted(t, addr)
	c.say("MAIL FROM:<"+strings.Repeat("a", 400)+"@client.example>", "501")
	c.say("MAIL FROM:<ana@client.example>", "250")
	// What is printable comes into the log, in quotes and on one line.
	c.say("RCPT TO:<nobody\u2028msg=forged@our.example>", "5")
	c.say("RCPT TO:<nobody\u202e\u0085@our.example>", "5")
	c.say(`RCPT TO:<"nobody level=ERROR msg="@our.example>`, "5")
	c.say("MAIL FROM:<"+strings.Repeat("a", 10_000)+"@client.example>", "501")
	c.wantEnd()
	c = dial(t, addr)
	c.want("220")
	c.say("EHLO "+strings.Repeat("a", 10_000), "501")
	c.wantEnd()
	lines := 0
	for line := range strings.Lines(logged.String()) {
		lines++
		if !strings.HasPrefix(line, "time=") || strings.Count(line, " level=INFO ") != 1 ||
			strings.ContainsFunc(strings.TrimSuffix(line, "\n"), func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("log line %q, want one printable line per event", line)
		}
	}
	if lines < 5 {
		t.Errorf("%d log lines, want those of the refusals:\n%s", lines, logged.String())
	}
	faulttest.Seen(t, "T042", "NUL, ESC, CR, DEL, BEL, 10 kB and forged log fields in EHLO, MAIL and RCPT", "501 or 550; %d log lines, each one printable line", lines)
}

func TestSecondMail(t *testing.T) {
	d := &fakeDesk{}
	c := greeted(t, serve(t, d, Config{}))
	c.say("MAIL FROM:<a@client.example>", "250")
	c.say("RCPT TO:<help@our.example>", "250")
	c.say("MAIL FROM:<b@client.example>", "503 5.5.1")
	c.say("EHLO again.example", "250") // as RSET (RFC 5321 section 4.1.4)
	c.say("DATA", "503 5.5.1")
	c.say("MAIL FROM:<c@client.example>", "250")
	c.say("RCPT TO:<help@our.example>", "250")
	c.say("DATA", "354")
	c.send(".\r\n")
	c.want("250 2.0.0 kept as 1")
	if env := d.kept()[0].env; env.ReversePath != "c@client.example" || len(env.ForwardPaths) != 1 || env.Helo != "again.example" {
		t.Errorf("envelope = %+v, want the one of the second try", env)
	}
}

func TestQuotedReversePath(t *testing.T) {
	for _, tt := range []struct{ from, want string }{
		{`<"a b"@x.example>`, `"a b"@x.example`},
		{`<"a\"b"@x.example>`, `"a\"b"@x.example`},
		{`<a..b@docomo.example>`, `"a..b"@docomo.example`},
		{`<bounce+1=a.example@x.example>`, `bounce+1=a.example@x.example`},
		{`<jörg@exämple.example>`, `jörg@exämple.example`},
		{`<a@[192.0.2.1]>`, `a@[192.0.2.1]`},
		{`<a@localhost>`, `a@localhost`},
	} {
		d := &fakeDesk{}
		c := greeted(t, serve(t, d, Config{}))
		c.say("MAIL FROM:"+tt.from, "250")
		c.say("RCPT TO:<help@our.example>", "250")
		c.say("DATA", "354")
		c.send(".\r\n")
		c.want("250")
		if got := d.kept()[0].env.ReversePath; got != tt.want {
			t.Errorf("MAIL FROM:%s gives the reverse-path %s, want %s", tt.from, got, tt.want)
		}
	}
}

func TestUnfinishedCommandIsNotRun(t *testing.T) {
	inBubble(t, Config{}, func(t *testing.T, d *fakeDesk, c *client) {
		c.send("QUIT")
		c.want("421 4.4.2")
		c.wantEnd()
	})
}

func TestTooManyErrors(t *testing.T) {
	d := &fakeDesk{}
	c := greeted(t, serve(t, d, Config{MaxErrors: 5}))
	c.say("MAIL FROM:<ana@client.example>", "250")
	for range 5 {
		c.say("RCPT TO:<nobody@our.example>", "550 5.1.1")
	}
	c.want("421 4.7.0")
	c.wantEnd()
}

func TestTooManyCommands(t *testing.T) {
	c := greeted(t, serve(t, &fakeDesk{}, Config{}))
	c.send(strings.Repeat("NOOP\r\n", maxCommands))
	for range maxCommands - 1 {
		c.want("250")
	}
	c.want("421 4.7.0")
	c.wantEnd()
}

func TestCounts(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &fakeDesk{accept: func(_ context.Context, raw []byte) error {
		if bytes.Contains(raw, []byte("round")) {
			return desk.ErrLoop
		}
		return nil
	}}
	s := New(ln, d, Config{MaxConnections: 1, MaxMessageBytes: 100}, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- s.Run(ctx) }()
	c := greeted(t, ln.Addr().String())
	dial(t, ln.Addr().String()).want("421")
	for _, mail := range []string{"small", strings.Repeat("x", 150), "gone round"} {
		c.say("MAIL FROM:<ana@client.example>", "250")
		c.say("RCPT TO:<nobody@our.example>", "550")
		c.say("RCPT TO:<help@our.example>", "250")
		c.say("DATA", "354")
		c.say(mail+"\r\n.", "")
	}
	want := Counts{Connections: 1, RefusedConnections: 1, RefusedRecipients: 3, RefusedMails: 2, Loops: 1, Kept: 1}
	if got := s.Counts(); got != want {
		t.Errorf("Counts() = %+v, want %+v", got, want)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("Run = %v, want nil", err)
	}
	if got := s.Counts().Connections; got != 0 {
		t.Errorf("%d connections after Run, want none", got)
	}
}

// TestOriginalRecipient: ORCPT is ignored, as a Dovecot in front sends it though
// DSN is not offered; the other parameters of DSN are refused.
func TestOriginalRecipient(t *testing.T) {
	for _, tt := range []struct{ command, answer, forwardPath string }{
		{"RCPT TO:<Help@our.example> ORCPT=rfc822;help@our.example", "250", "Help@our.example"},
		{"rcpt to:<help@our.example>  orcpt=rfc822;a+2Bb>@our.example ", "250", "help@our.example"},
		{"RCPT TO:<help+orcpt@our.example> ORCPT=rfc822;x", "250", "help+orcpt@our.example"},
		{"RCPT TO:<postmaster> ORCPT=rfc822;postmaster", "250", "postmaster@our.example"},
		{`RCPT TO:<"nobody> ORCPT=x"@our.example>`, "550 5.1.1", ""},
		{"RCPT TO:<nobody@our.example> ORCPT=rfc822;help@our.example", "550 5.1.1", ""},
		{"RCPT TO:<help@our.example> NOTIFY=NEVER ORCPT=rfc822;x", "504", ""},
		{"RCPT TO:<help@our.example> ORCPT=rfc822;x NOTIFY=NEVER", "504", ""},
		{"RCPT TO:<help@our.example> NOTIFY=SUCCESS,FAILURE", "504", ""},
		{"RCPT TO:<help@our.example> ORCPT=", "501", ""},
	} {
		d := &fakeDesk{}
		c := greeted(t, serve(t, d, Config{Hostname: "our.example"}))
		c.say("MAIL FROM:<ana@client.example>", "250")
		c.say(tt.command, tt.answer)
		if tt.forwardPath == "" {
			continue
		}
		c.say("DATA", "354")
		c.send("hello\r\n.\r\n")
		c.want("250")
		if got := d.kept()[0].env.ForwardPaths; !slices.Equal(got, []string{tt.forwardPath}) {
			t.Errorf("%s: forward-paths = %q, want %s", tt.command, got, tt.forwardPath)
		}
	}
	c := greeted(t, serve(t, &fakeDesk{}, Config{}))
	c.say("MAIL FROM:<ana@client.example> RET=HDRS", "504 5.5.4")
	c.say("MAIL FROM:<ana@client.example> ENVID=x", "504 5.5.4")
	c.say("MAIL FROM:<ana@client.example>", "250")
}

// TestTrailingBlanks: blanks behind a command are tolerated (RFC 5321 section 4.1.1).
func TestTrailingBlanks(t *testing.T) {
	d := &fakeDesk{}
	c := greeted(t, serve(t, d, Config{}))
	for _, command := range []string{"NOOP ", "RSET\t", "MAIL FROM:<ana@client.example> ", "RCPT TO:<help@our.example>  "} {
		c.say(command, "250")
	}
	c.say("DATA ", "354")
	c.send("hello\r\n.\r\n")
	c.want("250 2.0.0 kept as 1")
	c.say("QUIT ", "221")
}

// TestUnknownCommands: the fourth ends the connection.
func TestUnknownCommands(t *testing.T) {
	c := greeted(t, serve(t, &fakeDesk{}, Config{}))
	for _, command := range []string{"FROB", "", "MAILFROM:<ana@client.example>", strings.Repeat("x", 1000)} {
		c.say(command, "500 5.5.2 Syntax error, command unrecognized")
	}
	c.want("421 4.7.0 Too many errors")
	c.wantEnd()
}
