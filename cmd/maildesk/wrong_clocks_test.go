package main

import (
	"regexp"
	"syscall"
	"testing"
	"time"

	"maildesk/faulttest/pgserver"
	"maildesk/faulttest/skew"
)

// TestDaemonsWithWrongClocks has three daemons on one database take mails, one of them by a clock that is five minutes
// ahead, one by a clock five minutes behind. As long as all are well one has the term of the clock, and nothing is sent
// twice. Then the third one is frozen past its lease, so that the two take its work over, and both are killed: nothing is
// lost, nothing makes two tickets, and all are well again.
func TestDaemonsWithWrongClocks(t *testing.T) {
	if !skew.Possible {
		t.Skip("the clock of a process can be set wrong on Linux on amd64 only")
	}
	t.Parallel() // it waits for daemons to be missed
	const mails = 60
	members, hop := openMembers(t, 3, pgserver.Database(t))
	withDetector(t, members) // and with what sets their clocks wrong
	wrong := map[*member]time.Duration{members[1]: 5 * time.Minute, members[2]: -5 * time.Minute}
	for m, by := range wrong {
		m.env = []string{skew.Variable + "=" + by.String()}
	}
	r := underFaults(t, members, hop, mails, nil, func() {
		hop.wait(mails / 3)
		members[0].awaitAllWell(len(members))
		if twice := hop.twice(); len(twice) > 0 && endsOf(members) == 0 {
			t.Errorf("while all daemons are well the acknowledgements of %q are sent twice", twice)
		}
		asleep := members[0].signal(syscall.SIGSTOP)
		time.Sleep(pastLease)
		asleep.Process.Signal(syscall.SIGCONT)
		awaitText(t, "the end of a daemon that was frozen for longer than its lease", func() bool { return members[0].process() != asleep.Process })
		for m := range wrong {
			killed := m.signal(syscall.SIGKILL)
			awaitText(t, "a daemon in the place of one that was killed", func() bool { return m.process() != killed.Process })
		}
		for tries, before := 5, -1; before != endsOf(members); tries-- { // a machine may be too busy for a sign of life
			if tries == 0 {
				t.Errorf("in five times %s daemons ended: they bury each other though all are well", pastLease)
				break
			}
			before = endsOf(members)
			time.Sleep(pastLease)
		}
	})
	for _, m := range members {
		if is := time.Until(lastTime(t, m)); (is - wrong[m]).Abs() > 2*time.Minute {
			t.Errorf("a daemon has logged something %s from now, want %s: its clock is not as it should be", is, wrong[m])
		}
	}
	t.Logf("clocks that differ by ten minutes, %s", r)
}

// endsOf returns how often daemons have ended.
func endsOf(members []*member) (ends int) {
	for _, m := range members {
		ends += m.ended()
	}
	return ends
}

// lastTime returns when a daemon logged something last, by its own clock.
func lastTime(t *testing.T, m *member) time.Time {
	t.Helper()
	all := regexp.MustCompile(`(?m)^time=(\S+) `).FindAllStringSubmatch(m.log.String(), -1)
	if len(all) == 0 {
		t.Fatalf("the log has no times:\n%s", &m.log)
	}
	at, err := time.Parse(time.RFC3339, all[len(all)-1][1])
	if err != nil {
		t.Fatal(err)
	}
	return at
}
