package outbox

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/ticket"
)

// What became of a mail is not forgotten where the desk cannot record it any more: the next
// start has it recorded before it sends, and the mail does not go out twice. What the
// desk had recorded all the same counts once.
func TestOutcomeIsRecordedAtTheNextStart(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lost  bool // the lease, with the database; else the sender is stopped meanwhile
		keeps bool // the desk records what it says that it cannot
	}{{name: "the database is gone", lost: true}, {name: "a stop"}, {name: "the answer of the database was lost", lost: true, keeps: true}} {
		path := filepath.Join(t.TempDir(), "outcomes")
		synctest.Test(t, func(t *testing.T) {
			d, h := newMemDesk(), &patientHop{takes: time.Second}
			begun := time.Now()
			d.add(plain(1, begun), plain(2, begun))
			d.fail = func() error {
				if tt.keeps {
					return nil
				}
				return errors.New("connection lost")
			}
			d.mute = tt.keeps
			left := func() time.Duration { return time.Hour }
			if tt.lost {
				left = func() time.Duration { return 4*time.Second - time.Since(begun) }
			}
			stop := start(t, d, h.open, Config{Left: left, Ledger: &Ledger{Path: path}})
			time.Sleep(5 * time.Second)
			stop()
			for id := ticket.OutboxID(1); id <= 2; id++ {
				if m, _ := d.state(id); m.State == ticket.OutboxReady {
					t.Errorf("%s: mail %d is ready for others, though it went out", tt.name, id)
				}
			}
			d.fail, d.mute = nil, false

			next := start(t, d, h.open, Config{Ledger: &Ledger{Path: path}})
			time.Sleep(time.Minute)
			next()
			for id := ticket.OutboxID(1); id <= 2; id++ {
				if m, attempts := d.state(id); m.State != ticket.OutboxSent || len(attempts) != 1 {
					t.Errorf("%s: mail %d is %s after %d attempts, want sent after one", tt.name, id, m.State, len(attempts))
				}
			}
			if len(h.times) != 2 {
				t.Errorf("%s: %d mails went out, want 2", tt.name, len(h.times))
			}
			if all, err := (&Ledger{Path: path}).Read(); err != nil || all != nil {
				t.Errorf("%s: the ledger has %v (%v), want nothing", tt.name, all, err)
			}
		})
	}
}

// forgetful is a desk that never records what is kept of one mail.
type forgetful struct {
	*memDesk
	of ticket.OutboxID
}

func (d *forgetful) OutcomeOnce(ctx context.Context, a ticket.Attempt) error {
	if a.Outbox == d.of {
		return errors.New("it cannot be recorded")
	}
	return d.memDesk.OutcomeOnce(ctx, a)
}

// An outcome that can never be recorded keeps no other one from being recorded and no other mail from
// being sent, and its own mail goes out no more.
func TestOutcomeThatIsNeverRecorded(t *testing.T) {
	ledger := &Ledger{Path: filepath.Join(t.TempDir(), "outcomes")}
	synctest.Test(t, func(t *testing.T) {
		d, h := &forgetful{newMemDesk(), 1}, &patientHop{}
		now := time.Now()
		d.add(plain(1, now), plain(2, now))
		if _, err := d.Claim(t.Context(), "test", lease, 2); err != nil {
			t.Fatal(err)
		}
		for id := ticket.OutboxID(1); id <= 2; id++ {
			if err := ledger.keep(t.Context(), ticket.Attempt{Outbox: id, At: now, State: ticket.OutboxSent}); err != nil {
				t.Fatal(err)
			}
		}
		d.add(plain(3, now))
		for _, ran := range []time.Duration{2 * time.Minute, 2 * lease} { // the second one also past the end of the lease
			stop := start(t, d, h.open, Config{Ledger: ledger})
			time.Sleep(ran)
			stop()
			for id, want := range map[ticket.OutboxID]ticket.OutboxState{1: ticket.OutboxClaimed, 2: ticket.OutboxSent, 3: ticket.OutboxSent} {
				if m, _ := d.state(id); m.State != want {
					t.Errorf("after %s mail %d is %s, want %s", ran, id, m.State, want)
				}
			}
			if len(h.times) != 1 {
				t.Errorf("after %s %d mails went out, want one", ran, len(h.times))
			}
			if all, err := ledger.Read(); err != nil || len(all) != 1 || all[0].Outbox != 1 {
				t.Errorf("after %s the ledger has %v (%v), want mail 1", ran, all, err)
			}
		}
	})
}

