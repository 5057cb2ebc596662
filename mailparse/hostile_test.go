package mailparse

import (
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"maildesk/faulttest"
	"maildesk/mailparse/room"
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

// TestT109HostileMails: each hostile mail is read, or withheld by name, and the
// work for it grows as the mail does: four times as much mail takes no more than
// six times as much memory in all, beside what any mail costs.
func TestT109HostileMails(t *testing.T) {
	const small, large, any = 48 << 10, 192 << 10, 4 << 20
	var dearest float64
	for _, k := range hostileKinds {
		t.Run(k.name, func(t *testing.T) {
			one, four := []byte(k.make(small)), []byte(k.make(large))
			_, less := allocated(one)
			m, more := allocated(four)
			dearest = max(dearest, float64(more)/float64(len(four)))
			if more > 6*less+any {
				t.Errorf("%d KiB take %d KiB in all, %d KiB take %d", len(one)>>10, less>>10, len(four)>>10, more>>10)
			}
			if k.limit == "" && m.Withheld {
				t.Errorf("the mail is withheld: %q", m.Problems)
			}
			if most := room.MaxText + len(room.CutLine) + 4*room.MaxLines; len(m.Text) > most || strings.Count(m.Text, "\n") > room.MaxLines+2*maxParts {
				t.Errorf("the text has %d bytes in %d lines", len(m.Text), strings.Count(m.Text, "\n"))
			}
			checkLaws(t, m)
		})
	}
	faulttest.Seen(t, "T109", "hostile mails of many kinds, at two sizes", "%d kinds: the work grows as the mail does; at most %.0f bytes of memory in all for each byte of mail",
		len(hostileKinds), dearest)
}

// TestT109Guard: what is over a limit of the guard is withheld by name.
func TestT109Guard(t *testing.T) {
	for _, k := range hostileKinds {
		if k.limit == "" {
			continue
		}
		m := Parse([]byte(k.make(3<<20)), Envelope{})
		if !m.Withheld || !strings.Contains(strings.Join(m.Problems, "\n"), k.limit) {
			t.Errorf("%s: Withheld = %t, Problems = %q; want a word about %q", k.name, m.Withheld, m.Problems, k.limit)
		}
	}
}

// TestT109Levels: a mail whose parts are nested to the bound and not closed costs
// by its length, however its boundaries are written.
func TestT109Levels(t *testing.T) {
	for _, tt := range []struct{ name, field, delimiter string }{
		{"plain", "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n", "--b%d\r\n"},
		{"quoted", "Content-Type: multipart/mixed; boundary=\"b %d\"\r\n\r\n", "--b %d\r\n"},
		{"LF", "Content-Type: multipart/mixed; boundary=b%d\n\n", "--b%d\n"},
		{"folded", "Content-Type: multipart/mixed;\r\n boundary=b%d\r\n\r\n", "--b%d\r\n"},
		{"blanks", "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n", "--b%d  \r\n"},
		{"odd lines", "no field\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n", "--b%d\r\n"},
		{"preamble", "Content-Type: multipart/mixed; boundary=b%d\r\n\r\nwords\r\n", "--b%d\r\n"},
		{"two parts a level", "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n", "--b%[1]d\r\n\r\nwords\r\n--b%[1]d\r\n"},
		{"mails", "Content-Type: message/rfc822\r\n\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n", "--b%d\r\n"},
		{"alternatives", "Content-Type: multipart/alternative; boundary=b%d\r\n\r\n", "--b%d\r\n"},
		{"no line between", "Content-Type: multipart/mixed; boundary=b%d\r\n", "--b%d\r\n"},
		{"encoded", "Content-Type: multipart/mixed; boundary*=utf-8''b%d\r\n\r\n", "--b%d\r\n"},
		{"one boundary", "Content-Type: multipart/mixed; boundary=\"b\"; x=%d\r\n\r\n", "--b\r\nX: %d\r\n"},
	} {
		for _, end := range []string{"Content-Type: text/plain\r\n\r\ndeep\r\n", "Content-Type: text/plain", "--", ""} {
			mail := func(levels int) []byte {
				var b strings.Builder
				b.WriteString(hostileHeader)
				for i := range levels {
					fmt.Fprintf(&b, tt.field, i)
					fmt.Fprintf(&b, tt.delimiter, i)
				}
				return []byte(b.String() + end)
			}
			_, less := allocated(mail(10))
			if m, more := allocated(mail(maxDepth)); more > 8*less+1<<20 {
				t.Errorf("%s, %q: 10 levels take %d KiB in all, %d take %d (%q)", tt.name, end, less>>10, maxDepth, more>>10, m.Problems)
			}
		}
	}
	faulttest.Seen(t, "T109", "parts nested 20 levels deep that nothing closes, in many spellings", "20 levels cost at most a few times what 10 cost")
}

// allocated reads a mail and returns how much memory that took in all, whatever
// was given back. Unlike time it is the same on every machine.
func allocated(raw []byte) (*Message, uint64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m := Parse(raw, Envelope{})
	runtime.ReadMemStats(&after)
	return m, after.TotalAlloc - before.TotalAlloc
}

// parseMeasured returns the highest use of the heap that was seen while a mail
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
