package desk_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/compose"
	"maildesk/desk"
	"maildesk/desk/incoming"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/faulttest"
	"maildesk/routing"
	"maildesk/store"
	"maildesk/threading"
	"maildesk/ticket"
)

// brittle are words that break for tickets with poison in their subject.
type brittle struct {
	notify.Words
	broken *atomic.Bool
	end    func()
}

func (w brittle) Render(n notify.Notice) (compose.Words, error) {
	if w.broken.Load() && strings.Contains(n.Ticket.Subject, "poison") {
		w.end()
	}
	return w.Words.Render(n)
}

// openBrittle returns a desk whose templates panic while broken is set.
func openBrittle(t *testing.T) (*bench, *atomic.Bool) {
	broken := &atomic.Bool{}
	broken.Store(true)
	return open(t, func(s *settings.Settings) {
		s.Words = brittle{s.Words, broken, func() { panic("template") }}
	}), broken
}

func TestT015PanicInATemplate(t *testing.T) {
	b, _ := openBrittle(t)
	bad := b.take(letter{from: ana, to: support, subject: "poison", text: "drink me\n"})
	good := b.take(letter{from: ana, to: support, subject: "food", text: "eat me\n"})
	if bad.Disposition != ticket.DispositionQuarantined || bad.Attempts != 3 || !strings.Contains(bad.Reason, "panic") {
		t.Errorf("a mail that breaks a template is %s after %d attempts (%s), want quarantined after 3 and the last one's cause", bad.Disposition, bad.Attempts, bad.Reason)
	}
	if good.Disposition != ticket.DispositionNew {
		t.Errorf("the mail after it is %s, want new", good.Disposition)
	}
	stub := b.ticket(bad.Ticket)
	if stub.Queue != "first-line" || stub.Status != ticket.StatusNew || !strings.Contains(stub.Subject, ana) {
		t.Errorf("the stub is %+v, want an open ticket of the fallback queue that names the sender", stub)
	}
	if sent := b.summary(); len(sent) != 5 { // 2 agents of the stub; acknowledgement and 2 agents of the good one
		t.Errorf("sent %q", sent)
	}
	faulttest.Seen(t, "T015", "a template panics for one of two mails", "three attempts, then quarantine with a stub ticket in %s; the other mail: %s", stub.Queue, good.Disposition)
}

func TestT160Quarantine(t *testing.T) {
	b, broken := openBrittle(t)
	l := letter{from: ana, to: support, subject: "poison", text: "drink me\n", id: "<1@example.net>"}
	m := b.take(l)
	if copied := b.take(l); copied.Disposition != ticket.DispositionDuplicate {
		t.Errorf("a copy of a mail in quarantine is %s, want duplicate", copied.Disposition)
	}
	lost := b.take(letter{from: ana, to: support, subject: "more poison", text: "drink me\n"})
	broken.Store(false)

	if err := b.ReleaseMail(b.ctx, m.ID, "root at the console"); err != nil {
		t.Fatal(err)
	}
	b.work()
	released := b.mail(m.ID)
	if released.Disposition != ticket.DispositionNew || released.Attempts != 1 || released.Ticket == m.Ticket {
		t.Errorf("the released mail is %s in #%d after %d attempts, want new, one attempt", released.Disposition, released.Ticket, released.Attempts)
	}
	if stub := b.ticket(m.Ticket); stub.Status != ticket.StatusClosed {
		t.Errorf("the stub of the released mail is %s, want closed", stub.Status)
	}
	tickets := b.tally().Tickets
	err := b.ReleaseMail(b.ctx, m.ID, "root at the console")
	if there, ok := errors.AsType[*desk.NotQuarantinedError](err); !ok || there.Mail.Ticket != released.Ticket {
		t.Errorf("the second release = %v, want that it is not in quarantine", err)
	}
	b.work()
	if again := b.tally().Tickets; again[ticket.StatusNew] != tickets[ticket.StatusNew] {
		t.Errorf("the second release made a ticket: %v", again)
	}

	if err := b.DropMail(b.ctx, lost.ID, "root at the console", "a test"); err != nil {
		t.Fatal(err)
	}
	dropped := b.mail(lost.ID)
	if dropped.Disposition != ticket.DispositionSpam || dropped.Reason != "dropped by root at the console: a test" {
		t.Errorf("the dropped mail is %s (%s), want spam with who and why", dropped.Disposition, dropped.Reason)
	}
	if err := b.ReleaseMail(b.ctx, 99, "x"); !errors.Is(err, ticket.ErrNotFound) {
		t.Errorf("release of no mail = %v, want ErrNotFound", err)
	}
	for id, want := range map[ticket.ID]string{m.Ticket: "released: ", lost.Ticket: "dropped: a test"} {
		if events := b.events(id); !strings.Contains(strings.Join(events, "\n"), want) {
			t.Errorf("events of the stub #%d are %q, want %q in them", id, events, want)
		}
	}
	b.view(func(r ticket.Reader) error {
		raw, err := r.Raw(m.ID)
		if !bytes.Equal(raw, l.bytes()) {
			t.Errorf("the bytes changed: %q", raw)
		}
		return err
	})
	b.sound()
	faulttest.Seen(t, "T160", "released twice, dropped with a reason", "one ticket, both audited on the stub, bytes identical, conservation holds")
}

