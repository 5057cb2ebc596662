package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/faulttest"
	"maildesk/ticket"
)

// hosts are smarthosts by their address.
type hosts map[string]*script

func (h hosts) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	s := h[addr]
	s.mu.Lock()
	gone := s.answers["dial"] != ""
	s.mu.Unlock()
	if gone {
		return nil, errors.New("connection refused")
	}
	return s.dial(ctx, network, addr)
}

func (s *script) set(at, answer string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = map[string]string{at: answer}
}

func (s *script) arrived() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.mails)
}

func (h hosts) open(t *testing.T, addresses ...string) func() Transport {
	t.Helper()
	open, _, err := OpenAll(addresses, Options{Hostname: "desk.example.org", Dial: h.dial}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return open
}

// TestFailover: the first smarthost is down for an hour. The second takes its
// mails at once; when the first is back it is used again within minutes.
func TestFailover(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := &script{answers: map[string]string{}}, &script{answers: map[string]string{}}
		h := hosts{"a:25": a, "b:25": b}
		d := newMemDesk()
		stop := start(t, d, h.open(t, "smtp://a", "smtp://b"), Config{})
		id := ticket.OutboxID(0)
		add := func(n int) {
			for range n {
				id++
				d.add(plain(id, time.Now()))
				time.Sleep(20 * time.Second)
			}
		}
		add(3)
		if a.arrived() != 3 || b.arrived() != 0 {
			t.Errorf("%d and %d mails arrived, want 3 at the first", a.arrived(), b.arrived())
		}
		a.set("dial", "refused")
		add(180) // an hour
		if a.arrived() != 3 || b.arrived() != 180 {
			t.Errorf("%d and %d mails arrived, want 3 and 180", a.arrived(), b.arrived())
		}
		_, attempts := d.state(4)
		if len(attempts) != 1 || attempts[0].Host != "b:25" {
			t.Errorf("the first mail in the outage: %+v, want one attempt, at b", attempts)
		}
		a.set("", "")
		add(18) // six minutes
		back := a.arrived() - 3
		if back < 1 {
			t.Errorf("no mail at the first smarthost six minutes after it was back")
		}
		before := b.arrived()
		add(10)
		if b.arrived() != before {
			t.Errorf("%d mails at the second smarthost while the first works", b.arrived()-before)
		}
		stop()
		if got := d.count(ticket.OutboxSent); got != int(id) || a.arrived()+b.arrived() != int(id) {
			t.Errorf("%d of %d mails sent, %d arrived; want each once", got, id, a.arrived()+b.arrived())
		}
	})
}

// TestFailoverVerdicts: what one smarthost says about a mail holds; only one
// that cannot be used is passed over.
func TestFailoverVerdicts(t *testing.T) {
	for _, tt := range []struct {
		at, answer string
		want       verdict
		host       string // who answered last
	}{
		{"dial", "refused", sent, "b:25"},
		{"greeting", "421 4.3.2 too busy", sent, "b:25"},
		{"greeting", "554 no mail here", sent, "b:25"},
		{"greeting", "hang", sent, "b:25"},
		{"EHLO", "drop", sent, "b:25"},
		{"MAIL", "530 5.7.0 log in first", sent, "b:25"},
		{"MAIL", "550 5.7.1 not you", failed, "a:25"},
		{"RCPT", "550 5.1.1 no such user", failed, "a:25"},
		{"RCPT", "450 4.2.1 greylisted", retry, "a:25"},
		{".", "554 5.7.1 spam", failed, "a:25"},
		{".", "drop", retry, "a:25"}, // it may have taken it
		{".", "hang", retry, "a:25"},
	} {
		t.Run(tt.at+" "+tt.answer, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := &script{answers: map[string]string{tt.at: tt.answer}}, &script{}
				x := hosts{"a:25": a, "b:25": b}.open(t, "smtp://a", "smtp://b")()
				r, err := x.Send(t.Context(), plain(1, time.Now()))
				if v := classify(err); v != tt.want || r.Host != tt.host {
					t.Errorf("Send = %s by %s (%v), want %s by %s", v, r.Host, err, tt.want, tt.host)
				}
				if tt.want != sent && b.arrived() > 0 {
					t.Errorf("the second smarthost got the mail too")
				}
				x.Close()
			})
		})
	}
}

// TestFailoverAllDown: with no smarthost left the sending pauses, as with one.
func TestFailoverAllDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := &script{answers: map[string]string{"dial": "refused"}}, &script{answers: map[string]string{"dial": "refused"}}
		d := newMemDesk()
		stop := start(t, d, hosts{"a:25": a, "b:25": b}.open(t, "smtp://a", "smtp://b"), Config{})
		for i := range 20 {
			d.add(plain(ticket.OutboxID(i+1), time.Now()))
		}
		time.Sleep(2 * time.Hour)
		if _, attempts := d.state(1); len(attempts) != 0 {
			t.Errorf("%d attempts kept, want none: no mail is at fault", len(attempts))
		}
		b.set("", "")
		time.Sleep(12 * time.Minute)
		stop()
		if got := d.count(ticket.OutboxSent); got != 20 || b.arrived() != 20 {
			t.Errorf("%d of 20 mails sent 12 min after the second was back", got)
		}
	})
}

// TestT146FailoverInClear: a smarthost that must have TLS and has none is passed
// over; nothing is said to it.
func TestT146FailoverInClear(t *testing.T) {
	good, trusted := certificate(t, "127.0.0.1")
	clear, secure := startSMTP(t, nil, false), startSMTP(t, good, false)
	open, _, err := OpenAll([]string{"smtp://" + clear.addr + "?tls=required", "smtp://" + secure.addr + "?tls=required"},
		Options{Hostname: "desk.example.org", RootCAs: trusted}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	x := open()
	defer x.Close()
	for i := range 3 {
		if _, err := x.Send(t.Context(), plain(ticket.OutboxID(i+1), time.Now())); err != nil {
			t.Fatal(err)
		}
	}
	if clear.mail != 0 || len(secure.got) != 3 || !secure.got[0].tls {
		t.Errorf("%d MAIL in clear, %d mails under TLS; want 0 and 3", clear.mail, len(secure.got))
	}
	faulttest.Seen(t, "T146", "two smarthosts with tls=required, the first offers none", "3 mails to the second under TLS, 0 MAIL commands in clear")
}

// TestT140FailoverSinks: smtp-sink that refuses every connection, and one behind it in order.
func TestT140FailoverSinks(t *testing.T) {
	const n = 100
	d := newMemDesk()
	for i := range n {
		d.add(plain(ticket.OutboxID(i+1), time.Now()))
	}
	first, second := startSink(t, "-q", "CONNECT"), startSink(t)
	open, _, err := OpenAll([]string{"smtp://" + first, "smtp://" + second}, Options{Hostname: "desk.example.org"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer start(t, d, open, Config{})()
	eventually(t, "all sent", func() bool { return d.count(ticket.OutboxSent) == n })
	if _, attempts := d.state(n); len(attempts) != 1 || attempts[0].Host != second {
		t.Errorf("the last mail: %+v, want one attempt, at the second", attempts)
	}
	faulttest.Seen(t, "T140", "two smtp-sinks, the first hangs up at connect (-q)", "%s", fmt.Sprintf("%d mails sent by the second, 1 attempt each", n))
}
