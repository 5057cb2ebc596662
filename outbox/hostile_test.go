package outbox

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/faulttest"
	"maildesk/ticket"
)

// TestT140HostileSmarthost: whatever a smarthost says at whichever point, every mail is sent
// when it has come to its senses: none is lost, and none comes twice but where the smarthost
// took one and did not say so.
func TestT140HostileSmarthost(t *testing.T) {
	answers := map[string]string{
		"421":                       "421 4.3.2 closing",
		"a byte a minute":           "drip 250-this takes longer than anybody waits\r\n250 ok",
		"a line without end":        "250 " + strings.Repeat("x", 2*maxReply),
		"lines without end":         "250-" + strings.Repeat("x\r\n250-", maxReply/4),
		"codes that differ":         "250-yes\r\n550 no",
		"a reply that goes on":      "250-and",
		"garbage":                   "\x16\x03\x01\x02\x00\x01\x00\xff\xfe",
		"nothing":                   "",
		"a number too large":        "99999999999999999999 ok",
		"a number of one digit":     "2 ok",
		"more replies than it owes": "250 ok\r\n250 ok\r\n354 go on\r\n250 ok",
		"another protocol":          "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html>",
	}
	points := []string{"greeting", "EHLO", "MAIL", "RCPT", "DATA", "."}
	for name, answer := range answers {
		for _, at := range points {
			t.Run(at+", "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { survives(t, at, answer) })
			})
		}
	}
	t.Run("250, and gone", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { survives(t, "QUIT", "drop") })
	})
	faulttest.Seen(t, "T140", fmt.Sprintf("a smarthost that answers at each of %d points in each of %d ways that no server should, for some minutes", len(points), len(answers)), "every mail was sent afterwards; one came twice only where it was taken without a 250")
}

// survives sends three mails by a smarthost that answers so at a point for some minutes.
func survives(t *testing.T, at, answer string) {
	s := &script{answers: map[string]string{at: answer}}
	d := newMemDesk()
	for id := range ticket.OutboxID(3) {
		d.add(plain(id+1, time.Now()))
	}
	stop := start(t, d, func() Transport { return s.open(t, "smtp://smarthost") }, Config{})
	time.Sleep(commandTimeout + time.Minute)
	s.mu.Lock()
	s.answers = nil
	s.mu.Unlock()
	time.Sleep(3 * 24 * time.Hour)
	stop()
	for id := range ticket.OutboxID(3) {
		m, came := d.mails[id+1], 0
		for _, got := range s.mails {
			if got == string(plain(id+1, time.Now()).Bytes) {
				came++
			}
		}
		refused := m.State == ticket.OutboxFailed && strings.Contains(answer, "550")
		if m.State != ticket.OutboxSent && !refused {
			t.Errorf("mail %d is %s", m.ID, m.State)
		}
		if m.State == ticket.OutboxSent && came == 0 || came > 1 && at != "." {
			t.Errorf("mail %d is %s and came %d times", m.ID, m.State, came)
		}
	}
}

// FuzzSmarthost: whatever bytes a smarthost sends, a mail is only sent where a reply that
// begins with a 2 came to its final dot, and Send comes to an end.
func FuzzSmarthost(f *testing.F) {
	f.Add([]byte("220 a\r\n250 b\r\n250 c\r\n250 d\r\n354 e\r\n250 f\r\n221 g\r\n"))
	f.Add([]byte("220-a\r\n220 b\r\n250-PIPELINING\r\n250-SIZE 10\r\n250 AUTH PLAIN\r\n250 c\r\n550 d\r\n"))
	f.Add([]byte("421 no\r\n"))
	f.Add([]byte("220 a\r\n502 b\r\n250 c\r\n250 d\r\n250 e\r\n354 f\r\n450-g\r\n451 h\r\n"))
	f.Add([]byte("\xff\x00220\r\n"))
	f.Fuzz(func(t *testing.T, said []byte) {
		client, server := net.Pipe()
		go io.Copy(io.Discard, server)
		go func() {
			server.Write(said)
			server.Close()
		}()
		open, err := Open("smtp://smarthost", Options{Hostname: "desk.example.org", Dial: func(context.Context, string, string) (net.Conn, error) { return client, nil }})
		if err != nil {
			t.Fatal(err)
		}
		x := open()
		defer x.Close()
		r, err := x.Send(t.Context(), plain(1, time.Now()))
		if err == nil && (r.Code < 200 || r.Code > 299 || !strings.Contains(string(said), fmt.Sprint(r.Code))) {
			t.Errorf("the mail counts as sent by %d %q", r.Code, r.Text)
		}
	})
}
