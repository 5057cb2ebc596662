package desk_test

import (
	"slices"
	"testing"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// The queue of another address is told of a mail also where the copy that came to it
// is handed over before the first one: it waits for that.
func TestCopyThatIsHandedOverFirst(t *testing.T) {
	b := open(t)
	l := letter{from: ana, to: support, subject: "Lamp", text: "My lamp is broken.\n", id: "<lamp@example.net>"}
	env := func(path string) ticket.Envelope {
		return ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: ana, ForwardPaths: []string{path}}
	}
	first, err := b.Keep(b.ctx, env(support), l.bytes()) // it stays in the journal
	if err != nil {
		t.Fatal(err)
	}
	second, err := b.Accept(b.ctx, env("sales@example.org"), l.bytes()) // it is handed over
	if err != nil {
		t.Fatal(err)
	}
	for more := true; more; {
		if more, err = b.HandleNext(b.ctx); err != nil {
			t.Fatal(err)
		}
	}
	if m := b.mail(second); m.Disposition != ticket.DispositionDuplicate || m.Ticket == 0 || m.Attempts != 1 {
		t.Fatalf("the copy is %s in #%d after %d attempts, want a duplicate with a ticket", m.Disposition, m.Ticket, m.Attempts)
	}
	m := b.mail(first)
	if got := b.events(m.Ticket); !slices.ContainsFunc(got, func(e string) bool { return e == string(ticket.EventOnlooker)+": queue sales" }) {
		t.Errorf("sales does not look on: %q", got)
	}
	told := slices.DeleteFunc(b.summary(), func(s string) bool { return s != string(notify.TemplateNewTicket)+" bob@example.org" })
	if len(told) != 1 { // bob is in both queues
		t.Errorf("bob is told %d times, want once", len(told))
	}
	b.sound()
}
