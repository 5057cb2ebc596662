package pgserver

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// Stop lets the primary stand still, with all its processes and connections, until wake is called.
func (p *Pair) Stop(t testing.TB) (wake func()) {
	t.Helper()
	first, err := p.primary.process()
	if err != nil {
		t.Fatal(err)
	}
	all := []int{first}
	if err := syscall.Kill(first, syscall.SIGSTOP); err != nil { // it makes no other from here on
		t.Fatal(err)
	}
	wake = sync.OnceFunc(func() {
		for _, pid := range all {
			syscall.Kill(pid, syscall.SIGCONT)
		}
	})
	t.Cleanup(wake) // one that stands still does not end
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", first, first))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range strings.Fields(string(children)) {
		if pid, err := strconv.Atoi(text); err == nil && syscall.Kill(pid, syscall.SIGSTOP) == nil {
			all = append(all, pid)
		}
	}
	return wake
}

// LoseStandby ends the standby for good. No commit ends until GoOnAlone.
func (p *Pair) LoseStandby(t testing.TB) {
	t.Helper()
	if err := p.follow.halt(); err != nil {
		t.Fatal(err)
	}
}

// Pause lets the standby, which goes on to follow, show nothing of what it gets, until goOn is called: a commit that waits for that
// (synchronous_commit = remote_apply) does not end.
func (p *Pair) Pause(t testing.TB) (goOn func()) {
	t.Helper()
	tell := func(statement string) {
		t.Helper()
		if _, err := p.follow.pool.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	tell(`SELECT pg_wal_replay_pause()`)
	return func() { tell(`SELECT pg_wal_replay_resume()`) }
}

// GoOnAlone lets commits end without the standby.
func (p *Pair) GoOnAlone(t testing.TB) {
	t.Helper()
	for _, statement := range []string{`ALTER SYSTEM SET synchronous_standby_names = ''`, `SELECT pg_reload_conf()`} {
		if _, err := p.primary.pool.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// Swallower stands between a test and the primary, as a network does.
type Swallower struct {
	URL string
	// Swallows says that it takes what is sent, either way, and passes nothing on. A
	// connection of which it has swallowed something never works again.
	Swallows atomic.Bool
}

// Swallower returns one that swallows nothing yet.
func (p *Pair) Swallower(t testing.TB) *Swallower {
	t.Helper()
	folder, err := os.MkdirTemp("", "swallow-") // a short path, as it is one of a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	door, err := net.Listen("unix", filepath.Join(folder, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	s := &Swallower{URL: through(t, p.URL, folder, "5432")}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			client, err := door.Accept()
			if err != nil {
				return // the test is over
			}
			server, err := net.Dial("unix", filepath.Join(p.primary.folder, ".s.PGSQL.5432"))
			if err != nil {
				client.Close()
				continue
			}
			var lost atomic.Bool
			all.Go(func() { s.pass(client, server, &lost) })
			all.Go(func() { s.pass(server, client, &lost) })
		}
	})
	t.Cleanup(func() {
		door.Close()
		all.Wait()
	})
	return s
}

// pass passes on what comes from one side until one of both ends.
func (s *Swallower) pass(from, to net.Conn, lost *atomic.Bool) {
	defer from.Close()
	block := make([]byte, 64<<10)
	for {
		n, err := from.Read(block)
		if s.Swallows.Load() {
			lost.Store(true)
		}
		if lost.Load() && err == nil {
			continue
		}
		if err == nil {
			_, err = to.Write(block[:n])
		}
		if err != nil {
			to.Close()
			return
		}
	}
}
