package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"maildesk/cmd/maildesk/console"
	"maildesk/cmd/maildesk/outgoing"
	"maildesk/faulttest"
	"maildesk/ticket"
)

// smarthost takes the mails of a desk; at each step of each one it asks what to
// answer: "connect", "MAIL", "RCPT", "DATA", "dot" (all is there, no answer
// yet), "answered".
type smarthost struct {
	mu      sync.Mutex
	step    func(step, recipient string) error
	arrived map[string][][]byte // recipient → the bytes of each copy
}

type smarthostSession struct {
	host *smarthost
	to   string
}

func (h *smarthost) NewSession(*smtp.Conn) (smtp.Session, error) {
	return &smarthostSession{host: h}, h.ask("connect", "")
}

func (h *smarthost) ask(step, recipient string) error {
	h.mu.Lock()
	f := h.step
	h.mu.Unlock()
	if f == nil {
		return nil
	}
	return f(step, recipient)
}

func (h *smarthost) set(f func(step, recipient string) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.step = f
}

// copies returns what came for a recipient.
func (h *smarthost) copies(recipient string) [][]byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.arrived[recipient]
}

func (s *smarthostSession) Mail(string, *smtp.MailOptions) error { return s.host.ask("MAIL", "") }
func (s *smarthostSession) Logout() error                        { return nil }
func (s *smarthostSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return s.host.ask("RCPT", to)
}

func (s *smarthostSession) Data(r io.Reader) error {
	if err := s.host.ask("DATA", s.to); err != nil {
		return err
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.host.mu.Lock()
	s.host.arrived[s.to] = append(s.host.arrived[s.to], raw)
	s.host.mu.Unlock()
	return s.host.ask("dot", s.to)
}

// Reset comes after the answer to the final dot, too.
func (s *smarthostSession) Reset() {
	if s.to != "" {
		s.host.ask("answered", s.to)
	}
	s.to = ""
}

func openWithSmarthost(t *testing.T) (*killable, *smarthost) {
	t.Helper()
	h := &smarthost{arrived: map[string][][]byte{}}
	return openKillableTo(t, h), h
}

// await waits until a condition holds.
func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after two minutes: not yet %s", what)
		}
	}
}

func requestOf(address string) []byte {
	return fmt.Appendf(nil, "From: %s\r\nTo: support@example.org\r\nSubject: hello\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1.%s>\r\n\r\nplease help\r\n", address, address)
}

// TestT138KillNine: a real desk is ended with kill -9 at each step of a mail's
// way out, and started again. The mail arrives; a second copy comes only when
// the smarthost had all of it, with the same bytes.
func TestT138KillNine(t *testing.T) {
	var seen []string
	for i, tt := range []struct {
		at    string
		wait  time.Duration
		extra int // copies at most
	}{
		{"accepted", 0, 1}, // before the claim, or at any step behind it
		{"connect", 0, 0}, {"MAIL", 0, 0}, {"RCPT", 0, 0},
		{"DATA", 0, 1}, // the mail may be on its way already, with its final dot
		{"dot", 0, 1}, {"answered", 0, 1}, {"answered", time.Millisecond, 1},
		{"recorded", 0, 0},
	} {
		name := fmt.Sprintf("%s+%s", tt.at, tt.wait)
		t.Run(name, func(t *testing.T) {
			k, h := openWithSmarthost(t)
			sent := func() bool { return strings.Contains(k.run("outbox", "--all"), "sent") }
			k.start()
			var once sync.Once
			killed := make(chan struct{})
			kill := func() {
				once.Do(func() {
					time.Sleep(tt.wait)
					k.cmd.Process.Kill()
					close(killed)
				})
			}
			h.set(func(step, _ string) error {
				if step == tt.at {
					kill()
				}
				return nil
			})
			ana := fmt.Sprintf("ana%d@example.net", i)
			if err := sendMail(k.addr, ana, "support@example.org", requestOf(ana)); err != nil {
				t.Fatal(err)
			}
			if tt.at == "recorded" {
				await(t, "recorded", sent)
			}
			if tt.at == "recorded" || tt.at == "accepted" {
				kill()
			}
			<-killed
			k.cmd.Wait()
			h.set(nil)
			k.start()
			await(t, "arrived", sent)
			copies := h.copies(ana)
			if n := len(copies); n < 1 || n > 1+tt.extra {
				t.Errorf("%d copies arrived, want 1 and at most %d more", n, tt.extra)
			}
			for _, c := range copies {
				if !bytes.Equal(c, copies[0]) {
					t.Errorf("the copies differ:\n%s\n%s", copies[0], c)
				}
			}
			seen = append(seen, fmt.Sprintf("%s: %d", name, len(copies)))
			k.kill()
		})
	}
	faulttest.Seen(t, "T138", "kill -9 of a real desk before the claim and at each step behind it", "copies that arrived, same bytes: %s", strings.Join(seen, ", "))
}

