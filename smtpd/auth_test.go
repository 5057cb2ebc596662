package smtpd

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"

	"maildesk/faulttest"
)

// twoAccounts are those of a test.
type twoAccounts struct{}

func (twoAccounts) Login(_ context.Context, client netip.Addr, user, password string) (string, error) {
	switch user + " " + password {
	case "alice@our.example secret":
		return "alice", nil
	case "fault x":
		return "", errors.New("the file is broken")
	case "many x":
		return "", fmt.Errorf("%w: of many", ErrTooManyLogins)
	}
	return "", ErrBadLogin
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// submissionDoor returns the address of a door for submission.
func submissionDoor(t *testing.T, d Desk, implicit bool, log *syncBuffer) string {
	t.Helper()
	cert, _, _ := testCertificate(t, slog.New(slog.DiscardHandler))
	return serveLogging(t, d, Config{TLS: cert.Config(), Accounts: twoAccounts{}, ImplicitTLS: implicit}, log)
}

func TestSubmission(t *testing.T) {
	plain := "AUTH PLAIN " + b64("\x00alice@our.example\x00secret")
	for _, implicit := range []bool{false, true} {
		t.Run(fmt.Sprintf("implicit %t", implicit), func(t *testing.T) {
			d, log := &fakeDesk{}, &syncBuffer{}
			c := dial(t, submissionDoor(t, d, implicit, log))
			if implicit {
				c.startTLS()
				c.want("220")
			} else {
				c.want("220")
				if caps := c.say("EHLO mail.example", "250"); strings.Contains(caps, "AUTH") || !strings.Contains(caps, "STARTTLS") {
					t.Errorf("EHLO in clear text offers %q", caps)
				}
				c.say(plain, "538 5.7.11")
				c.say("MAIL FROM:<alice@our.example>", "530 5.7.0")
				c.say("STARTTLS", "220")
				c.startTLS()
			}
			c.say(plain, "503 5.5.1") // no EHLO
			if caps := c.say("EHLO mail.example", "250"); !strings.Contains(caps, "AUTH PLAIN LOGIN") || strings.Contains(caps, "STARTTLS") {
				t.Errorf("EHLO under TLS offers %q", caps)
			}
			for _, bad := range []struct{ say, want string }{
				{"MAIL FROM:<alice@our.example>", "530 5.7.0"}, {"DATA", "530 5.7.0"},
				{"AUTH", "504 5.5.4"}, {"AUTH CRAM-MD5", "504 5.5.4"}, {"AUTH PLAIN ###", "501 5.5.2"}, {"AUTH PLAIN =", "501 5.5.2"}, {"AUTH PLAIN " + b64("alice"), "501 5.5.2"},
				{"AUTH PLAIN " + b64("\x00\x00secret"), "501 5.5.2"}, {"AUTH PLAIN " + b64("bob\x00alice@our.example\x00secret"), "501 5.5.2"},
				{"AUTH PLAIN " + b64("\x00alice@our.example\x00wrong"), "535 5.7.8"}, {"AUTH PLAIN " + b64("\x00many\x00x"), "454 4.7.0"}, {"AUTH PLAIN " + b64("\x00fault\x00x"), "451 4.3.0"},
			} {
				c.say(bad.say, bad.want)
			}
			c.say("AUTH LOGIN", "334 "+b64("Username:"))
			c.say("*", "501 5.7.0")
			c.say("AUTH LOGIN", "334 "+b64("Username:"))
			c.say(b64("alice@our.example"), "334 "+b64("Password:"))
			c.say(b64("wrong"), "535 5.7.8")
			c.say("AUTH PLAIN", "334 ")
			c.say("###", "501 5.5.2")
			c.say("AUTH LOGIN "+b64("alice@our.example"), "334 "+b64("Password:"))
			c.say(b64("secret"), "235 2.7.0")
			c.say(plain, "503 5.5.1")
			c.say("RSET", "250")
			c.say("MAIL FROM:<alice@our.example> AUTH=<>", "250")
			c.say("RCPT TO:<help@our.example>", "250")
			c.say("DATA", "354")
			c.send("From: alice@our.example\r\n\r\nhello\r\n.\r\n")
			c.want("250 2.0.0 kept as 1")
			if env := d.kept()[0].env; env.AuthUser != "alice" || !env.TLS {
				t.Errorf("envelope = %+v", env)
			}
			for _, want := range []string{`msg="login failed" client=127.0.0.1 user=alice@our.example`, "msg=login client=127.0.0.1 account=alice"} {
				if !strings.Contains(log.String(), want) {
					t.Errorf("the log lacks %q:\n%s", want, log)
				}
			}
			if strings.Contains(log.String(), "secret") || strings.Contains(log.String(), b64("secret")) {
				t.Errorf("a password is in the log")
			}
		})
	}
}

// TestManyFailedLogins: wrong passwords are refusals like others, and too many end the connection.
func TestManyFailedLogins(t *testing.T) {
	cert, _, _ := testCertificate(t, slog.New(slog.DiscardHandler))
	c := dial(t, serve(t, &fakeDesk{}, Config{TLS: cert.Config(), Accounts: twoAccounts{}, ImplicitTLS: true, MaxErrors: 3}))
	c.startTLS()
	c.want("220")
	c.say("EHLO mail.example", "250")
	for _, guess := range []string{"one", "two", "three"} {
		c.say("AUTH PLAIN "+b64("\x00alice@our.example\x00"+guess), "535 5.7.8")
	}
	c.want("421 4.7.0")
	c.wantEnd()
}

// A user whose name imitates a line of the log is no other client's failure.
func TestLoginIsLoggedSafely(t *testing.T) {
	log := &syncBuffer{}
	c := dial(t, submissionDoor(t, &fakeDesk{}, true, log))
	c.startTLS()
	c.want("220")
	c.say("EHLO mail.example", "250")
	c.say("AUTH PLAIN "+b64("\x00x\n msg=\"login failed\" client=203.0.113.9 user=\x00y"), "535")
	c.say("AUTH PLAIN "+b64("\x00"+strings.Repeat("z", 1000)+"\x00y"), "535")
	if strings.Contains(log.String(), `msg="login failed" client=203`) || strings.Contains(log.String(), strings.Repeat("z", 200)) {
		t.Errorf("the log:\n%s", log)
	}
}

// TestT027ImplicitTLS: whoever speaks in clear text where TLS begins gets no answer in clear
// text, and what comes with the header of a proxy is not lost.
func TestT027ImplicitTLS(t *testing.T) {
	d := &fakeDesk{}
	c := dial(t, submissionDoor(t, d, true, &syncBuffer{}))
	c.send("EHLO x\r\nMAIL FROM:<a@client.example>\r\n")
	if rest, _ := c.r.ReadString(0); strings.Contains(rest, "220") || strings.Contains(rest, "250") || strings.Contains(rest, "421") {
		t.Errorf("in clear text: %q", rest)
	}
	cert, _, _ := testCertificate(t, slog.New(slog.DiscardHandler))
	c = dial(t, serve(t, d, Config{TLS: cert.Config(), Accounts: twoAccounts{}, ImplicitTLS: true, Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}))
	c.send("PROXY TCP4 198.51.100.7 192.0.2.1 40000 465\r\n")
	c.startTLS()
	c.want("220")
	c.say("EHLO mail.example", "250")
	c.say("AUTH PLAIN "+b64("\x00alice@our.example\x00secret"), "235")
	c.say("MAIL FROM:<alice@our.example>", "250")
	c.say("RCPT TO:<help@our.example>", "250")
	c.say("DATA", "354")
	c.send("hello\r\n.\r\n")
	c.want("250")
	if env := d.kept()[0].env; env.Client != "198.51.100.7" {
		t.Errorf("client %s", env.Client)
	}
	faulttest.Seen(t, "T027", "commands in clear text at a door with TLS from the first byte", "no answer but the alert, 0 mails kept")
}

// FuzzAuth: no line of a log-in brings anybody in without the password, and each is
// answered or ends the connection.
func FuzzAuth(f *testing.F) {
	f.Add([]byte("PLAIN " + b64("\x00alice@our.example\x00x")))
	f.Add([]byte("LOGIN " + b64("alice@our.example") + "\r\n" + b64("x")))
	f.Add([]byte("PLAIN\r\n*"))
	f.Add([]byte("LOGIN =\r\n="))
	f.Fuzz(func(t *testing.T, said []byte) {
		if bytes.Contains(said, []byte(b64("secret"))) || bytes.Contains(said, []byte(b64("\x00alice@our.example\x00secret"))) {
			return
		}
		c := newConn(&Server{cfg: Config{Accounts: twoAccounts{}}.withDefaults(), log: slog.New(slog.DiscardHandler)}, nil, netip.Addr{})
		first, rest, _ := bytes.Cut(said, []byte("\r\n"))
		c.in.Reset(bytes.NewReader(rest))
		c.greeted, c.secure = true, true
		_, err := c.checkAuth(first)
		if c.account != "" {
			t.Errorf("%q brings in %s", said, c.account)
		}
		if err == nil && len(c.out) == 0 {
			t.Errorf("%q gets no answer", said)
		}
	})
}