// TestReleaseErased: the stub of bytes that an erasure leaves is not handled as a mail; one of
// which only something was taken out is.
func TestReleaseErased(t *testing.T) {
	for _, tt := range []struct {
		how    ticket.ErasedHow
		err    bool
		become ticket.Disposition
	}{
		{ticket.ErasedOut, true, ticket.DispositionQuarantined},
		{ticket.ErasedCut, false, ticket.DispositionNew},
	} {
		b, broken := openBrittle(t)
		m := b.take(letter{from: ana, to: support, subject: "poison", text: "drink me\n"})
		broken.Store(false)
		if err := b.db.KeepErased(b.ctx, ticket.ErasedMail{Mail: m.ID, How: tt.how, Erasure: 7}); err != nil {
			t.Fatal(err)
		}
		err := b.ReleaseMail(b.ctx, m.ID, "root at the console")
		e, erased := errors.AsType[*desk.ErasedMailError](err)
		if erased != tt.err || !erased && err != nil || erased && e.Erased.Erasure != 7 {
			t.Errorf("release of a mail erased %s = %v", tt.how, err)
		}
		b.work()
		if now := b.mail(m.ID); now.Disposition != tt.become {
			t.Errorf("a mail erased %s, released, is %s, want %s", tt.how, now.Disposition, tt.become)
		}
		if !tt.err {
			continue
		}
		if stub := b.ticket(m.Ticket); stub.Status == ticket.StatusClosed {
			t.Errorf("the stub of the erased mail is %s, want as it was", stub.Status)
		}
		if err := b.DropMail(b.ctx, m.ID, "root at the console", "erased"); err != nil {
			t.Errorf("drop of an erased mail = %v", err)
		}
	}
}

// sound fails the test unless everything that is kept is consistent.
func (b *bench) sound() {
	b.t.Helper()
	if problems, err := b.db.Check(b.ctx); len(problems) > 0 || err != nil {
		b.t.Errorf("Check = %v, %v", problems, err)
	}
}

const killedFolder = "MAILDESK_TEST_KILLED_FOLDER"

// TestDeskThatDies is a desk in a process of its own, which dies of poison. It
// runs in a bubble, so that the last attempt at a suspect need not be waited for.
func TestDeskThatDies(t *testing.T) {
	folder := os.Getenv(killedFolder)
	if folder == "" {
		t.Skip("TestT015MailThatEndsTheProcess runs this in a process of its own")
	}
	synctest.Test(t, func(t *testing.T) { runUntilKilled(t, folder) })
}

