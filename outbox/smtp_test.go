package outbox

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/faulttest"
	"maildesk/ticket"
)

// TestT140Replies: what each answer at each step means, and that the next mail
// gets through on whatever is left of the connection.
func TestT140Replies(t *testing.T) {
	tests := []struct {
		at, answer string
		want       verdict
		code       int
		text       string
		takes      time.Duration
	}{
		{"", "", sent, 250, "2.0.0 queued as 7", 0},
		{"greeting", "421 4.3.2 too busy", down, 421, "4.3.2 too busy", 0},
		{"greeting", "554 no mail here", down, 554, "no mail here", 0},
		{"greeting", "drop", down, 0, "EOF", 0},
		{"greeting", "hang", down, 0, "timeout", commandTimeout},
		{"EHLO", "502 what?", sent, 250, "2.0.0 queued as 7", 0}, // HELO then
		{"EHLO", "550 5.7.1 go away", down, 550, "5.7.1 go away", 0},
		{"EHLO", "451 4.3.2 not now", down, 451, "4.3.2 not now", 0},
		{"EHLO", "421 4.7.0 too many connections", down, 421, "4.7.0 too many connections", 0},
		{"EHLO", "hang", down, 0, "timeout", commandTimeout},
		{"MAIL", "451 4.3.0 later", retry, 451, "4.3.0 later", 0},
		{"MAIL", "421 4.3.2 closing", retry, 421, "4.3.2 closing", 0},
		{"MAIL", "550 5.1.8 bad sender", failed, 550, "5.1.8 bad sender", 0},
		{"MAIL", "552 5.3.4 too big", failed, 552, "5.3.4 too big", 0},
		{"MAIL", "530 5.7.0 Authentication required", down, 530, "5.7.0 Authentication required", 0},
		{"MAIL", "drop", retry, 0, "EOF", 0},
		{"MAIL", "hang", retry, 0, "timeout", commandTimeout},
		{"RCPT", "450 4.2.1 greylisted", retry, 450, "4.2.1 greylisted", 0},
		{"RCPT", "550-5.1.1 no\r\n550 5.1.1 such user", failed, 550, "5.1.1 no such user", 0},
		{"RCPT", "421 bye", retry, 421, "bye", 0},
		{"RCPT", "drop", retry, 0, "EOF", 0},
		{"RCPT", "hang", retry, 0, "timeout", commandTimeout},
		{"RCPT", "what is this", retry, 0, "what is this", 0},
		{"DATA", "451 4.3.0 disk", retry, 451, "4.3.0 disk", 0},
		{"DATA", "554 5.5.1 no valid recipients", failed, 554, "5.5.1 no valid recipients", 0},
		{"DATA", "250 ok", retry, 250, "ok", 0},
		{"DATA", "drop", retry, 0, "EOF", 0},
		{"DATA", "hang", retry, 0, "timeout", commandTimeout},
		{".", "452 4.3.1 full", retry, 452, "4.3.1 full", 0},
		{".", "550 5.7.1 spam", failed, 550, "5.7.1 spam", 0},
		{".", "421 4.4.2 gone", retry, 421, "4.4.2 gone", 0},
		{".", "drop", retry, 0, "EOF", 0},
		{".", "hang", retry, 0, "timeout", finalDot},
	}
	for _, tt := range tests {
		for _, ehlo := range []string{"250 smarthost", "250-smarthost\r\n250 PIPELINING"} {
			answers := map[string]string{"EHLO": ehlo, tt.at: tt.answer}
			t.Run(tt.at+" "+tt.answer+" "+answers["EHLO"], func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { oneReply(t, answers, tt.want, tt.code, tt.text, tt.takes) })
			})
		}
	}
	faulttest.Seen(t, "T140", "4xx, 5xx, 421, hang-up, silence and nonsense at each command", "%d cases; timeouts of 5 min, of 10 min at the dot; the next mail gets through each time", len(tests))
}

// oneReply sends one mail to a smarthost that answers so, and then another one.
func oneReply(t *testing.T, answers map[string]string, want verdict, wantCode int, wantText string, takes time.Duration) {
	s := &script{answers: answers}
	x := s.open(t, "smtp://smarthost")
	began := time.Now()
	r, err := x.Send(t.Context(), plain(1, time.Now()))
	if took := time.Since(began); took < takes || took > takes+time.Second {
		t.Errorf("took %s, want %s", took, takes)
	}
	code, text := r.Code, r.Text
	if err != nil {
		code, text = replyOf(err)
	}
	if v := classify(err); v != want || code != wantCode || !strings.Contains(text, wantText) {
		t.Errorf("Send = %s %d %q (%v), want %s %d %q", v, code, text, err, want, wantCode, wantText)
	}
	s.mu.Lock()
	if n := len(s.mails); want != sent && n != 0 && answers["."] == "" {
		t.Errorf("%d mails arrived, want none", n)
	}
	s.answers = nil
	s.mu.Unlock()
	if _, err := x.Send(t.Context(), plain(2, time.Now())); err != nil {
		t.Errorf("the next mail: %v", err)
	}
	if got := s.mails[len(s.mails)-1]; got != string(plain(2, time.Now()).Bytes) {
		t.Errorf("the next mail came as %q", got)
	}
	x.Close()
}

