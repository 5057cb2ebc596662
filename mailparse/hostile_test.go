package mailparse

import (
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"maildesk/faulttest"
)

const hostileHeader = "From: eva@example.net\r\nTo: support@example.org\r\nSubject: hostile\r\nMessage-ID: <h@example.net>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"

func plainMail(body string) string {
	return hostileHeader + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + body
}

func htmlMail(body string) string {
	return hostileHeader + "Content-Type: text/html; charset=utf-8\r\n\r\n" + body
}

func nested(depth int) string {
	var b strings.Builder
	b.WriteString(hostileHeader)
	for i := range depth {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=\"b%d\"\r\n\r\n--b%d\r\n", i, i)
	}
	b.WriteString("Content-Type: text/plain\r\n\r\ndeep\r\n")
	return b.String()
}

func nestedMails(depth int) string {
	mail := plainMail("the innermost\r\n")
	for range depth {
		mail = hostileHeader + "Content-Type: message/rfc822\r\n\r\n" + mail
	}
	return mail
}

func multipart(parts ...string) string {
	return hostileHeader + "Content-Type: multipart/mixed; boundary=xyz\r\n\r\n--xyz\r\n" + strings.Join(parts, "\r\n--xyz\r\n") + "\r\n--xyz--\r\n"
}

// hostileMails are mails that cost other readers minutes or gigabytes. A limit
// in words means that the guard must stop them; else they must be read.
var hostileMails = []struct {
	name  string
	mail  func() string
	limit string
}{
	{"nested 20000", func() string { return nested(20000) }, "nested"},
	{"nested 20", func() string { return nested(20) }, ""},
	{"flat 100000 parts", func() string {
		return hostileHeader + "Content-Type: multipart/mixed; boundary=x\r\n\r\n" + strings.Repeat("--x\r\n\r\n\r\n", 100000)
	}, "parts"},
	{"bare 100000 delimiters", func() string {
		return hostileHeader + "Content-Type: multipart/mixed; boundary=x\r\n\r\n" + strings.Repeat("--x\r\n", 100000)
	}, "parts"},
	{"folded boundary", func() string {
		return hostileHeader + "Content-Type: multipart/mixed;\r\n boundary\r\n =x\r\n\r\n" + strings.Repeat("--x\r\n\r\n\r\n", 100000)
	}, "parts"},
	{"hidden boundary", func() string {
		return hostileHeader + "Content-Type: multipart/mixed; =?utf-8?q?bound=61ry?==x\r\n\r\n" + strings.Repeat("--x\r\n\r\n\r\n", 100000)
	}, ""},
	{"pieces of a boundary", func() string {
		return hostileHeader + "Content-Type: multipart/mixed; boundary*0=x; boundary*1=y\r\n\r\n" + strings.Repeat("--xy\r\n\r\n\r\n", 100000)
	}, "parts"},
	{"500000 fields", func() string { return strings.Repeat("X: y\r\n", 500000) + plainMail("hello\r\n") }, "header"},
	{"references of 1 MB", func() string {
		return "References: " + strings.Repeat("<a@example.net>\r\n ", 60000) + "\r\n" + plainMail("hello\r\n")
	}, "header"},
	{"references of 200 KB", func() string {
		return "References: " + strings.Repeat("<a@example.net>\r\n ", 11000) + "\r\n" + plainMail("hello\r\n")
	}, ""},
	{"encoded words", func() string {
		return "X-Words: " + strings.Repeat("=?utf-8?q?a?=\r\n ", 15000) + "\r\n" + plainMail("hello\r\n")
	}, ""},
	{"encoded word without end", func() string {
		return "X-Words: " + strings.Repeat("=?utf-8?q?", 25000) + "\r\n" + plainMail("hello\r\n")
	}, ""},
	{"address list", func() string {
		return "Cc: " + strings.Repeat("a@example.net, ", 16000) + "\r\n" + plainMail("hello\r\n")
	}, ""},
	{"comments in an address", func() string { return "Cc: " + strings.Repeat("(", 200000) + "\r\n" + plainMail("hello\r\n") }, ""},
	{"100000 parameters", func() string {
		var b strings.Builder
		for i := range 9000 {
			fmt.Fprintf(&b, ";\r\n name*%d*=%%41", i)
		}
		return multipart("Content-Type: application/octet-stream"+b.String()+"\r\n\r\nx", "Content-Type: text/plain\r\n\r\nhello")
	}, ""},
	{"long boundary", func() string {
		return hostileHeader + "Content-Type: multipart/mixed; boundary=" + strings.Repeat("x", 5000) + "\r\n\r\n"
	}, "boundary"},
	{"mails in mails", func() string { return nestedMails(50) }, ""},
	{"one line of 10 MB", func() string { return plainMail(strings.Repeat("a", 10<<20)) }, ""},
	{"one line of blanks", func() string { return plainMail(strings.Repeat(" ", 10<<20) + "x") }, ""},
	{"pathological links", func() string { return plainMail(strings.Repeat("http://a@b:c<", 300000)) }, ""},
	{"empty lines", func() string { return plainMail(strings.Repeat("\r\n", 2000000)) }, ""},
	{"short quotes", func() string { return plainMail(strings.Repeat("> a\r\nb\r\n", 300000)) }, ""},
	{"deep quotes", func() string { return plainMail(strings.Repeat(strings.Repeat(">", 5000)+"\r\n", 500)) }, ""},
	{"introductions", func() string {
		return plainMail(strings.Repeat("On 3 May 2026, Ana <a@example.net> wrote:\r\n", 100000))
	}, ""},
	{"introductions without end", func() string {
		return plainMail(strings.Repeat("On 3 May 2026 Ana <a@example.net>\r\n", 100000))
	}, ""},
	{"header blocks", func() string { return plainMail(strings.Repeat("Subject: a\r\n", 200000)) }, ""},
	{"original messages", func() string { return plainMail(strings.Repeat("-----Original Message-----\r\n", 200000)) }, ""},
	{"signatures", func() string { return plainMail("hello\r\n" + strings.Repeat("-- \r\n> q\r\n", 200000)) }, ""},
	{"disclaimers", func() string {
		return plainMail(strings.Repeat("if you are not the intended recipient, and so on, and so on\r\n\r\n", 50000))
	}, ""},
	{"uuencode begins", func() string { return plainMail(strings.Repeat("begin 644 a\r\n", 100000)) }, ""},
	{"uuencode without end", func() string {
		return plainMail("begin 644 a\r\n" + strings.Repeat("M"+strings.Repeat("A", 60)+"\r\n", 100000))
	}, ""},
	{"html nested", func() string { return htmlMail(strings.Repeat("<div>", 40000) + "deep words") }, ""},
	{"html quotes", func() string { return htmlMail("hello" + strings.Repeat("<blockquote>", 40000) + "deep words") }, ""},
	{"html end tags", func() string {
		return htmlMail("hello" + strings.Repeat("<a>", 2000) + strings.Repeat("</p></i>", 200000))
	}, ""},
	{"html attributes", func() string { return htmlMail("hello <p " + strings.Repeat("a=b ", 500000) + ">") }, ""},
	{"html comment", func() string { return htmlMail("hello" + strings.Repeat("<!--", 500000)) }, ""},
	{"html lists", func() string { return htmlMail(strings.Repeat("<ul><li>a", 20000)) }, ""},
	{"html cells", func() string { return htmlMail("<table><tr>" + strings.Repeat("<td>a", 500000)) }, ""},
	{"html links", func() string {
		return htmlMail(strings.Repeat("<a href=\"https://example.net/"+strings.Repeat("x", 400)+"\">a", 10000))
	}, ""},
	{"base64 junk", func() string {
		return multipart("Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"+strings.Repeat("\x80!?\r\n", 2000000), "Content-Type: text/plain\r\n\r\nhello")
	}, ""},
	{"quoted-printable junk", func() string {
		return hostileHeader + "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + strings.Repeat("=ZZ\x80=\r\n", 500000)
	}, ""},
	{"broken charset", func() string {
		return hostileHeader + "Content-Type: text/plain; charset=utf-32le\r\n\r\n" + strings.Repeat("abc\xff", 1000000)
	}, ""},
	{"utf-7 junk", func() string {
		return hostileHeader + "Content-Type: text/plain; charset=utf-7\r\n\r\n" + strings.Repeat("+AGE", 1000000)
	}, ""},
	{"nested ber", func() string {
		return hostileHeader + "Content-Type: application/pkcs7-mime\r\n\r\n" + strings.Repeat("\x30\x80", 3000000)
	}, ""},
	{"calendar", func() string {
		return hostileHeader + "Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n" + strings.Repeat("BEGIN:VEVENT\r\n", 15000)
	}, ""},
}