func runUntilKilled(t *testing.T, folder string) {
	ctx := context.Background()
	db, err := store.Open(ctx, folder, store.Options{Exclusive: true})
	if err != nil {
		panic(err)
	}
	keys, err := threading.NewKeyring(threading.GenerateKeys())
	if err != nil {
		panic(err)
	}
	s := exampleIT(t, "Example IT")
	broken := &atomic.Bool{}
	broken.Store(true)
	s.Words = brittle{s.Words, broken, func() { os.Exit(9) }}
	if s.Rules, err = routing.Compile(s.Routing); err != nil {
		panic(err)
	}
	d := desk.New(db, keys, s, slog.New(slog.DiscardHandler))
	go d.Run(ctx)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		l := letter{from: ana, to: support, subject: lines.Text(), text: "help\n", id: "<" + lines.Text() + "@example.net>"}
		env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: ana, ForwardPaths: []string{support}}
		if _, err := d.Accept(ctx, env, l.bytes()); err != nil {
			panic(err)
		}
	}
	for tally := (ticket.Tally{}); tally.Dispositions == nil || tally.Dispositions[ticket.DispositionPending] > 0; {
		time.Sleep(time.Second)
		d.View(ctx, func(r ticket.Reader) (err error) { tally, err = r.Tally(); return err })
	}
	os.Exit(0)
}

