package desk_test

import (
	"fmt"
	"testing"

	"maildesk/desk/settings"
	"maildesk/ticket"
)

// BenchmarkLargeQueue is a request in a queue of 50 agents, each of whom gets a notice. It
// reports how long another change waited at most meanwhile.
func BenchmarkLargeQueue(b *testing.B) {
	const agents = 50
	db, start := benchDesk(b, func(s *settings.Settings) {
		for i := range agents {
			name := fmt.Sprintf("agent%d", i)
			s.Agents = append(s.Agents, settings.Agent{Name: name, Mail: []string{name + "@example.org"}})
			s.Routing.Queues[0].Agents = append(s.Routing.Queues[0].Agents, name)
		}
	})
	d := start()
	longest := longestWait(b, db.UpdateSoon)
	n := 0
	for b.Loop() {
		n++
		text := fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: printer %d\r\nMessage-ID: <%d@example.net>\r\n\r\nIt does not print.\r\n", ana, support, n, n)
		if _, err := d.Accept(b.Context(), ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: ana, ForwardPaths: []string{support}}, []byte(text)); err != nil {
			b.Fatal(err)
		}
		if _, err := d.HandleNext(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(longest().Microseconds())/1e3, "longest-wait-ms")
	err := db.View(b.Context(), func(r ticket.Reader) error {
		mails, err := r.OutboxWith(1, "new-ticket")
		if err == nil && len(mails) != agents {
			b.Errorf("%d agents have a notice of the first request, want %d", len(mails), agents)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}
