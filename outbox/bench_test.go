package outbox

import (
	"fmt"
	"testing"
	"time"

	"maildesk/ticket"
)

// BenchmarkSender hands mails of 3 KB to a real server in the same process,
// with a desk whose Claim and Outcome take as long as a group commit would.
func BenchmarkSender(b *testing.B) {
	for _, cost := range []time.Duration{0, 2 * time.Millisecond, 10 * time.Millisecond} {
		b.Run(fmt.Sprintf("commit=%s", cost), func(b *testing.B) {
			s := startSMTP(b, nil, false)
			benchmark(b, "smtp://"+s.addr, cost)
		})
	}
}

// BenchmarkSink is the same with Postfix's smtp-sink, a process of its own.
func BenchmarkSink(b *testing.B) {
	benchmark(b, "smtp://"+startSink(b), 2*time.Millisecond)
}

func BenchmarkMaildir(b *testing.B) {
	benchmark(b, "maildir:"+b.TempDir(), 2*time.Millisecond)
}

func benchmark(b *testing.B, address string, cost time.Duration) {
	open, err := Open(address, Options{Hostname: "desk.example.org"})
	if err != nil {
		b.Fatal(err)
	}
	const n = 4000
	raw := append(plain(1, time.Now()).Bytes, make([]byte, 0, 3000)...)
	for len(raw) < 3000 {
		raw = append(raw, "a line of text that is as long as lines of text use to be in mails\r\n"...)
	}
	mails := 0
	var took time.Duration
	for b.Loop() {
		d := newMemDesk()
		d.cost = cost
		var all []ticket.OutboxMail
		for i := range n {
			m := plain(ticket.OutboxID(i+1), time.Now())
			m.Bytes = raw
			all = append(all, m)
		}
		d.add(all...)
		began := time.Now()
		stop := start(b, d, open, Config{})
		for d.count(ticket.OutboxSent) < n {
			time.Sleep(5 * time.Millisecond)
		}
		took += time.Since(began)
		stop()
		mails += n
	}
	b.ReportMetric(float64(mails)/took.Seconds(), "mails/s")
	b.ReportMetric(0, "ns/op")
}