// TestT109HostileMails: each hostile mail is read, or withheld by name, within
// bounded time and memory.
func TestT109HostileMails(t *testing.T) {
	var dearest time.Duration
	var largest uint64
	for _, tt := range hostileMails {
		t.Run(tt.name, func(t *testing.T) {
			raw := []byte(tt.mail())
			start := cpuTime(t)
			m, peak := parseMeasured(raw)
			took := cpuTime(t) - start
			dearest, largest = max(dearest, took), max(largest, peak)
			t.Logf("%d KiB: %s, %d MiB", len(raw)>>10, took.Round(time.Millisecond), peak>>20)
			if took > 10*time.Second {
				t.Errorf("Parse took %s, want at most 10s", took)
			}
			if peak > 256<<20 {
				t.Errorf("Parse held %d MiB, want at most 256", peak>>20)
			}
			if m.Withheld != (tt.limit != "") {
				t.Errorf("Withheld = %t, want %t: %q", m.Withheld, tt.limit != "", m.Problems)
			}
			if tt.limit != "" && !strings.Contains(strings.Join(m.Problems, "\n"), tt.limit) {
				t.Errorf("Problems = %q, want a word about %q", m.Problems, tt.limit)
			}
			checkLaws(t, m)
		})
	}
	faulttest.Seen(t, "T109", "hostile mails of many kinds, one after the other", "%d mails: at most %s of the processor and %d MiB each",
		len(hostileMails), dearest.Round(time.Millisecond), largest>>20)
}

// parseMeasured gives the highest use of the heap that was seen while a mail
// was read, beyond what was in use before.
func parseMeasured(raw []byte) (*Message, uint64) {
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var peak atomic.Uint64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			peak.Store(max(peak.Load(), now.HeapAlloc))
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	m := Parse(raw, Envelope{})
	close(done)
	<-ended
	return m, peak.Load() - min(peak.Load(), before.HeapAlloc)
}
