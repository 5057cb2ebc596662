package desk_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/ticket"
)

// keeps takes custody of a mail that comes from a client, and does no more.
func (b *bench) keeps(l letter, client string) ticket.MailID {
	b.t.Helper()
	id, err := b.Accept(b.ctx, ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: l.from, ForwardPaths: []string{l.to}, Client: client}, l.bytes())
	if err != nil {
		b.t.Fatal(err)
	}
	return id
}

// TestCopyWaitsForItsCheck: the true mail is not taken for a copy of one of which nobody knows yet what
// becomes of it, as its sender is still being checked; nor is it checked itself before.
func TestCopyWaitsForItsCheck(t *testing.T) {
	for _, tt := range []struct {
		name  string
		found ticket.Authentication // of the copy
		want  ticket.Disposition    // of the true mail
	}{
		{"the copy is spam", ticket.Authentication{SPF: "fail", DMARC: "fail", Policy: "none"}, ticket.DispositionNew},
		{"both are true", ticket.Authentication{DMARC: "pass"}, ticket.DispositionDuplicate},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { copyWaitsForItsCheck(t, tt.found, tt.want) })
		})
	}
}

func copyWaitsForItsCheck(t *testing.T, found ticket.Authentication, want ticket.Disposition) {
	c := &checker{found: found, wait: make(chan struct{})}
	b := open(t, faster)
	b.CheckWith(c)
	ctx, stop := context.WithCancel(b.ctx)
	done := make(chan error)
	go func() { done <- b.Run(ctx) }()
	l := letter{from: ana, to: support, subject: "Printer", text: "The printer in the corridor jams after every third page.\n", id: "<true@example.net>"}
	copied := b.keeps(l, outside)
	b.waitFor("the check of the copy begins", func() bool { return c.asked.Load() == 1 })
	id, third := b.keeps(l, "192.0.2.9"), b.keeps(l, outside)
	quick := b.keeps(letter{from: "ben@example.net", to: support, subject: "Mouse", text: "It squeaks.\n", id: "<quick@example.net>"}, "192.0.2.9")
	b.waitFor("another mail is handled", func() bool { return b.mail(quick).Disposition == ticket.DispositionNew })
	time.Sleep(5 * time.Second)
	for _, id := range []ticket.MailID{id, third} {
		if m := b.mail(id); m.Disposition != ticket.DispositionPending || m.Attempts > 1 {
			t.Errorf("while its copy is checked mail %d is %s (%s) after %d attempts", id, m.Disposition, m.Reason, m.Attempts)
		}
	}
	if n := c.asked.Load(); n != 1 {
		t.Errorf("while the first is checked, %d checks were begun", n)
	}
	close(c.wait)
	b.waitFor("all are handled", func() bool { return b.tally().Dispositions[ticket.DispositionPending] == 0 })
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if m := b.mail(id); m.Disposition != want || m.Ticket == 0 || m.Attempts > 1 {
		t.Errorf("the true mail is %s (%s) in #%d after %d attempts; its copy is %s", m.Disposition, m.Reason, m.Ticket, m.Attempts, b.mail(copied).Disposition)
	}
	if n := len(slices.DeleteFunc(b.summary(), func(s string) bool { return s != "acknowledgement "+ana })); n != 1 {
		t.Errorf("Ana is sent %d acknowledgements", n)
	}
	b.sound()
	b.sameRebuilt()
}

// short is a store that fails to look once, when told to, as one without a free connection does.
type short struct {
	ticket.Store
	fails atomic.Bool
}

func (s *short) View(ctx context.Context, fn func(ticket.Reader) error) error {
	if s.fails.CompareAndSwap(true, false) {
		return ticket.ErrResources
	}
	return s.Store.View(ctx, fn)
}

// TestCopyWaitsThroughStops: the true mail waits for its copy also where the desk is told to stop at that moment,
// or the store cannot say what the copy is.
func TestCopyWaitsThroughStops(t *testing.T) {
	for _, stops := range []bool{true, false} {
		c := &checker{found: ticket.Authentication{SPF: "fail", DMARC: "fail", Policy: "none"}, wait: make(chan struct{})}
		b := open(t, faster)
		b.CheckWith(c)
		store := &short{Store: b.Desk.Store}
		b.Desk.Store = store
		l := letter{from: ana, to: support, subject: "Printer", text: "The printer in the corridor jams after every third page.\n", id: "<true@example.net>"}
		copied, id := b.keeps(l, outside), b.keeps(l, "192.0.2.9")
		done := make(chan error)
		go func() {
			_, err := b.HandleNext(b.ctx)
			done <- err
		}()
		b.waitFor("the check of the copy begins", func() bool { return c.asked.Load() == 1 })
		ctx, stop := context.WithCancel(b.ctx)
		if stops {
			stop()
		}
		store.fails.Store(!stops)
		if _, err := b.HandleNext(ctx); !errors.Is(err, ctx.Err()) {
			t.Fatal(err)
		}
		stop()
		if m := b.mail(id); m.Disposition != ticket.DispositionPending || m.Attempts > 0 {
			t.Errorf("told to stop %t: the true mail is %s (%s) after %d attempts", stops, m.Disposition, m.Reason, m.Attempts)
		}
		close(c.wait)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		b.work()
		if m := b.mail(id); m.Disposition != ticket.DispositionNew || b.mail(copied).Disposition != ticket.DispositionSpam {
			t.Errorf("told to stop %t: then the true mail is %s (%s), its copy %s", stops, m.Disposition, m.Reason, b.mail(copied).Disposition)
		}
		b.sound()
		b.sameRebuilt()
	}
}