// TestT147RetryAndCancel: a mail that failed is sent again and another cancelled,
// by command beside a running desk.
func TestT147RetryAndCancel(t *testing.T) {
	k, h := openWithSmarthost(t)
	h.set(func(step, _ string) error {
		if step == "RCPT" {
			return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "Not today, says the smarthost"}
		}
		return nil
	})
	k.start()
	for i, who := range []string{"ana@example.net", "ben@example.net"} { // in this order: tickets 1 and 2
		if err := sendMail(k.addr, who, "support@example.org", requestOf(who)); err != nil {
			t.Fatal(err)
		}
		await(t, "failed", func() bool { return strings.Count(k.run("outbox"), " failed ") == i+1 })
	}
	ids := map[string]int{}
	for line := range strings.Lines(k.run("outbox", "list", "--json")) {
		var m struct {
			ID        int    `json:"id"`
			Recipient string `json:"recipient"`
			MessageID string `json:"message_id"`
		}
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
		ids[m.Recipient] = m.ID
	}
	ana, ben := fmt.Sprint(ids["ana@example.net"]), fmt.Sprint(ids["ben@example.net"])
	want := func(args string, texts ...string) {
		t.Helper()
		out := k.run(strings.Fields(args)...)
		for _, text := range texts {
			if !strings.Contains(out, text) {
				t.Errorf("maildesk %s says\n%s\nwant %q in it", args, out, text)
			}
		}
	}
	refused := func(args, text string) {
		t.Helper()
		out, err := exec.Command(k.binary, append([]string{"-c", k.config}, strings.Fields(args)...)...).CombinedOutput()
		if _, ok := errors.AsType[*exec.ExitError](err); !ok || !strings.Contains(string(out), text) {
			t.Errorf("maildesk %s = %v:\n%s\nwant a refusal with %q", args, err, out, text)
		}
	}
	want("outbox show "+ana, "550 5.7.1 Not today, says the smarthost", "│ Message-ID: <", "│ Subject: ", "failed")
	before, id, begun := k.run("outbox", "show", "--raw", ana), messageIDOf(t, k, "ana@example.net"), time.Now()
	h.set(nil)
	want("outbox retry "+ana, "is due")
	await(t, "sent", func() bool { return len(h.copies("ana@example.net")) > 0 })
	await(t, "kept", func() bool { return !strings.Contains(k.run("outbox"), "ana@example.net") })
	if got := h.copies("ana@example.net"); len(got) != 1 || string(got[0]) != before {
		t.Errorf("arrived %q, want the bytes that failed before", got)
	}
	want("outbox show "+ana, "550 5.7.1 Not today", "  sent  ")
	want("outbox show --json "+ana, `"state":"sent"`, `"code":550`, `"code":250`)
	refused("outbox retry "+ana, "the next hop has taken it")
	refused("outbox cancel "+ana+" too late", "the next hop has taken it")
	refused("outbox cancel "+ben, "reason")
	want("outbox cancel "+ben+" he has called", "is cancelled")
	refused("outbox cancel "+ben+" again", "it is cancelled")
	refused("outbox show 99", "there is no outgoing mail 99")
	refused("outbox retry 99", "there is no outgoing mail 99")
	want("outbox", "No outgoing mails")
	want("outbox --all", "cancelled", "sent")
	auditedOnce(t, k, 1, "retried", "outgoing mail "+ana+", acknowledgement to ana@example.net", begun)
	auditedOnce(t, k, 2, "cancelled", "outgoing mail "+ben+", acknowledgement to ben@example.net: he has called", begun)
	want("show 1", "retried", console.Operator(), "outgoing mail "+ana)
	want("show 2", "cancelled", console.Operator(), "he has called")
	if again := messageIDOf(t, k, "ana@example.net"); again != id || id == "" || !bytes.Contains(h.copies("ana@example.net")[0], []byte("Message-ID: <"+strings.Trim(id, "<>")+">\r\n")) {
		t.Errorf("the Message-ID was %q, is %q in the outbox, and arrived is\n%s", id, again, h.copies("ana@example.net")[0])
	}
	if n := len(h.copies("ben@example.net")); n != 0 {
		t.Errorf("%d copies of the cancelled mail arrived", n)
	}
	k.kill()
	faulttest.Seen(t, "T147", "two dead letters (550): outbox show, retry, cancel beside a running desk", "the retried one arrives with the same bytes and Message-ID, the cancelled one never; each act is one event with who did it, when and to which mail")
}

// messageIDOf returns that of the one mail to a recipient, as the outbox has it.
func messageIDOf(t *testing.T, k *killable, recipient string) (id string) {
	t.Helper()
	for line := range strings.Lines(k.run("outbox", "list", "--all", "--json")) {
		var m outgoing.Mail
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
		if m.Recipient == recipient {
			id = m.MessageID
		}
	}
	return id
}

// auditedOnce checks that a ticket has one event of a kind: by whoever runs this
// test, at a time since begun.
func auditedOnce(t *testing.T, k *killable, number int, what, detail string, begun time.Time) {
	t.Helper()
	type happened struct {
		ticket.Event
		Detail string
	}
	var whole struct{ Events []happened }
	if err := json.Unmarshal([]byte(k.run("show", "--json", fmt.Sprint(number))), &whole); err != nil {
		t.Fatal(err)
	}
	var found []happened
	for _, e := range whole.Events {
		if string(e.Kind) == what {
			found = append(found, e)
		}
	}
	if len(found) != 1 || found[0].Actor != console.Operator() || found[0].Detail != detail || found[0].At.Before(begun.Truncate(time.Microsecond)) || found[0].At.After(time.Now()) {
		t.Errorf("ticket %d has the events %s %+v; want one by %s since %v: %s", number, what, found, console.Operator(), begun, detail)
	}
}