// TestT141SlowDot: the answer to the final dot comes after 9 minutes. We wait;
// the mail is sent once.
func TestT141SlowDot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: map[string]string{".": "wait 9m 250 at last", "RCPT": "wait 4m 250 ok"}}
		d := newMemDesk()
		d.add(plain(1, time.Now()))
		stop := start(t, d, func() Transport { return s.open(t, "smtp://smarthost") }, Config{})
		time.Sleep(24 * time.Hour)
		stop()
		if m, attempts := d.state(1); m.State != ticket.OutboxSent || len(attempts) != 1 || len(s.mails) != 1 {
			t.Errorf("state %s, %d attempts, %d mails arrived; want sent, 1, 1", m.State, len(attempts), len(s.mails))
		}
	})
	faulttest.Seen(t, "T141", "250 to RCPT after 4 min and to the final dot after 9 min", "waited for; sent once, 1 attempt")
}

// TestNoTimeForTheDot: a smarthost so slow that the lease would end before the
// answer to the final dot gets no data at all.
func TestNoTimeForTheDot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: map[string]string{"MAIL": "wait 4m 250 ok", "RCPT": "wait 4m 250 ok"}}
		x := s.open(t, "smtp://smarthost")
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
		defer cancel()
		if _, err := x.Send(ctx, plain(1, time.Now())); classify(err) != retry || len(s.mails) != 0 {
			t.Errorf("Send = %v with %d mails arrived, want an error to retry and none", err, len(s.mails))
		}
		x.Close()
	})
}

// TestConnectionReuse: one connection serves many mails, up to the cap; one
// that the smarthost closed while it was idle costs no mail an attempt.
func TestConnectionReuse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{}
		x := s.open(t, "smtp://smarthost").(*smtpTransport)
		send := func(n int) {
			t.Helper()
			for range n {
				if _, err := x.Send(t.Context(), plain(1, time.Now())); err != nil {
					t.Fatal(err)
				}
			}
		}
		send(mailsPerDial)
		if s.dials != 1 {
			t.Errorf("%d connections for %d mails, want 1", s.dials, mailsPerDial)
		}
		send(1)
		if s.dials != 2 {
			t.Errorf("%d connections after the cap, want 2", s.dials)
		}
		x.conn.Close()
		send(1)
		if s.dials != 3 || len(s.mails) != mailsPerDial+2 {
			t.Errorf("%d connections, %d mails after the smarthost hung up, want 3, %d", s.dials, len(s.mails), mailsPerDial+2)
		}
		if got, want := s.log[0], "EHLO desk.example.org"; got != want {
			t.Errorf("first command %q, want %q", got, want)
		}
		x.Close()
		if got := s.log[len(s.log)-1]; got != "QUIT" {
			t.Errorf("last command %q, want QUIT", got)
		}
	})
}

// TestExtensions: what the mail needs and the smarthost does not offer.
func TestExtensions(t *testing.T) {
	mail := func(rcpt, subject, body string) string {
		return rcpt + "|Subject: " + subject + "\r\n\r\n" + body + "\r\n"
	}
	const all = "250-smarthost\r\n250-8BITMIME\r\n250 SMTPUTF8"
	tests := []struct {
		name, ehlo, mail string
		want             verdict
		command          string // MAIL as it was sent
		rcpt             string
	}{
		{"ascii, nothing offered", "250 smarthost", mail("a@example.net", "s", "b"), sent, "MAIL FROM:<>", "RCPT TO:<a@example.net>"},
		{"8-bit body", all, mail("a@example.net", "s", "é"), sent, "MAIL FROM:<> BODY=8BITMIME", "RCPT TO:<a@example.net>"},
		{"8-bit body, not offered", "250 smarthost", mail("a@example.net", "s", "é"), failed, "", ""},
		{"local part", all, mail("é@example.net", "s", "b"), sent, "MAIL FROM:<> BODY=8BITMIME SMTPUTF8", "RCPT TO:<é@example.net>"},
		{"local part, not offered", "250-smarthost\r\n250 8BITMIME", mail("é@example.net", "s", "b"), failed, "", ""},
		{"domain only", "250 smarthost", mail("a@bücher.example", "s", "b"), sent, "MAIL FROM:<>", "RCPT TO:<a@xn--bcher-kva.example>"},
		{"header", all, mail("a@example.net", "é", "b"), sent, "MAIL FROM:<> BODY=8BITMIME SMTPUTF8", "RCPT TO:<a@example.net>"},
		{"size", "250-smarthost\r\n250 SIZE 1000", mail("a@example.net", "s", "b"), sent, "MAIL FROM:<> SIZE=17", "RCPT TO:<a@example.net>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &script{answers: map[string]string{"EHLO": tt.ehlo}}
			x := s.open(t, "smtp://smarthost")
			m := plain(1, time.Now())
			rcpt, raw, _ := strings.Cut(tt.mail, "|")
			m.Recipient, m.Bytes = rcpt, []byte(raw)
			_, err := x.Send(t.Context(), m)
			x.Close()
			if v := classify(err); v != tt.want {
				t.Errorf("Send(%q) = %s (%v), want %s", tt.mail, v, err, tt.want)
			}
			find := func(verb string) string {
				for _, l := range s.log {
					if strings.HasPrefix(l, verb) {
						return l
					}
				}
				return ""
			}
			if got := find("MAIL"); got != tt.command {
				t.Errorf("sent %q, want %q", got, tt.command)
			}
			if got := find("RCPT"); got != tt.rcpt {
				t.Errorf("sent %q, want %q", got, tt.rcpt)
			}
		})
	}
}

