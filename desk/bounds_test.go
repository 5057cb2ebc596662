package desk_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/faulttest"
	"maildesk/ticket"
)

// page is a mail of one page of HTML that is one <pre> of nothing but line ends.
func page(from, subject string, size int) letter {
	return letter{from: from, to: support, subject: subject, header: "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n",
		text: "<pre>" + strings.Repeat("\n", size)}
}

// TestT170FourAtOnce: four large text bombs at once are handled one after the
// other in bounded memory, and a person who writes behind them is answered before
// they are done.
func TestT170FourAtOnce(t *testing.T) {
	const size = 8 << 20
	b := open(t)
	var mu sync.Mutex
	var order []string
	b.Watch(func(m ticket.Mail, _ incoming.Verdict) {
		mu.Lock()
		defer mu.Unlock()
		order = append(order, m.Envelope.ReversePath)
	})
	for i := range 4 {
		l := page(fmt.Sprintf("x%d@elsewhere.example.net", i), "Big", size)
		if _, err := b.Keep(b.ctx, ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: l.from, ForwardPaths: []string{support}}, l.bytes()); err != nil {
			t.Fatal(err)
		}
	}
	l := letter{from: ana, to: support, subject: "Lamp 3", text: "Lamp 3 is dark.\n"}
	id, err := b.Keep(b.ctx, ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: ana, ForwardPaths: []string{support}}, l.bytes())
	if err != nil {
		t.Fatal(err)
	}
	peak := peakDuring(b.work)
	if m := b.mail(id); m.Disposition != ticket.DispositionNew {
		t.Errorf("Ana's request became %s", m.Disposition)
	}
	if len(order) != 5 || order[4] == ana {
		t.Errorf("the mails were handled in the order %q, want Ana before the last of the large ones", order)
	}
	if most := uint64(256 << 20); peak > most {
		t.Errorf("four mails of %d MiB at once took %d MiB, want at most %d", size>>20, peak>>20, most>>20)
	}
	faulttest.Seen(t, "T170", "four pages of 8 MiB of line ends at once, and one person", "at most %d MiB of heap, the person was answered before the last of them", peak>>20)
}

// TestCutAnswer: an agent's answer that is too long to be read whole goes nowhere,
// and the agent is told.
func TestCutAnswer(t *testing.T) {
	b := open(t)
	b.request()
	before := len(b.summary())
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "See the log.\n"+strings.Repeat("one line of the log\n", 60_000))
	equal(t, "mails after a long answer", b.since(before), []string{"refusal alice@example.org"})
}

// peakDuring returns the highest use of the heap beyond what was in use before.
func peakDuring(do func()) uint64 {
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var peak atomic.Uint64
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			peak.Store(max(peak.Load(), now.HeapAlloc))
			time.Sleep(2 * time.Millisecond)
		}
	}()
	do()
	stop()
	<-ended
	return peak.Load() - min(peak.Load(), before.HeapAlloc)
}

// TestCutText: a text over the bound says so where it ends, and the journal has
// all of it.
func TestCutText(t *testing.T) {
	b := open(t)
	m := b.take(letter{from: ana, to: support, subject: "A log", text: "See my log.\n" + strings.Repeat("one line of the log\n", 60_000)})
	entry := b.entries(m.Ticket)[0]
	if len(entry.Text) > 2<<20 || !strings.HasPrefix(entry.Text, "See my log.\n") || !strings.Contains(entry.Text, "the rest is in the original") {
		t.Errorf("the entry has %d bytes and ends in %q", len(entry.Text), entry.Text[max(0, len(entry.Text)-100):])
	}
	b.view(func(r ticket.Reader) error {
		raw, err := r.Raw(m.ID)
		if int64(len(raw)) != m.Size || strings.Count(string(raw), "one line of the log") != 60_000 {
			t.Errorf("the journal has %d bytes of %d", len(raw), m.Size)
		}
		return err
	})
}