// A mail that ends the process each time costs three starts.
func TestT015MailThatEndsTheProcess(t *testing.T) {
	folder := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	deaths := 0
	input := "bread\npoison\nwater\n"
	for {
		cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestDeskThatDies$")
		cmd.Env = append(os.Environ(), killedFolder+"="+folder)
		cmd.Stdin = strings.NewReader(input)
		out, err := cmd.CombinedOutput()
		if err == nil {
			break
		}
		if deaths++; deaths > 5 || cmd.ProcessState.ExitCode() != 9 {
			t.Fatalf("start %d: %v\n%s", deaths, err, out)
		}
		input = fmt.Sprintf("after %d\n", deaths)
	}
	db, err := store.Open(t.Context(), folder, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	b := openOn(t, db, "Example IT")
	tally := b.tally().Dispositions
	if deaths != 3 || tally[ticket.DispositionQuarantined] != 1 || tally[ticket.DispositionPending] != 0 || tally[ticket.DispositionNew] < 2 {
		t.Errorf("%d deaths, then %v; want 3, the poison in quarantine and all others handled", deaths, tally)
	}
	b.sound()
	faulttest.Seen(t, "T015", "a mail ends the process each time it is handled, beside others", "%d deaths, then quarantine; %d other mails became tickets", deaths, tally[ticket.DispositionNew])
}

// An end that comes from outside costs one mail an attempt, not all in hand.
func TestT002EndsCostOneMailAnAttempt(t *testing.T) {
	const mails, ends = 40, 5
	b := open(t)
	for i := range mails { // taken, and the process ends before any is handled
		b.accept(letter{from: ana, to: support, subject: fmt.Sprint("Mail ", i), text: "Help.\n"})
	}
	for range ends {
		next := openOn(t, b.db, "Example IT")
		ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
		next.Watch(func(ticket.Mail, incoming.Verdict) { stop() })
		if err := next.Run(ctx); err != nil {
			t.Fatal(err)
		}
	}
	begun := 0
	b.view(func(r ticket.Reader) error {
		pending, err := r.Pending(0, mails)
		for _, m := range pending {
			begun += m.Attempts - 1
		}
		return err
	})
	if got := b.tally().Dispositions; got[ticket.DispositionNew] != ends || begun != 0 {
		t.Errorf("after %d ends right behind a mail: %v, %d attempts counted for those that wait; want one mail handled each time, none", ends, got, begun)
	}
	faulttest.Seen(t, "T002", fmt.Sprintf("%d mails in hand, %d ends of the process", mails, ends), "%d handled, the others keep all their attempts", ends)
}

// Whatever ends a process soon after its start, again and again, costs no mail
// its last attempt: that one is made when the desk has been calm.
func TestT002EndsSoonAfterTheStart(t *testing.T) {
	const starts = 20
	synctest.Test(t, func(t *testing.T) {
		b := open(t)
		b.accept(letter{from: ana, to: support, subject: "Printer", text: "Help.\n"}) // the first mail of the store
		const id = ticket.MailID(1)
		err := b.db.Update(t.Context(), func(tx ticket.Tx) error { // a second process ended over it
			_, err := tx.BeginAttempt(id)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for range starts {
			next := openOn(t, b.db, "Example IT")
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan error)
			go func() { ended <- next.Run(ctx) }()
			time.Sleep(4 * time.Second)
			stop()
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
		}
		if n := b.mail(id).Attempts; n != 2 {
			t.Errorf("after %d short runs %d attempts are counted, want 2", starts, n)
		}
		next := openOn(t, b.db, "Example IT")
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- next.Run(ctx) }()
		synctest.Wait()
		b.accept(letter{from: ana, to: support, subject: "Screen", text: "Help with the screen.\n"})
		time.Sleep(2 * time.Second) // handed on by the journal: another desk took it
		if got := b.tally().Dispositions; got[ticket.DispositionNew] != 1 || got[ticket.DispositionPending] != 1 {
			t.Errorf("beside a mail that waits: %v, want the other one handled", got)
		}
		time.Sleep(15 * time.Second)
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		if got := b.tally().Dispositions; got[ticket.DispositionNew] != 2 || b.mail(id).Attempts != 3 {
			t.Errorf("in the end: %v, %d attempts; want both handled, the first with its third attempt", got, b.mail(id).Attempts)
		}
		faulttest.Seen(t, "T002", fmt.Sprintf("two processes end over a mail, %d more within seconds of their start", starts), "the mail keeps its last attempt, others are handled beside it; handled when a process lives")
	})
}

// What no worker can have had in hand is no suspect: after an orderly stop
// nothing is, and after a sudden one no more than the oldest.
func TestT002OnlyTheOldestAreSuspects(t *testing.T) {
	const mails, suspects = 300, 256
	b := open(t)
	attempts := func() (n []int) {
		b.view(func(r ticket.Reader) error {
			all, err := r.Mails("", 0, mails)
			for _, m := range all {
				n = append(n, m.Attempts)
			}
			return err
		})
		return n
	}
	for i := range mails { // each is counted as begun
		b.accept(letter{from: ana, to: support, subject: fmt.Sprint("Mail ", i), text: "Help.\n"})
	}
	next := openOn(t, b.db, "Example IT") // after a sudden end
	ctx, done := context.WithTimeout(t.Context(), time.Minute)
	handled := atomic.Int64{}
	next.Watch(func(ticket.Mail, incoming.Verdict) {
		if handled.Add(1) == mails {
			done()
		}
	})
	if err := next.Run(ctx); err != nil {
		t.Fatal(err)
	}
	want := append(slices.Repeat([]int{2}, suspects), slices.Repeat([]int{1}, mails-suspects)...)
	if got := attempts(); !slices.Equal(got, want) {
		t.Errorf("attempts after a sudden end: %v, want 2 for %d suspects and 1 for the others", got, suspects)
	}

	b = open(t)
	for i := range mails {
		b.accept(letter{from: ana, to: support, subject: fmt.Sprint("Mail ", i), text: "Help.\n"})
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := b.Run(stopped); err != nil {
		t.Fatal(err)
	}
	if got := attempts(); !slices.Equal(got, make([]int, mails)) {
		t.Errorf("attempts after an orderly stop: %v, want none", got)
	}
	faulttest.Seen(t, "T002", fmt.Sprintf("a sudden end and an orderly stop with %d mails taken that no worker has begun with", mails), "the oldest %d are handled one at a time, the others lose no attempt; none after the stop", suspects)
}
