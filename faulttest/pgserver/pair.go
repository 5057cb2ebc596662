package pgserver

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// Pair is a server and its standby, which has every commit before that is told as done. Both are
// those of one test.
type Pair struct {
	URL             string // of a database on whichever of both takes changes
	primary, follow *Server
}

// NewPair starts a pair with an empty database.
func NewPair(t testing.TB) *Pair {
	t.Helper()
	primary := own(t, run)
	follow := own(t, newServer)
	copied := follow.command("pg_basebackup", "--host="+primary.folder, "--username=postgres", "--pgdata="+follow.data(), "--write-recovery-conf", "--checkpoint=fast", "--no-sync")
	if out, err := copied.CombinedOutput(); err != nil {
		t.Fatalf("pg_basebackup: %v\n%s", err, out)
	}
	if err := follow.launch(); err != nil {
		t.Fatalf("the standby: %v", err)
	}
	p := &Pair{primary: primary, follow: follow}
	p.URL = (&url.URL{Scheme: "postgres", Path: "/desk", RawQuery: url.Values{"host": {primary.folder + "," + follow.folder}, "port": {"5432,5432"}, "user": {"postgres"},
		"target_session_attrs": {"read-write"}}.Encode()}).String()
	for _, statement := range []string{`CREATE DATABASE desk TEMPLATE template0`, `ALTER SYSTEM SET synchronous_standby_names = '*'`, `SELECT pg_reload_conf()`} {
		if _, err := primary.pool.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	for try := 0; ; try++ {
		var sync bool
		err := primary.pool.QueryRowContext(t.Context(), `SELECT EXISTS (SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync')`).Scan(&sync)
		if sync {
			return p
		}
		if err != nil || try == 600 {
			t.Fatalf("the standby does not follow synchronously: %v", err)
		}
		time.Sleep(100 * time.Millisecond) // nobody is told when it does
	}
}

// UserURL makes a user without rights with a database of its own, and returns its address.
func (p *Pair) UserURL(t testing.TB, user string) string {
	t.Helper()
	for _, statement := range []string{`CREATE ROLE ` + user + ` LOGIN`, `CREATE DATABASE ` + user + ` OWNER ` + user + ` TEMPLATE template0`} {
		if _, err := p.primary.pool.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	return strings.NewReplacer("/desk?", "/"+user+"?", "user=postgres", "user="+user).Replace(p.URL)
}

// FailOver ends the primary at once and for good, and makes the standby one.
func (p *Pair) FailOver(t testing.TB) {
	t.Helper()
	if err := p.primary.halt(); err != nil {
		t.Fatal(err)
	}
	var done bool
	if err := p.follow.pool.QueryRowContext(t.Context(), `SELECT pg_promote()`).Scan(&done); err != nil || !done {
		t.Fatalf("the standby does not take over: %t, %v", done, err)
	}
}
