package outbox

import (
	"context"
	"errors"
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
			if err := ledger.keep(ticket.Attempt{Outbox: id, At: now, State: ticket.OutboxSent}); err != nil {
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
