package outbox

import (
	"bufio"
	"context"
	"net"
	"net/textproto"
	"strings"
	"testing"
	"time"
)

// TestWriteData: whatever is written comes out of a reader of dotted lines again.
func TestWriteData(t *testing.T) {
	long := strings.Repeat("x", block/2-1)
	for _, raw := range []string{
		"", ".", "..\r\n", ".\r\n.\r\n", "a: b\r\n\r\n.\r\n..\r\n.x\r\n", "no end", "no end\r\n.",
		long + "\r\n.\r\n" + long + "\r\n.", long + ".\r\n", strings.Repeat(long+"\r\n.", 5), strings.Repeat("\r\n.", block),
	} {
		var sent strings.Builder
		w := bufio.NewWriter(&sent)
		if err := writeData(w, []byte(raw)); err != nil {
			t.Fatal(err)
		}
		r := bufio.NewReader(strings.NewReader(sent.String() + "next"))
		got, err := textproto.NewReader(r).ReadDotBytes()
		want := strings.ReplaceAll(strings.TrimSuffix(raw, "\r\n")+"\r\n", "\r\n", "\n")
		if err != nil || string(got) != want {
			t.Errorf("%.40q of %d bytes came as %.40q of %d (%v)", raw, len(raw), got, len(got), err)
		}
		if rest, _ := r.Peek(5); string(rest) != "next" {
			t.Errorf("after %.40q comes %q, want the next command", raw, rest)
		}
	}
}

// writes counts the writes on a connection.
type writes struct {
	net.Conn
	n *int
}

func (w writes) Write(b []byte) (int, error) { *w.n++; return w.Conn.Write(b) }

// TestPipelining: where it is offered (RFC 2920) a mail goes out in two writes.
func TestPipelining(t *testing.T) {
	for _, tt := range []struct {
		ehlo string
		want int
	}{{"250 smarthost", 4}, {"250-smarthost\r\n250 PIPELINING", 2}} {
		s, n := &script{answers: map[string]string{"EHLO": tt.ehlo}}, 0
		open, err := Open("smtp://smarthost", Options{Hostname: "desk.example.org", Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := s.dial(ctx, network, addr)
			return writes{conn, &n}, err
		}})
		if err != nil {
			t.Fatal(err)
		}
		x := open()
		for range 2 {
			before := n
			if _, err := x.Send(t.Context(), plain(1, time.Now())); err != nil {
				t.Fatal(err)
			}
			if before > 0 && n-before != tt.want {
				t.Errorf("%q: a mail took %d writes, want %d", tt.ehlo, n-before, tt.want)
			}
		}
		x.Close()
	}
}
