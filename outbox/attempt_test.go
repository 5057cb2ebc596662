package outbox

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"net/textproto"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"maildesk/faulttest"
	"maildesk/ticket"
)

func TestClassify(t *testing.T) {
	reply := func(code int) error { return fmt.Errorf("RCPT: %w", &textproto.Error{Code: code}) }
	tests := []struct {
		err  error
		want verdict
	}{
		{nil, sent},
		{reply(421), retry}, {reply(450), retry}, {reply(451), retry}, {reply(452), retry}, {reply(454), retry}, {reply(455), retry},
		{reply(500), failed}, {reply(501), failed}, {reply(503), failed}, {reply(521), failed}, {reply(550), failed},
		{reply(551), failed}, {reply(552), failed}, {reply(553), failed}, {reply(554), failed}, {reply(555), failed}, {reply(556), failed},
		{reply(530), down}, {reply(534), down}, {reply(535), down}, {reply(538), down},
		{reply(250), retry}, {reply(354), retry}, {reply(0), retry}, {reply(999), retry},
		{context.DeadlineExceeded, retry}, {errors.New("connection reset"), retry},
		{fmt.Errorf("recipient: %w", errUnsendable), failed},
		{&DownError{Err: reply(550)}, down}, {&DownError{Err: errors.New("refused")}, down},
		{errors.Join(reply(451), context.Canceled), retry},
	}
	for _, tt := range tests {
		if got := classify(tt.err); got != tt.want {
			t.Errorf("classify(%v) = %s, want %s", tt.err, got, tt.want)
		}
	}
}

func TestNewAttempt(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	m := plain(7, now)
	a := newAttempt(&m, Reply{Host: "h:25", Code: 250, Text: "2.0.0 Ok:\r\nqueued\x00 as 7"}, nil, now)
	if want := (ticket.Attempt{Outbox: 7, At: now, State: ticket.OutboxSent, Host: "h:25", Code: 250, Text: "2.0.0 Ok: queued as 7"}); a != want {
		t.Errorf("accepted: %+v, want %+v", a, want)
	}
	a = newAttempt(&m, Reply{Host: "h:25"}, &textproto.Error{Code: 550, Msg: "5.1.1 no\n5.1.1 such user"}, now)
	if want := (ticket.Attempt{Outbox: 7, At: now, State: ticket.OutboxFailed, Host: "h:25", Code: 550, Text: "5.1.1 no such user"}); a != want {
		t.Errorf("refused: %+v, want %+v", a, want)
	}
}