// What the desk could not record for a while is recorded as soon as it can, by the same sender, and a mail
// that was deferred goes out at its time then.
func TestOutcomeIsRecordedLate(t *testing.T) {
	ledger := &Ledger{Path: filepath.Join(t.TempDir(), "outcomes")}
	synctest.Test(t, func(t *testing.T) {
		d, h := newMemDesk(), &patientHop{}
		begun := time.Now()
		d.add(plain(1, begun), plain(2, begun))
		if _, err := d.Claim(t.Context(), "test", lease, 2); err != nil {
			t.Fatal(err)
		}
		later := begun.Add(3 * time.Hour)
		for _, a := range []ticket.Attempt{{Outbox: 1, At: begun, State: ticket.OutboxSent}, {Outbox: 2, At: begun, State: ticket.OutboxReady, NextAt: later}} {
			if err := ledger.keep(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
		d.fail = func() error {
			if time.Since(begun) < 20*time.Minute {
				return errors.New("connection lost")
			}
			return nil
		}
		defer start(t, d, h.open, Config{Ledger: ledger})()
		time.Sleep(30 * time.Minute)
		for id, want := range map[ticket.OutboxID]ticket.OutboxState{1: ticket.OutboxSent, 2: ticket.OutboxReady} {
			if m, attempts := d.state(id); m.State != want || len(attempts) != 1 {
				t.Errorf("mail %d is %s after %d attempts, want %s after one", id, m.State, len(attempts), want)
			}
		}
		if all, err := ledger.Read(); err != nil || all != nil {
			t.Errorf("the ledger has %v (%v), want nothing", all, err)
		}
		time.Sleep(3 * time.Hour)
		if m, _ := d.state(2); m.State != ticket.OutboxSent || len(h.times) != 1 {
			t.Errorf("the mail that was deferred is %s, and %d mails went out", m.State, len(h.times))
		}
	})
}

// Whoever changes a ledger while another one does, by a value of its own as a command has, undoes nothing of
// what that does, and brings nothing back.
func TestLedgerIsChangedByOneAtATime(t *testing.T) {
	const words, erased = "550 <ana@example.net> unknown", ""
	first, second := ticket.Attempt{Outbox: 1, Text: words}, ticket.Attempt{Outbox: 2, Text: words}
	erase := func(a ticket.Attempt) ticket.Attempt { a.Text = erased; return a }
	keeps := func(t *testing.T, l *Ledger) error { return l.keep(t.Context(), second) }
	erases := func(t *testing.T, l *Ledger) error { return l.Rewrite(t.Context(), erase) }
	for _, tt := range []struct {
		name string
		does func(l *Ledger, meanwhile func()) error // to a ledger that has the first
		then func(*testing.T, *Ledger) error         // begun meanwhile
		want map[ticket.OutboxID]string
	}{
		{"an outcome comes while somebody is erased", func(l *Ledger, meanwhile func()) error {
			return l.Rewrite(t.Context(), func(a ticket.Attempt) ticket.Attempt { meanwhile(); return erase(a) })
		}, keeps, map[ticket.OutboxID]string{1: erased, 2: words}},
		{"an outcome comes while another is recorded", func(l *Ledger, meanwhile func()) error {
			return l.hand(t.Context(), first, func(ticket.Attempt) error { meanwhile(); return nil })
		}, keeps, map[ticket.OutboxID]string{2: words}},
		{"somebody is erased while an outcome is recorded", func(l *Ledger, meanwhile func()) error {
			return l.hand(t.Context(), first, func(ticket.Attempt) error { meanwhile(); return nil })
		}, erases, map[ticket.OutboxID]string{}},
		{"somebody is erased while an outcome cannot be recorded", func(l *Ledger, meanwhile func()) error {
			l.hand(t.Context(), first, func(ticket.Attempt) error { meanwhile(); return errors.New("not now") })
			return nil
		}, erases, map[ticket.OutboxID]string{1: erased}},
	} {
		path := filepath.Join(t.TempDir(), "outcomes")
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, other := &Ledger{Path: path}, &Ledger{Path: path}
				if err := l.keep(t.Context(), first); err != nil {
					t.Fatal(err)
				}
				done := make(chan error, 1)
				err := tt.does(l, func() {
					go func() { done <- tt.then(t, other) }()
					synctest.Wait() // it is done, or waits
				})
				if err = errors.Join(err, <-done); err != nil {
					t.Error(err)
				}
				got := map[ticket.OutboxID]string{}
				all, err := l.Read()
				for _, a := range all {
					got[a.Outbox] = a.Text
				}
				if err != nil || !maps.Equal(got, tt.want) {
					t.Errorf("the ledger has %v (%v), want %v", got, err, tt.want)
				}
			})
		})
	}
}

// An outcome that was erased while it was kept is recorded without the words.
func TestOutcomeIsRecordedAsItIsKept(t *testing.T) {
	l := &Ledger{Path: filepath.Join(t.TempDir(), "outcomes")}
	a := ticket.Attempt{Outbox: 1, At: time.Now(), Text: "550 <ana@example.net> unknown"}
	if err := l.keep(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if err := l.Rewrite(t.Context(), func(a ticket.Attempt) ticket.Attempt { a.Text = ""; return a }); err != nil {
		t.Fatal(err)
	}
	times := 0
	for range 2 { // the second time nothing is left
		err := l.hand(t.Context(), a, func(now ticket.Attempt) error {
			times++
			if now.Text != "" {
				t.Errorf("%q is recorded", now.Text)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if times != 1 {
		t.Errorf("it was recorded %d times, want once", times)
	}
}
