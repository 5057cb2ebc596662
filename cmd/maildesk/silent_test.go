package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"maildesk/faulttest/pgserver"
	"maildesk/store/postgres"
)

// TestSilentDatabase lets the database be silent while mails come in, in all ways in which no connection ends:
// for one of three daemons, whose network swallows what is sent, and for all, as the server stands still, and then as the
// standby for which commits wait is gone. Each that it concerns ends by itself and says why; the others,
// and those that are started again once the database answers, go on.
func TestSilentDatabase(t *testing.T) {
	t.Parallel() // it waits for daemons to end
	pair := pgserver.NewPair(t)
	members, hop := openMembers(t, 3, pair.URL)
	network := pair.Swallower(t)
	text, err := os.ReadFile(members[0].config)
	if err != nil {
		t.Fatal(err)
	}
	own := strings.Replace(string(text), pair.URL, network.URL, 1)
	if err := os.WriteFile(members[0].config, []byte(own), 0o600); err != nil || own == string(text) {
		t.Fatalf("the database of the first daemon: %v\n%s", err, text)
	}
	const phases, each = 3, 30
	var gates [phases]chan struct{}
	for i := range gates {
		gates[i] = make(chan struct{})
	}
	opened := 0
	open := func(n int) {
		for ; opened < n; opened++ {
			close(gates[opened])
		}
	}
	// silence lets something happen when the first mails of a phase are through, and fails unless each of some daemons
	// ends then, and it or the one that is started after it says why.
	silence := func(phase int, of []*member, why error, happens func()) {
		hop.wait(phase * each)
		open(phase + 1)
		hop.wait(phase*each + 3)
		var before, logged []int
		for _, m := range of {
			before, logged = append(before, m.ended()), append(logged, len(m.log.String()))
		}
		happens()
		for i, m := range of {
			for end := time.Now().Add(3 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
				ended, said := m.ended() > before[i], m.log.String()[logged[i]:]
				if ended && strings.Contains(said, why.Error()) {
					break
				}
				if time.Now().After(end) {
					t.Errorf("the daemon at %s has ended: %t, and does not say: %v\n%s", m.addr, ended, why, lastOf(said, 4000))
					break
				}
			}
		}
	}
	r := underFaults(t, members, hop, phases*each, func(mail int) { <-gates[mail/each] }, func() {
		defer open(phases)
		silence(0, members[:1], postgres.ErrSilent, func() { network.Swallows.Store(true) })
		network.Swallows.Store(false)
		wake := func() {}
		silence(1, members, postgres.ErrSilent, func() { wake = pair.Stop(t) })
		wake()
		silence(2, members, postgres.ErrNoStandby, func() { pair.LoseStandby(t) })
		pair.GoOnAlone(t)
	})
	t.Logf("silent in three ways, %s", r)
}