// TestReplyWords: several lines become one, the enhanced code stands once.
func TestReplyWords(t *testing.T) {
	for text, want := range map[string]string{
		"5.1.1 no\n5.1.1 such user":                  "5.1.1 no such user",
		"No such user here\nNo mailbox of that name": "No such user here No mailbox of that name",
		"2.0.0 ok\n2.0.0 queued as 7":                "2.0.0 ok queued as 7",
		"5.1.1 no\n5.7.1 and go away":                "5.1.1 no 5.7.1 and go away",
	} {
		if got := replyText(text); got != want {
			t.Errorf("replyText(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestT118ParameterInjection: what is not exactly one mailbox never reaches
// MAIL or RCPT.
func TestT118ParameterInjection(t *testing.T) {
	for _, bad := range []string{
		"", "a", "@b", "a@", "a@b> SIZE=1", "a@b>\r\nDATA", "a@b\r\nRCPT TO:<c@d>", "a@b NOTIFY=NEVER", "a b@d", "a@b c", "<a@b>",
		"a@b,c@d", "A <a@b>", "a@b (comment)", "a@b(c)", " a@b", "a@b ", "a@b\x00", "a\x00@b", "a\x85@b", "a\u0085@b", "a\u2028@b", "a\u202e@b",
		"a@b@c", "@relay:a@b", "a@b;c", "a\t@b", `"a\"@b`, "a@\xff\xfe.example", strings.Repeat("a", 250) + "@b.example",
	} {
		if got, err := path(bad); err == nil {
			t.Errorf("path(%q) = %q, want an error", bad, got)
		} else if classify(err) != failed {
			t.Errorf("path(%q): %v is %s, want %s", bad, err, classify(err), failed)
		}
	}
	for _, good := range []string{"a@b", "a.b+c=d@example.net", `"a b"@example.net`, `"a>b"@example.net`, "é@example.net", "support+t1042-abcd@desk.example.org", "a@[192.0.2.1]"} {
		if got, err := path(good); err != nil || got != good {
			t.Errorf("path(%q) = %q, %v, want it unchanged", good, got, err)
		}
	}
	s := &script{}
	x := s.open(t, "smtp://smarthost")
	for _, m := range []ticket.OutboxMail{{Recipient: "u@x> NOTIFY=NEVER"}, {Recipient: "u@x", ReversePath: "a@b> SIZE=1"}} {
		m.Bytes = []byte("a: b\r\n\r\n")
		if _, err := x.Send(t.Context(), m); classify(err) != failed {
			t.Errorf("Send(from %q to %q) = %v, want it refused", m.ReversePath, m.Recipient, err)
		}
	}
	if s.dials != 0 {
		t.Errorf("%d connections, want none", s.dials)
	}
	faulttest.Seen(t, "T118", "addresses with parameters, CR LF, NUL, comments, lists, odd Unicode behind them", "none reaches MAIL or RCPT, 0 connections")
}

// FuzzPath: what path lets through is one line with one mailbox, and nothing
// can follow it.
func FuzzPath(f *testing.F) {
	for _, s := range []string{"a@b", "a@b> SIZE=1", `"a b"@c`, "é@bücher.example", "a@[::1]", "a@b\r\nc"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := path(s)
		if err != nil {
			return
		}
		if !utf8.ValidString(got) || strings.ContainsFunc(got, unicode.IsControl) {
			t.Fatalf("path(%q) = %q: want printable text", s, got)
		}
		a, err := mail.ParseAddress("<" + got + ">")
		if err != nil || a.String() != "<"+got+">" {
			t.Fatalf("path(%q) = %q, which reads as %v, %v", s, got, a, err)
		}
		if again, err := path(got); err != nil || again != got {
			t.Fatalf("path(%q) = %q, want it unchanged", got, again)
		}
		// Outside of a quoted local part there is neither space nor bracket.
		local, domain := got[:strings.LastIndexByte(got, '@')], got[strings.LastIndexByte(got, '@'):]
		if strings.ContainsAny(domain, " <>\"") || local[0] != '"' && strings.ContainsAny(local, " <>\"@") {
			t.Fatalf("path(%q) = %q: something can follow the address", s, got)
		}
	})
}

// FuzzClean: one printable line of bounded length, and clean of it is itself.
func FuzzClean(f *testing.F) {
	f.Add("2.0.0 ok\r\nqueued")
	f.Add(strings.Repeat("é", 400))
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		if len(got) > maxReplyText || !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Fatalf("clean(%q) = %q", s, got)
		}
		if again := clean(got); again != got {
			t.Fatalf("clean(%q) = %q, want it unchanged", got, again)
		}
	})
}

func TestOpen(t *testing.T) {
	for _, tt := range []struct{ address, want string }{
		{"maildir:", "needs a folder"},
		{"http://x", `unknown scheme "http"`},
		{"smarthost.example.net:25", "smarthost address"},
		{"", "unknown scheme"},
		{"smtp://", "want smtp://"},
		{"smtp://h/path", "want smtp://"},
		{"smtp://h?tls=never", `"tls=never"`},
		{"smtp://h?tls=required&x=1", `"x=1"`},
		{"smtp://user:se%zzcret@h", "smarthost address"},
		{"smtp://user:secret@h:port", "smarthost address"},
	} {
		_, err := Open(tt.address, Options{})
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "cret") {
			t.Errorf("Open(%q) = %v, want an error with %q and without the password", tt.address, err, tt.want)
		}
	}
	for _, tt := range []struct {
		address, addr string
		implicit      bool
		verified      bool
	}{
		{"smtp://h", "h:25", false, false}, {"smtp://h:587?tls=required", "h:587", false, true}, {"smtps://h", "h:465", true, true},
		{"smtp://[::1]:2525", "[::1]:2525", false, false}, {"smtp://u:p@127.0.0.1", "127.0.0.1:25", false, false}, {"smtp://u:p@h/", "h:25", false, true},
	} {
		h, err := parseSmarthost(tt.address)
		if err != nil || h.addr != tt.addr || h.implicit != tt.implicit || h.verified != tt.verified {
			t.Errorf("parseSmarthost(%q) = %+v, %v, want %s implicit %t verified %t", tt.address, h, err, tt.addr, tt.implicit, tt.verified)
		}
	}
}
