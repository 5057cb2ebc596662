package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"maildesk/desk/trouble"
	"maildesk/durable"
	"maildesk/faulttest/pgserver"
	"maildesk/store"
	"maildesk/ticket"
)

// among opens a daemon on a database, whose store alone runs until freeze is called: the test looks for troubles when it wants.
// End closes it. Its configuration is in a folder; keys are those of another folder, if that is not empty.
func among(t *testing.T, url, folder, keys string) (o *observed, freeze func(), end func() error) {
	t.Helper()
	path := filepath.Join(folder, "maildesk.toml")
	writeConfig(t, path, strings.Replace(firstConfig, "[desk]\n", fmt.Sprintf("[desk]\n%s\ndata = %q\n", toBoss, url), 1))
	if keys != "" {
		if err := os.MkdirAll(filepath.Join(folder, "data"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := durable.Copy(filepath.Join(keys, "data", "keys"), filepath.Join(folder, "data", "keys")); err != nil {
			t.Fatal(err)
		}
	}
	d, err := Open(t.Context(), loaded(t, path), Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var runs sync.WaitGroup
	runs.Go(func() { d.local.Store.Run(ctx) }) // what it returns shows in what the test sees
	freeze = sync.OnceFunc(func() { cancel(); runs.Wait() })
	end = sync.OnceValue(func() error { freeze(); return d.Close() })
	t.Cleanup(func() { end() }) // one that was buried cannot leave in order
	return &observed{d, t, 0}, freeze, end
}

// awaitThat waits until something is so.
func awaitThat(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !is(); time.Sleep(10 * time.Millisecond) { // nobody is told
		if time.Now().After(end) {
			t.Fatalf("not within two minutes: %s", what)
		}
	}
}

// The admin learns of the troubles of each of several daemons, whoever has the clock, once, and once when they are over; so
// it is when one of them stands aside, and when one is gone.
func TestTroublesAmongDaemonsAreTold(t *testing.T) {
	t.Parallel() // it waits for a daemon to be missed
	url, folders := pgserver.Database(t), [2]string{t.TempDir(), t.TempDir()}
	first, _, _ := among(t, url, folders[0], "")
	ctx, stopClock := context.WithCancel(t.Context())
	var clock sync.WaitGroup
	clock.Go(func() {
		first.underClock(func(ctx context.Context) error { <-ctx.Done(); return nil })(ctx) // an error shows below
	})
	defer clock.Wait()
	defer stopClock()
	awaitThat(t, "the first daemon has the clock", func() bool { return first.local.Store.HoldsTerm(store.Clock) })
	second, freezeSecond, endSecond := among(t, url, folders[1], folders[0])
	place := second.local.Store.Place()
	sees := func(what string, is func(silent, differs bool) bool) {
		t.Helper()
		awaitThat(t, what, func() bool {
			for _, n := range first.local.Store.Nodes() {
				if n.Place() == place {
					return is(n.Silent, first.local.Store.Differs(n))
				}
			}
			return false
		})
	}
	sees("the first daemon sees the second", func(silent, differs bool) bool { return !silent && !differs })

	t.Run("of the second's own", func(t *testing.T) {
		const mib = 1 << 20
		for _, tt := range []struct {
			kind         ticket.TroubleKind
			subject      string
			begins, ends func()
		}{
			{
				ticket.TroubleDisk, "the disk is nearly full",
				func() { second.monitor.disk = func() (int64, int64, error) { return 511 * mib, 64 * mib, nil } },
				func() { second.monitor.disk = func() (int64, int64, error) { return 600 * mib, 64 * mib, nil } },
			},
			{
				ticket.TroubleConfig, "the configuration was refused",
				func() { second.refuse(t.Context(), "maildesk.toml", errors.New("unknown key")) },
				func() { second.inForce(t.Context(), second.policy.cfg) },
			},
			{
				ticket.TroubleClock, "the clock is wrong",
				func() {
					second.monitor.ahead = func(context.Context) (time.Duration, error) { return -2 * time.Minute, nil }
				},
				func() { second.monitor.ahead = second.local.Store.Ahead },
			},
			{
				ticket.TroubleSecurity, "security events pile up",
				func() {
					for range second.Desk().Settings().SecurityEvents {
						second.sightings.add(trouble.LoginFailed, netip.MustParseAddr("203.0.113.7"), "alice")
					}
				},
				func() { second.sightings.since(time.Now()) },
			},
		} {
			look := func(stands bool, told ...string) {
				t.Helper()
				if err := second.observeMachine(t.Context(), time.Now()); err != nil {
					t.Fatal(err)
				}
				first.look(0, tt.kind, stands, told...)
			}
			subject := tt.subject + " at " + place
			tt.begins()
			look(true, subject)
			look(true)
			tt.ends()
			look(false, "over: "+subject)
		}
	})

	subject := "daemon at " + place
	settings := func(use string, differs bool) {
		t.Helper()
		if err := second.local.Store.UseSettings(t.Context(), use); err != nil {
			t.Fatal(err)
		}
		sees("the settings of the second", func(_, now bool) bool { return now == differs })
	}
	settings("others", true)
	first.look(0, ticket.TroubleDaemon, false) // the configuration may be on its way
	first.look(3*time.Minute, ticket.TroubleDaemon, true, subject)
	first.look(4*time.Minute, ticket.TroubleDaemon, true)
	tellLate := func() {
		t.Helper()
		if err := first.Desk().NotifyLate(t.Context(), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	// What is amiss at its machine the one with the clock tells, and once.
	for _, tt := range []struct {
		free int64 // MiB
		told string
	}{{60, "the disk is nearly full at " + place}, {600, "over: the disk is nearly full at " + place}} {
		second.monitor.disk = func() (int64, int64, error) { return tt.free << 20, 64 << 20, nil }
		for range 2 {
			if err := second.observeMachine(t.Context(), time.Now()); err != nil {
				t.Fatalf("aside, with %d MiB: %v", tt.free, err)
			}
		}
		first.look(4*time.Minute, ticket.TroubleDisk, tt.free < 64)
		tellLate()
		first.look(4*time.Minute, ticket.TroubleDisk, tt.free < 64, tt.told)
		tellLate()
		first.look(4*time.Minute, ticket.TroubleDisk, tt.free < 64)
	}
	if err := second.shareSettings(t.Context(), second.policy.cfg); err != nil {
		t.Fatal(err)
	}
	sees("the settings are the same", func(_, differs bool) bool { return !differs })
	first.look(0, ticket.TroubleDaemon, false, "over: "+subject)

	freezeSecond() // it does not leave: nobody knows what became of it
	awaitThat(t, "the second daemon is buried", func() bool { return len(first.local.Store.Nodes()) == 1 })
	tellLate()
	tellLate()
	first.look(0, ticket.TroubleDaemon, true, subject)
	endSecond() // the lock of the folder; an error, as it was buried
	_, _, endAgain := among(t, url, folders[1], "")
	sees("the second daemon is back", func(silent, differs bool) bool { return !silent && !differs })
	first.look(0, ticket.TroubleDaemon, false, "over: "+subject)
	if err := endAgain(); err != nil {
		t.Fatal(err)
	}
	awaitThat(t, "the second daemon has left", func() bool { return len(first.local.Store.Nodes()) == 1 })
	tellLate()
	first.look(0, ticket.TroubleDaemon, false)

	// What was amiss at a machine that does not come back stands for a week.
	for _, s := range []ticket.Trouble{{Kind: ticket.TroubleDaemon, Subject: "daemon at mail9:/data", Mark: ticket.MarkGone}, {Kind: ticket.TroubleDisk, Subject: "the disk is nearly full at mail9:/data"}} {
		if err := first.Desk().Trouble(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	first.look(0, ticket.TroubleDaemon, true, "daemon at mail9:/data", "the disk is nearly full at mail9:/data")
	first.look(6*24*time.Hour, ticket.TroubleDaemon, true)
	first.look(8*24*time.Hour, ticket.TroubleDaemon, false, "over: daemon at mail9:/data", "over: the disk is nearly full at mail9:/data")
}
