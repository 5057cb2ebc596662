package outbox

import (
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
