package smtpd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"maildesk/desk"
	"maildesk/faulttest"
	"maildesk/ticket"
)

func TestT016StopInMidData(t *testing.T) {
	d := &fakeDesk{}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().String()
	stop := run(t, ln, d, Config{Grace: 5 * time.Second})
	idle := greeted(t, addr)
	begun := greeted(t, addr)
	begun.say("MAIL FROM:<ana@client.example>", "250")
	var running []*client
	for i := range 10 {
		c := greeted(t, addr)
		c.begin()
		c.send(fmt.Sprintf("Subject: %d\r\n", i))
		running = append(running, c)
	}
	stopped := make(chan struct{})
	go func() {
		stop()
		close(stopped)
	}()
	idle.want("421 4.3.2")
	idle.wantEnd()
	begun.want("421 4.3.2")
	begun.wantEnd()
	if c, err := net.Dial("tcp", addr); err == nil {
		c.Close()
		t.Error("a connection came in while the server stops")
	}
	for _, c := range running[:5] {
		c.send("finished\r\n.\r\n")
		c.want("250 2.0.0 kept as")
		c.want("421 4.3.2")
		c.wantEnd()
	}
	for _, c := range running[5:] {
		c.want("421 4.3.2")
		c.wantEnd()
	}
	<-stopped
	mails := d.kept()
	if len(mails) != 5 {
		t.Errorf("%d mails kept, want the 5 that were finished", len(mails))
	}
	for _, m := range mails {
		if !strings.HasSuffix(m.raw, "finished\r\n") {
			t.Errorf("half a mail kept: %q", m.raw)
		}
	}
	faulttest.Seen(t, "T016", "stopped with 12 connections, 10 of them in mid-DATA", "5 that finished in the grace time kept, the others 421 4.3.2, no half mail, no new connection")
}

func TestStopWhileTheDeskWorks(t *testing.T) {
	in := make(chan struct{})
	d := &fakeDesk{accept: func(ctx context.Context, _ []byte) error {
		close(in)
		<-ctx.Done() // only when the grace time is over
		return ctx.Err()
	}}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stop := run(t, ln, d, Config{Grace: 50 * time.Millisecond})
	c := greeted(t, ln.Addr().String())
	c.begin()
	c.send(".\r\n")
	<-in
	go stop()
	c.want("451 4.3.0")
	c.want("421 4.3.2")
	c.wantEnd()
	stop()
}

func TestT018NoOneWaitsForThe250(t *testing.T) {
	accepted := make(chan struct{}, 10)
	d := &fakeDesk{accept: func(context.Context, []byte) error {
		accepted <- struct{}{}
		return nil
	}}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr, stop := ln.Addr().String(), run(t, ln, d, Config{})
	const raw = "Message-ID: <1@client.example>\r\n\r\nhello\r\n"
	for range 3 {
		c := greeted(t, addr)
		c.begin()
		c.send(raw + ".\r\n")
		c.conn.Close()
	}
	c := greeted(t, addr)
	c.begin()
	c.send(raw + ".\r\n")
	c.want("250 2.0.0 kept as")
	for range 4 {
		<-accepted
	}
	stop()
	mails := d.kept()
	for _, m := range mails {
		if m.raw != raw {
			t.Errorf("kept %q, want %q", m.raw, raw)
		}
	}
	if len(mails) != 4 { // the desk knows the copies by their fingerprint
		t.Errorf("%d copies given to the desk, want 4", len(mails))
	}
	faulttest.Seen(t, "T018", "the client is gone before the 250, 3 times, then sends again", "4 copies given to the desk, which knows them by the fingerprint")
}

func TestErrorsOfTheDesk(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{errors.New("write /var/lib/x: input/output error"), "451 4.3.0 Try again later\r\n"},
		{fmt.Errorf("keep: %w", ticket.ErrStorageFull), "452 4.3.1 Storage full, try again later\r\n"},
		{fmt.Errorf("keep: %w", desk.ErrLoop), "554 5.4.6 Too many hops\r\n"},
		{fmt.Errorf("keep: %w", ticket.ErrRejected), "550 5.7.1 Mail refused\r\n"},
		{context.DeadlineExceeded, "451 4.3.0 Try again later\r\n"},
	} {
		fail := true
		d := &fakeDesk{accept: func(context.Context, []byte) error {
			if fail {
				return tt.err
			}
			return nil
		}}
		c := greeted(t, serve(t, d, Config{}))
		c.begin()
		c.send("hello\r\n.\r\n")
		if got := c.want(tt.want[:3]); got != tt.want {
			t.Errorf("Accept = %v: reply %q, want %q", tt.err, got, tt.want)
		}
		fail = false
		c.begin() // the connection lives on
		c.send("again\r\n.\r\n")
		c.want("250")
		if mails := d.kept(); len(mails) != 1 || mails[0].raw != "again\r\n" {
			t.Errorf("kept %+v, want the second mail only", mails)
		}
	}
}

func TestT015PanicOfTheDesk(t *testing.T) {
	d := &fakeDesk{accept: func(_ context.Context, raw []byte) error {
		if strings.Contains(string(raw), "poison") {
			panic("poison")
		}
		return nil
	}}
	addr := serve(t, d, Config{})
	c := greeted(t, addr)
	c.begin()
	c.send("poison\r\n.\r\n")
	c.want("421")
	c.wantEnd()
	c = greeted(t, addr)
	c.begin()
	c.send("food\r\n.\r\n")
	c.want("250")
	faulttest.Seen(t, "T015", "a panic in Accept", "421 to that peer; the next mail is taken")
}

func TestLMTP(t *testing.T) {
	d := &fakeDesk{accept: func(_ context.Context, raw []byte) error {
		if len(raw) == 0 {
			return ticket.ErrStorageFull
		}
		return nil
	}}
	ln, err := net.Listen("unix", t.TempDir()+"/lmtp")
	if err != nil {
		t.Fatal(err)
	}
	run(t, ln, d, Config{LMTP: true})
	conn, err := net.Dial("unix", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, conn)
	c.want("220")
	c.say("EHLO client.example", "500")
	c.say("LHLO client.example", "250")
	for _, tt := range []struct{ body, reply string }{{"hello\r\n", "250 2.0.0"}, {"", "452 4.3.1"}} {
		c.say("MAIL FROM:<ana@client.example>", "250")
		c.say("RCPT TO:<help@our.example>", "250")
		c.say("RCPT TO:<nobody@our.example>", "550")
		c.say("RCPT TO:<sales@our.example>", "250")
		c.say("DATA", "354")
		c.send(tt.body + ".\r\n")
		c.want(tt.reply + " <help@our.example>") // one answer for each (RFC 2033 section 4.2)
		c.want(tt.reply + " <sales@our.example>")
	}
	c.say("QUIT", "221")
	c.wantEnd()
	if mails := d.kept(); len(mails) != 1 || mails[0].env.Client != "" || len(mails[0].env.ForwardPaths) != 2 {
		t.Errorf("kept %+v, want one mail to two without a client", mails)
	}
}
