package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/daemon/localdesk"

	"maildesk/config"
	"maildesk/desk/notify"
	"maildesk/faulttest"
	"maildesk/outbox"
	"maildesk/store"
	"maildesk/ticket"
)

const withAgent = `
[desk]
name = "Example IT"
hostname = "desk.example.org"
fallback = "first-line"
[[address]]
mail = "support@example.org"
[[agent]]
name = "alice"
mail = ["alice@example.org"]
[[queue]]
name = "first-line"
level = 1
agents = ["alice"]
`

// postOffice is a desk on a real store, and a next hop whose answers a test decides.
type postOffice struct {
	*localdesk.Local
	t      *testing.T
	mu     sync.Mutex
	answer func(ticket.OutboxMail) error
	sent   []ticket.OutboxMail
	delay  time.Duration
}

func openPostOffice(t *testing.T) *postOffice {
	t.Helper()
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	writeConfig(t, path, withAgent)
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := localdesk.OpenWith(t.Context(), cfg, slog.New(slog.DiscardHandler), store.Options{Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	return &postOffice{Local: b, t: t}
}

// Send makes the post office a transport.
func (p *postOffice) Send(_ context.Context, m ticket.OutboxMail) (outbox.Reply, error) {
	p.mu.Lock()
	answer := p.answer
	p.mu.Unlock()
	if p.delay > 0 {
		time.Sleep(p.delay)
	}
	r := outbox.Reply{Host: "next.hop", Code: 250, Text: "ok"}
	if answer != nil {
		if err := answer(m); err != nil {
			return r, err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, m)
	return r, nil
}

func (p *postOffice) set(answer func(ticket.OutboxMail) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = answer
}

// run runs a part until the function that it returns is called.
func (p *postOffice) run(part func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- part(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			p.t.Error(err)
		}
	}
}

func (p *postOffice) sender(owner string) func(context.Context) error {
	return outbox.New(p.Desk, func() outbox.Transport { return transport{p} }, outbox.Config{Owner: owner}, slog.New(slog.DiscardHandler)).Run
}

type transport struct{ *postOffice }

func (transport) Close() error { return nil }

// request brings a request to its ticket.
func (p *postOffice) request() {
	p.t.Helper()
	stop := p.run(p.Desk.Run)
	defer stop()
	raw := strings.ReplaceAll(fmt.Sprintf(request, "1", "printer"), "\n", "\r\n")
	env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: "ana@client.example", ForwardPaths: []string{"support@example.org"}}
	if _, err := p.Desk.Accept(p.t.Context(), env, []byte(raw)); err != nil {
		p.t.Fatal(err)
	}
	for range 12_000 {
		if tally, err := p.tally(); err != nil {
			p.t.Fatal(err)
		} else if tally.Dispositions[ticket.DispositionNew] == 1 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	p.t.Fatal("the request was not handled")
}

func (p *postOffice) tally() (tally ticket.Tally, err error) {
	err = p.Store.View(p.t.Context(), func(r ticket.Reader) error {
		tally, err = r.Tally()
		return err
	})
	return tally, err
}

// post keeps outgoing mails as an agent's words to a recipient would be.
func (p *postOffice) post(recipients ...string) {
	p.t.Helper()
	err := p.Store.Update(p.t.Context(), func(tx ticket.Tx) error {
		for i, to := range recipients {
			id := fmt.Sprintf("<%d.%s>", i, to)
			_, err := tx.AddOutbox(ticket.OutboxMail{Ticket: 1, CauseEvent: int64(i + 1), Template: string(notify.TemplateReply), Recipient: to,
				ReversePath: "support@example.org", MessageID: id, Bytes: []byte("Message-ID: " + id + "\r\n\r\nhello\r\n"), CreatedAt: time.Now()})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

// mails returns the outgoing mails of ticket 1 to a recipient.
func (p *postOffice) mails(recipient string) (list []ticket.OutboxMail) {
	p.t.Helper()
	err := p.Store.View(p.t.Context(), func(r ticket.Reader) error {
		all, err := r.OutboxOf(1)
		list = slices.DeleteFunc(all, func(m ticket.OutboxMail) bool { return m.Recipient != recipient })
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return list
}

// told returns when the agent's mails of a template were made.
func (p *postOffice) told(template notify.Template) (at []time.Time) {
	for _, m := range p.mails("alice@example.org") {
		if m.Template == string(template) {
			at = append(at, m.CreatedAt)
		}
	}
	return at
}

func toAna(err error) func(ticket.OutboxMail) error {
	return func(m ticket.OutboxMail) error {
		if m.Recipient == "ana@client.example" {
			return err
		}
		return nil
	}
}

var laterPlease = &textproto.Error{Code: 451, Msg: "4.3.2 later please"}

// TestT139FiveDays: a real desk whose smarthost takes nothing for a requester
// for five days: the agent is told at 4 hours and at 5 days, and what was
// written later waits for what was written before.
func TestT139FiveDays(t *testing.T) {
	faulttest.Long(t, "T139")
	var late, dead time.Duration
	var tries int
	synctest.Test(t, func(t *testing.T) {
		p := openPostOffice(t)
		defer p.Close()
		p.request()
		p.set(toAna(laterPlease))
		born := time.Now()
		p.post("ana@client.example", "ana@client.example")
		stop := p.run(p.sender("a"))
		time.Sleep(5*24*time.Hour + 20*time.Minute)
		stop()
		mails := p.mails("ana@client.example")
		if len(mails) != 3 {
			t.Fatalf("%d mails to the requester, want acknowledgement and two replies", len(mails))
		}
		if m := mails[0]; m.State != ticket.OutboxFailed || m.LastCode != 451 || !strings.Contains(m.LastText, "later please") {
			t.Errorf("after five days: %s %d %s, want failed in the remote's words", m.State, m.LastCode, m.LastText)
		}
		tries = mails[0].Attempts
		if m := mails[2]; m.Attempts != 0 || m.State != ticket.OutboxReady {
			t.Errorf("the last reply: %s after %d tries, want it to wait for the one before", m.State, m.Attempts)
		}
		notes, alarms := p.told(notify.TemplateNote), p.told(notify.TemplateUndeliverable)
		if len(notes) < 1 || len(alarms) < 1 {
			t.Fatalf("the agent got %d notes and %d alarms, want both", len(notes), len(alarms))
		}
		late, dead = notes[0].Sub(born), alarms[0].Sub(born)
		if late < 3*time.Hour+30*time.Minute || late > 5*time.Hour {
			t.Errorf("the delay is told after %v, want 4 h", late)
		}
		if dead < 5*24*time.Hour-time.Minute || dead > 5*24*time.Hour+10*time.Minute {
			t.Errorf("the dead letter is told after %v, want 5 days", dead)
		}
	})
	faulttest.Seen(t, "T139", "a real desk, 451 for one requester for five days, two replies behind the acknowledgement", "%d tries; its agent told after %v and %v; the replies wait in order", tries, late.Round(time.Minute), dead.Round(time.Minute))
}

// TestT139OutageIsTold: nobody can be reached for five hours. The ticket says
// so, the agent is told of what was written by hand, once, and nothing counts
// as a try.
func TestT139OutageIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := openPostOffice(t)
		defer p.Close()
		p.request()
		p.set(func(ticket.OutboxMail) error { return &outbox.DownError{Err: errors.New("connection refused")} })
		p.post("ana@client.example")
		stop := p.run(p.sender("a"))
		time.Sleep(3*time.Hour + 55*time.Minute)
		if n := len(p.told(notify.TemplateNote)); n != 0 {
			t.Errorf("%d notes before 4 h", n)
		}
		time.Sleep(2 * time.Hour)
		if n := len(p.told(notify.TemplateNote)); n != 1 {
			t.Errorf("%d notes to the agent after 6 h, want one, of the reply", n)
		}
		p.set(nil)
		time.Sleep(10 * time.Minute)
		stop()
		for _, m := range append(p.mails("ana@client.example"), p.mails("alice@example.org")...) {
			if m.State != ticket.OutboxSent || m.Attempts != 1 {
				t.Errorf("%s to %s: %s after %d tries, want sent at the first", m.Template, m.Recipient, m.State, m.Attempts)
			}
		}
		events := 0
		err := p.Store.View(t.Context(), func(r ticket.Reader) error {
			list, err := r.Events(1)
			for _, e := range list {
				if e.Kind == ticket.EventDelayed {
					events++
				}
			}
			return err
		})
		if err != nil || events != 2 {
			t.Errorf("%d events of delay (%v), want one for each mail to the requester", events, err)
		}
	})
	faulttest.Seen(t, "T139", "a real desk, no smarthost can be reached for six hours", "after 4 h each late mail is an event on its ticket, the agent is told once of the own reply; all sent when it is back, at their first try")
}

// TestT140PerRecipient: each recipient of an answer has a fate of its own.
func TestT140PerRecipient(t *testing.T) {
	p := openPostOffice(t)
	defer p.Close()
	p.request()
	p.set(func(m ticket.OutboxMail) error {
		switch m.Recipient {
		case "no@client.example":
			return &textproto.Error{Code: 550, Msg: "5.1.1 no such user"}
		case "later@client.example":
			return laterPlease
		}
		return nil
	})
	p.post("yes@client.example", "no@client.example", "later@client.example")
	stop := p.run(p.sender("a"))
	defer stop()
	want := map[string]ticket.OutboxState{"yes@client.example": ticket.OutboxSent, "no@client.example": ticket.OutboxFailed, "later@client.example": ticket.OutboxReady}
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(10 * time.Millisecond) {
		settled := true
		for to, state := range want {
			m := p.mails(to)[0]
			settled = settled && m.State == state && m.Attempts == 1
		}
		if settled && len(p.told(notify.TemplateUndeliverable)) == 1 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("after two minutes: %+v, %+v, %+v, told %d times", p.mails("yes@client.example"), p.mails("no@client.example"), p.mails("later@client.example"), len(p.told(notify.TemplateUndeliverable)))
		}
	}
	for _, m := range p.mails("ana@client.example") {
		if m.Template != string(notify.TemplateAcknowledgement) {
			t.Errorf("%s to the requester: no bounce is wanted", m.Template)
		}
	}
	faulttest.Seen(t, "T140", "an answer to three, the smarthost says 250, 550, 451", "sent, dead letter, deferred; the agent told of the 550; no mail about it to the requester")
}

// TestT144TwoDaemons: two senders on one real store send each mail once.
func TestT144TwoDaemons(t *testing.T) {
	p := openPostOffice(t)
	defer p.Close()
	p.request()
	const n = 400
	var to []string
	for i := range n {
		to = append(to, fmt.Sprintf("r%d@client.example", i))
	}
	p.post(to...)
	stopA, stopB := p.run(p.sender("a")), p.run(p.sender("b"))
	waitSent(t, p, n+2, 5*time.Minute) // with the acknowledgement and the agent's
	stopA()
	stopB()
	copies := map[string]int{}
	for _, m := range p.sent {
		copies[m.MessageID]++
	}
	if len(p.sent) != n+2 || len(copies) != n+2 {
		t.Errorf("%d sends of %d mails, want %d of each", len(p.sent), len(copies), n+2)
	}
	faulttest.Seen(t, "T144", "two senders on one real store", "%d mails, %d sends", len(copies), len(p.sent))
}

func waitSent(t *testing.T, p *postOffice, n int, most time.Duration) {
	t.Helper()
	for end := time.Now().Add(most); ; time.Sleep(20 * time.Millisecond) {
		tally, err := p.tally()
		if err != nil {
			t.Fatal(err)
		}
		if tally.Outbox[ticket.OutboxSent] == int64(n) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("after %v: %v, want %d sent", most, tally.Outbox, n)
		}
	}
}

// TestT142TenThousand: 10,000 mails wait in a real store while nobody listens
// at the smarthost's address; then Postfix's smtp-sink does.
func TestT142TenThousand(t *testing.T) {
	faulttest.Long(t, "T142")
	sink := faulttest.Program(t, "smtp-sink", "postfix")
	p := openPostOffice(t)
	defer p.Close()
	p.request()
	const n = 10_000
	err := p.Store.Update(t.Context(), func(tx ticket.Tx) error {
		for i := range n {
			id := fmt.Sprintf("<%d@desk.example.org>", i)
			_, err := tx.AddOutbox(ticket.OutboxMail{Ticket: 1, CauseEvent: int64(i + 1), Template: string(notify.TemplateReply), Recipient: fmt.Sprintf("r%d@client.example", i),
				ReversePath: "support@example.org", MessageID: id, Bytes: []byte("Message-ID: " + id + "\r\n\r\nhello\r\n"), CreatedAt: time.Now(), Priority: (i + 1) % 2})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	addr := faulttest.FreePort(t)
	open, err := outbox.Open("smtp://"+addr, outbox.Options{Hostname: "desk.example.org"})
	if err != nil {
		t.Fatal(err)
	}
	stop := p.run(outbox.New(p.Desk, open, outbox.Config{Owner: "a"}, slog.New(slog.DiscardHandler)).Run)
	defer stop()
	time.Sleep(3 * time.Second)
	args := []string{addr, "100"}
	if os.Geteuid() == 0 {
		args = append([]string{"-u", "nobody"}, args...)
	}
	cmd := exec.Command(sink, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { cmd.Process.Kill(); cmd.Wait() }()
	began := time.Now()
	waitSent(t, p, n+2, 3*time.Minute)
	took := time.Since(began)
	var interactive, notices []time.Time
	err = p.Store.View(t.Context(), func(r ticket.Reader) error {
		all, err := r.OutboxOf(1)
		for _, m := range all {
			if m.Attempts != 1 {
				t.Errorf("mail %d was tried %d times, want once", m.ID, m.Attempts)
			}
			if m.Priority == 0 {
				interactive = append(interactive, m.DoneAt)
			} else {
				notices = append(notices, m.DoneAt)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(interactive, time.Time.Compare)
	slices.SortFunc(notices, time.Time.Compare)
	last := interactive[len(interactive)-1]
	before := 0
	for _, at := range notices {
		if at.Before(last) {
			before++
		}
	}
	if before > 200 { // what had been claimed when the last interactive one came to its turn
		t.Errorf("%d notices left before the last interactive mail", before)
	}
	faulttest.Seen(t, "T142", "10,000 mails in a real store, connection refused, then smtp-sink", "all sent within %v of its start, 1 attempt each; %d of %d notices before the last of %d interactive mails", took.Round(100*time.Millisecond), before, len(notices), len(interactive))
}
