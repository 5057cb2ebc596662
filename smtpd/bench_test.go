package smtpd

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"maildesk/ticket"
)

// nothing is a desk that does nothing.
type nothing struct{}

func (nothing) CheckRecipient(context.Context, string) error { return nil }
func (nothing) Room(context.Context, int64) error            { return nil }
func (nothing) Accept(context.Context, ticket.Envelope, []byte) (ticket.MailID, error) {
	return 1, nil
}

// discard is a go-smtp session that throws mail away: the floor to compare with.
type discard struct{}

func (discard) Reset()                               {}
func (discard) Logout() error                        { return nil }
func (discard) Mail(string, *smtp.MailOptions) error { return nil }
func (discard) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (discard) Data(r io.Reader) error {
	_, err := io.ReadAll(r)
	return err
}

// BenchmarkMail sends mails of 4 KB and 1 MB to this package and to plain
// go-smtp, over one connection for each mail and over one for all.
func BenchmarkMail(b *testing.B) {
	for _, size := range []int{4 << 10, 1 << 20} {
		for _, reuse := range []bool{false, true} {
			for _, server := range []string{"smtpd", "go-smtp"} {
				b.Run(fmt.Sprintf("size=%d/reuse=%t/%s", size, reuse, server), func(b *testing.B) {
					benchmarkMail(b, server, size, reuse)
				})
			}
		}
	}
}

func benchmarkMail(b *testing.B, server string, size int, reuse bool) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	if server == "smtpd" {
		ctx, cancel := context.WithCancel(b.Context())
		done := make(chan error)
		go func() { done <- New(ln, nothing{}, Config{}, slog.New(slog.DiscardHandler)).Run(ctx) }()
		defer func() { cancel(); <-done }()
	} else {
		s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return discard{}, nil }))
		go s.Serve(ln)
		defer s.Close()
	}
	mail := "Subject: benchmark\r\n\r\n" + strings.Repeat(strings.Repeat("x", 76)+"\r\n", size/78) + ".\r\n"
	b.SetBytes(int64(len(mail)))
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		var conn net.Conn
		r := bufio.NewReader(nil)
		for pb.Next() {
			if conn == nil {
				if conn, err = net.Dial("tcp", ln.Addr().String()); err != nil {
					b.Error(err)
					return
				}
				r.Reset(conn)
				talk(b, r, conn, "", "EHLO client.example\r\n")
			}
			talk(b, r, conn, "MAIL FROM:<ana@client.example>\r\n", "RCPT TO:<help@our.example>\r\n", "DATA\r\n", mail)
			if !reuse {
				talk(b, r, conn, "QUIT\r\n")
				conn.Close()
				conn = nil
			}
		}
		if conn != nil {
			conn.Close()
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}

// talk sends commands one by one and reads their replies.
func talk(b *testing.B, r *bufio.Reader, conn net.Conn, commands ...string) {
	for _, command := range commands {
		if command != "" {
			if _, err := io.WriteString(conn, command); err != nil {
				b.Error(err)
				return
			}
		}
		for {
			line, err := r.ReadSlice('\n')
			if err != nil || line[0] > '3' {
				b.Errorf("%.40q: %q, %v", command, line, err)
				return
			}
			if line[3] != '-' {
				break
			}
		}
	}
}
