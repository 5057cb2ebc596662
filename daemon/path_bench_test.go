package daemon

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"maildesk/config"
	"maildesk/ticket"
)

// sink is a smarthost that takes everything and counts it.
type sink struct {
	ln    net.Listener
	mails atomic.Int64
	want  int64
	done  chan struct{}
}

func openSink(tb testing.TB, want int64) *sink {
	tb.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s := &sink{ln: ln, want: want, done: make(chan struct{})}
	tb.Cleanup(func() { ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go s.serve(c)
		}
	}()
	return s
}

func (s *sink) serve(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	fmt.Fprintf(c, "220 sink\r\n")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		switch verb, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " "); verb {
		case "EHLO":
			fmt.Fprintf(c, "250-sink\r\n250 8BITMIME\r\n")
		case "DATA":
			fmt.Fprintf(c, "354 go\r\n")
			for line != ".\r\n" {
				if line, err = r.ReadString('\n'); err != nil {
					return
				}
			}
			fmt.Fprintf(c, "250 taken\r\n")
			if s.mails.Add(1) == s.want {
				close(s.done)
			}
		case "QUIT":
			fmt.Fprintf(c, "221 bye\r\n")
			return
		default:
			fmt.Fprintf(c, "250 fine\r\n")
		}
	}
}

// benchConfig is a desk without limits, whose mails go to smarthost.
func benchConfig(tb testing.TB, smarthost string) *config.Config {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "maildesk.toml")
	text := fmt.Sprintf(`
[desk]
name = "Bench"
hostname = "desk.example.org"
data = "data"
fallback = "first-line"
[limits]
acknowledgements_per_sender_hour = 0
acknowledgements_per_sender_day = 0
acknowledgements_per_domain_hour = 0
acknowledgements_per_hour = 0
[smtp]
listen = "127.0.0.1:0"
[outgoing]
smarthost = "smtp://%s"
[[address]]
mail = "support@example.org"
[[queue]]
name = "first-line"
level = 1
`, smarthost)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	cfg, err := config.Load(path)
	if err != nil {
		tb.Fatal(err)
	}
	return cfg
}

// BenchmarkPath is one mail from custody to the acknowledgement in the hands
// of the next hop, with many mails under way at once.
func BenchmarkPath(b *testing.B) {
	body := strings.Repeat("the printer on floor three does not answer since this morning, please help\r\n", 40)
	s := openSink(b, int64(b.N))
	d, err := Open(b.Context(), benchConfig(b, s.ln.Addr().String()), Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan error)
	go func() { ended <- d.Run(ctx) }()
	b.ResetTimer()
	var next atomic.Int64
	var senders sync.WaitGroup
	for range 16 {
		senders.Go(func() {
			for {
				i := next.Add(1)
				if i > int64(b.N) {
					return
				}
				raw := fmt.Appendf(nil, "From: User %d <u%d@example.net>\r\nTo: support@example.org\r\nSubject: printer %d\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <b%d@example.net>\r\n\r\n%s", i, i, i, i, body)
				env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: fmt.Sprintf("u%d@example.net", i), ForwardPaths: []string{"support@example.org"}}
				if _, err := d.Desk().Accept(ctx, env, raw); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	senders.Wait()
	<-s.done
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
	b.ReportMetric(float64(d.local.Store.Commits())/float64(b.N), "commits/mail")
	stop()
	if err := <-ended; err != nil {
		b.Error(err)
	}
	d.Close()
}
