package desk_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"maildesk/desk"
	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/store"
	"maildesk/threading"
	"maildesk/ticket"
)

// BenchmarkReplies compares what the replies after the 10th on one ticket cost with
// those after the 2,000th: CPU of the process, each with a notice to an agent.
func BenchmarkReplies(b *testing.B) {
	db, err := store.Open(b.Context(), b.TempDir(), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	keys, err := threading.NewKeyring(threading.GenerateKeys())
	if err != nil {
		b.Fatal(err)
	}
	s := &settings.Settings{Name: "Example IT", Hostname: "desk.example.org", Addresses: []settings.Address{{Mail: support}},
		Agents:  []settings.Agent{{Name: "alice", Mail: []string{"alice@example.org"}}},
		Routing: routing.Desk{Fallback: "first-line", Queues: []routing.Queue{{Name: "first-line", Level: 1, Agents: []string{"alice"}}}}}
	if s.Rules, err = routing.Compile(s.Routing); err != nil {
		b.Fatal(err)
	}
	d := desk.New(db, keys, s, slog.New(slog.DiscardHandler))
	n := 0
	reply := func() time.Duration {
		begun := cpuTime(b)
		text := fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: printer\r\nMessage-ID: <%d@example.net>\r\nReferences: <0@example.net>\r\n\r\n%d: %s\r\n", ana, support, n, n, strings.Repeat("it still does not print. ", 20))
		n++
		if _, err := d.Accept(b.Context(), ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: ana, ForwardPaths: []string{support}}, []byte(text)); err != nil {
			b.Fatal(err)
		}
		if _, err := d.HandleNext(b.Context()); err != nil {
			b.Fatal(err)
		}
		return cpuTime(b) - begun
	}
	median := func() time.Duration {
		var all []time.Duration
		for range 51 {
			all = append(all, reply())
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	for b.Loop() {
		for n < 10 {
			reply()
		}
		few := median()
		for n < 2000 {
			reply()
		}
		many := median()
		b.ReportMetric(float64(few.Microseconds()), "10th-µs")
		b.ReportMetric(float64(many.Microseconds()), "2000th-µs")
		b.ReportMetric(float64(many)/float64(few), "ratio")
	}
}

// cpuTime returns the CPU time that the process has taken.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