// TestExactBytes: what is kept is what leaves, dot-stuffing apart.
func TestExactBytes(t *testing.T) {
	s := &script{}
	x := s.open(t, "smtp://smarthost")
	m := plain(1, time.Now())
	m.Bytes = []byte("Subject: x\r\n\r\n.\r\n..\r\n.a\r\n\r\nFrom \r\n\t \r\n.\r\n")
	if _, err := x.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if got, want := s.mails[0], strings.ReplaceAll(string(m.Bytes), "\r\n.", "\r\n.."); got != want {
		t.Errorf("arrived %q, want %q", got, want)
	}
	x.Close()
	for _, raw := range []string{"a: b\r\n\r\nx\ry\r\n", "a: b\r\n\r\nx\ny\r\n", "a: b\r\n\r\n\n.\r\nMAIL", "a: b\r\n\r\nx\r"} {
		m.Bytes = []byte(raw)
		if _, err := x.Send(t.Context(), m); classify(err) != failed || s.dials != 1 {
			t.Errorf("Send(%q) = %v, want it refused without a connection", raw, err)
		}
	}
}

// TestAuth: PLAIN and LOGIN by user and password or password file; a wrong
// password is the smarthost's matter, never the mail's.
func TestAuth(t *testing.T) {
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	tests := []struct {
		name, address, offers, answer string
		want                          verdict
		said                          string
	}{
		{"plain", "smtp://u%40x:p%2Fw@127.0.0.1", "PLAIN LOGIN", "235 fine", sent, "AUTH PLAIN " + b64("\x00u@x\x00p/w")},
		{"login", "smtp://u:pw@127.0.0.1", "LOGIN", "334 " + b64("Password:"), sent, "AUTH LOGIN " + b64("u")},
		{"wrong", "smtp://u:pw@localhost", "PLAIN", "535 5.7.8 no", down, "AUTH PLAIN " + b64("\x00u\x00pw")},
		{"not offered", "smtp://u:pw@[::1]", "", "", down, ""},
		{"in clear to a stranger", "smtp://u:pw@smarthost", "PLAIN", "235 fine", down, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &script{answers: map[string]string{"EHLO": "250-smarthost\r\n250 AUTH " + tt.offers, "AUTH": tt.answer, b64("pw"): "235 fine"}}
			x := s.open(t, tt.address)
			_, err := x.Send(t.Context(), plain(1, time.Now()))
			x.Close()
			if v := classify(err); v != tt.want {
				t.Errorf("Send = %s (%v), want %s", v, err, tt.want)
			}
			said := ""
			for _, l := range s.log {
				if strings.HasPrefix(l, "AUTH") {
					said = l
				}
			}
			if said != tt.said {
				t.Errorf("said %q, want %q", said, tt.said)
			}
			if err != nil && strings.Contains(err.Error(), "pw") {
				t.Errorf("error shows the password: %v", err)
			}
		})
	}
}

// TestBrokenOff: Send ends when its context does, at whatever the smarthost hangs.
func TestBrokenOff(t *testing.T) {
	for _, at := range []string{"greeting", "EHLO", "MAIL", "DATA", "."} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{answers: map[string]string{at: "hang"}}
			x := s.open(t, "smtp://smarthost")
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			began := time.Now()
			_, err := x.Send(ctx, plain(1, time.Now()))
			if took := time.Since(began); err == nil || took != time.Second {
				t.Errorf("hang at %s: Send = %v after %s, want an error after 1 s", at, err, took)
			}
			if !errors.Is(err, context.Canceled) && at != "greeting" && at != "EHLO" {
				t.Errorf("hang at %s: Send = %v, want context.Canceled in it", at, err)
			}
		})
	}
}

// TestEndlessReply: a smarthost that never ends its reply costs no memory.
func TestEndlessReply(t *testing.T) {
	s := &script{answers: map[string]string{"EHLO": "250-" + strings.Repeat("x\r\n250-", maxReply)}}
	x := s.open(t, "smtp://smarthost")
	_, err := x.Send(t.Context(), plain(1, time.Now()))
	if classify(err) != down || !strings.Contains(err.Error(), "does not stop talking") {
		t.Errorf("Send = %v, want the smarthost to be cut off", err)
	}
	x.Close()
}
