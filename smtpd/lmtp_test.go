package smtpd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"maildesk/faulttest"
)

// eventually waits until a condition holds.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after 60 s: not yet %s", what)
		}
	}
}

// TestLMTPBehindPostfix: a real Postfix hands its mail on by LMTP. Each
// recipient has an answer of its own (RFC 2033 section 4.2): Postfix delivers to
// those who live here and bounces the one who does not. What we cannot keep now
// Postfix brings again.
func TestLMTPBehindPostfix(t *testing.T) {
	var full atomic.Bool
	d := &fakeDesk{accept: func(context.Context, []byte) error {
		if full.Load() {
			return errors.New("disk full")
		}
		return nil
	}}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	run(t, ln, d, Config{LMTP: true})
	p := faulttest.StartPostfix(t, "relay_domains = our.example", "relay_transport = lmtp:inet:"+ln.Addr().String())
	send := func(subject string, to ...string) {
		t.Helper()
		if err := smtp.SendMail(p.Addr, nil, "ana@our.example", to, []byte("Subject: "+subject+"\r\n\r\nhello\r\n.\r\n")); err != nil {
			t.Fatal(err)
		}
	}
	count := func(what string) int { return len(regexp.MustCompile(what).FindAllString(p.Log(), -1)) }

	send("three", "help@our.example", "sales@our.example", "nobody@our.example")
	eventually(t, "the mail and the bounce kept", func() bool { return len(d.kept()) == 2 })
	mails := d.kept()
	if env := mails[0].env; len(env.ForwardPaths) != 2 || env.ReversePath != "ana@our.example" || env.Helo != "relay.example" {
		t.Errorf("envelope = %+v, want the two who live here", env)
	}
	if env := mails[1].env; env.ReversePath != "" || !strings.Contains(mails[1].raw, "5.1.1 No such mailbox here") {
		t.Errorf("envelope = %+v, want a bounce with our words: %s", env, mails[1].raw)
	}
	eventually(t, "all logged", func() bool {
		return count(`status=sent \(250 2\.0\.0 <\w+@our\.example> kept as 1\)|status=sent \(250`) >= 3
	})
	bounced := count(`to=<nobody@our\.example>.*status=bounced.*550 5\.1\.1`)
	if bounced != 1 {
		t.Errorf("%d recipients bounced, want one", bounced)
	}

	full.Store(true)
	send("later", "help@our.example", "sales@our.example")
	eventually(t, "deferred", func() bool { return count(`status=deferred.*451 4\.3\.0`) >= 2 })
	deferred := count(`status=deferred`)
	full.Store(false)
	eventually(t, "brought again", func() bool { return len(d.kept()) == 3 })
	if m := d.kept()[2]; len(m.env.ForwardPaths) != 2 || !strings.Contains(m.raw, "Subject: later") {
		t.Errorf("kept %+v, want the deferred mail for two", m)
	}
	for i := range 50 {
		send(fmt.Sprint(i), "help@our.example")
	}
	eventually(t, "all kept", func() bool { return len(d.kept()) == 53 })
	t.Logf("%d recipients deferred in between", deferred)
}
