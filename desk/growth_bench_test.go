package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk/settings"
	"maildesk/faulttest"
	"maildesk/ticket"
)

// BenchmarkReplies compares what the replies after the 10th on one ticket cost with
// those after the 2,000th: CPU of the process, each with a notice to an agent.
func BenchmarkReplies(b *testing.B) {
	db, start := benchDesk(b, func(s *settings.Settings) {
		s.Agents = []settings.Agent{{Name: "alice", Mail: []string{"alice@example.org"}}}
		s.Routing.Queues[0].Agents = []string{"alice"}
	})
	d, n := start(), 0
	reply := func() time.Duration {
		begun := faulttest.CPUTime(b)
		text := fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: printer\r\nMessage-ID: <%d@example.net>\r\nReferences: <0@example.net>\r\n\r\n%d: %s\r\n", ana, support, n, n, strings.Repeat("it still does not print. ", 20))
		n++
		if _, err := d.Accept(b.Context(), ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: ana, ForwardPaths: []string{support}}, []byte(text)); err != nil {
			b.Fatal(err)
		}
		if _, err := d.HandleNext(b.Context()); err != nil {
			b.Fatal(err)
		}
		return faulttest.CPUTime(b) - begun
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
		err := db.View(b.Context(), func(r ticket.Reader) error {
			entries, err := r.LatestEntries(1, n+1)
			if err == nil && len(entries) < n {
				b.Fatalf("%d of %d mails stand on the ticket", len(entries), n)
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(few.Microseconds()), "10th-µs")
		b.ReportMetric(float64(many.Microseconds()), "2000th-µs")
		b.ReportMetric(float64(many)/float64(few), "ratio")
	}
}
