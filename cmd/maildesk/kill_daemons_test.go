package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"maildesk/faulttest"
	"maildesk/faulttest/dovecot"
	"maildesk/faulttest/pgserver"
	"maildesk/store/groupcommit"
)

// member is one of several daemons on a database, which its service manager starts again
// whenever it ends.
type member struct {
	*killable
	mu      sync.Mutex
	running *exec.Cmd
	ends    int // how often it ended

	database *sql.DB // that they share
}

// supervise runs the daemon until ctx is done, and ends it then.
func (m *member) supervise(ctx context.Context) error {
	for {
		cmd := exec.Command(m.daemon, "-c", m.config, "serve")
		cmd.Stderr, cmd.Env = &m.log, append(os.Environ(), m.env...)
		if err := cmd.Start(); err != nil {
			return err
		}
		m.mu.Lock()
		m.running = cmd
		m.mu.Unlock()
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		select {
		case <-ended:
			m.mu.Lock()
			m.ends++
			m.mu.Unlock()
		case <-ctx.Done():
			cmd.Process.Signal(syscall.SIGTERM)
			err := <-ended
			if cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() == syscall.SIGTERM {
				return nil // it had only just been started, and did not listen yet
			}
			if err != nil && !strings.Contains(lastOf(m.log.String(), 2000), groupcommit.ErrBroken.Error()) { // else it was about to end by itself
				return err
			}
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// signal sends a signal to the daemon as it runs now.
func (m *member) signal(s os.Signal) *exec.Cmd {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.running.Process.Signal(s)
	return m.running
}

// process is the daemon as it runs now.
func (m *member) process() *os.Process {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.running.Process
}

// ended returns how often the daemon has ended.
func (m *member) ended() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.ends
}

// hasEnded waits for at most a time until the daemon has ended more than a number of times, and reports
// whether it has.
func (m *member) hasEnded(times int, within time.Duration) bool {
	for end := time.Now().Add(within); ; time.Sleep(50 * time.Millisecond) {
		if ends := m.ended(); ends > times || time.Now().After(end) {
			return ends > times
		}
	}
}

// openMembers returns daemons on one database and the hop that they send to. All have the
// same keys. They run without the race detector, which three at a time would keep two processors busy
// for, unless withDetector is called.
func openMembers(t *testing.T, n int, database string) ([]*member, *nextHop) {
	t.Helper()
	hop := &nextHop{mails: map[string][][sha256.Size]byte{}}
	first := openKillableTo(t, hop)
	text, err := os.ReadFile(first.config)
	if err != nil {
		t.Fatal(err)
	}
	var members []*member
	shared := openDatabase(t, database)
	for i := range n {
		k := &killable{t: t, binary: first.binary, daemon: first.binary, config: filepath.Join(t.TempDir(), "maildesk.toml")}
		if k.addr, err = faulttest.FreeAddr(); err != nil {
			t.Fatal(err)
		}
		own := strings.NewReplacer("[desk]\n", fmt.Sprintf("[desk]\ndata = %q\n", database), first.addr, k.addr).Replace(string(text))
		if err := os.WriteFile(k.config, []byte(own), 0o600); err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			keys, err := os.ReadFile(filepath.Join(members[0].data(), "keys"))
			if err == nil {
				err = os.MkdirAll(k.data(), 0o700)
			}
			if err == nil {
				err = os.WriteFile(filepath.Join(k.data(), "keys"), keys, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		} else {
			k.start() // makes the keys and the tables
			k.kill()
		}
		members = append(members, &member{killable: k, database: shared})
	}
	return members, hop
}

// withDetector lets daemons run with the race detector, where the tests have it.
func withDetector(t *testing.T, members []*member) {
	t.Helper()
	for _, m := range members {
		m.daemon = program(t).daemon
	}
}

// pastLease is longer than a daemon may be silent (10 s) until others bury it.
const pastLease = 14 * time.Second

// strike does something bad to one of the daemons, or to all, and returns when it is over.
func strike(t *testing.T, n int, members []*member, server *pgserver.Server, database string) {
	m := members[rand.IntN(len(members))]
	switch n % 6 {
	default:
		m.signal(syscall.SIGKILL)
	case 1: // frozen, and woken when others have taken its work over
		cmd := m.signal(syscall.SIGSTOP)
		time.Sleep(pastLease)
		cmd.Process.Signal(syscall.SIGCONT)
	case 2: // all lose their connections, as with a server that is restarted
		server.End(t, database)
	case 3: // the server itself ends at once, and is started again
		server.Crash(t)
	case 4: // frozen for a moment
		cmd := m.signal(syscall.SIGSTOP)
		time.Sleep(time.Duration(rand.IntN(3000)) * time.Millisecond)
		cmd.Process.Signal(syscall.SIGCONT)
	}
}

// TestSeveralDaemons has three daemons on one database take mails, while they are killed, are
// frozen past their lease, lose their connections and the server crashes. Every mail that was told 250 makes one
// ticket and gets its acknowledgement; a second copy of one has the very same bytes.
// MAILDESK_DAEMONS="60 20000" has as many faults and mails.
func TestSeveralDaemons(t *testing.T) {
	t.Parallel() // it waits for daemons to be missed
	faults, mails := 4, 60
	if os.Getenv(faulttest.Variable) == "long" {
		faults, mails = 60, 20000
	}
	if size := os.Getenv("MAILDESK_DAEMONS"); size != "" {
		if _, err := fmt.Sscan(size, &faults, &mails); err != nil {
			t.Fatalf("MAILDESK_DAEMONS: %v", err)
		}
	}
	server, database := pgserver.Alone(t)
	members, hop := openMembers(t, 3, database)
	withDetector(t, members)
	r := underFaults(t, members, hop, mails, nil, func() {
		for n := range faults {
			time.Sleep(time.Duration(300+rand.IntN(1500)) * time.Millisecond)
			strike(t, n, members, server, database)
		}
	})
	t.Logf("%d faults, %s", faults, r)
}

// TestT180Failover has three daemons on a server with a standby, which takes over while mails come in: every
// mail that was told 250 is on the standby, and the daemons go on there by the same URL.
func TestT180Failover(t *testing.T) {
	t.Parallel() // it waits for a standby to take over
	mails := 150
	if os.Getenv(faulttest.Variable) == "long" {
		mails = 2000
	}
	pair := pgserver.NewPair(t)
	members, hop := openMembers(t, 3, pair.URL)
	r := underFaults(t, members, hop, mails, nil, func() {
		hop.wait(mails / 3)
		pair.FailOver(t)
		for _, m := range members {
			if !m.hasEnded(0, 3*time.Minute) {
				t.Errorf("the daemon at %s works on as if nothing had happened", m.addr)
			}
		}
	})
	faulttest.Seen(t, "T180", "the primary ends at once and its synchronous standby takes over, while three daemons take mails", "%s", r)
}

// underFaults has daemons take mails while something bad is done to them, and fails where one is
// lost, makes two tickets, or goes out twice in other bytes. Where before is not nil, it is called before each
// mail is sent. It returns the figures.
func underFaults(t *testing.T, members []*member, hop *nextHop, mails int, before func(mail int), strikes func()) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var daemons, senders sync.WaitGroup
	for _, m := range members {
		daemons.Go(func() {
			if err := m.supervise(ctx); err != nil {
				t.Errorf("a daemon ended with %v:\n%s", err, &m.log)
			}
		})
	}
	defer daemons.Wait()
	defer stop()
	begun := time.Now()
	var struck sync.WaitGroup
	over := make(chan struct{})
	struck.Go(func() {
		defer close(over)
		strikes()
	})
	for s := range killSenders {
		senders.Go(func() {
			for i := s; i < mails; i += killSenders {
				raw := killLetter(i)
				if before != nil {
					before(i)
				}
				for ctx.Err() == nil && sendMail(members[rand.IntN(len(members))].addr, fmt.Sprintf("u%d@example.net", i), "support@example.org", raw) != nil {
					time.Sleep(20 * time.Millisecond)
				}
				select {
				case <-over:
				case <-time.After(time.Duration(rand.IntN(200)) * time.Millisecond): // spread over the faults
				}
			}
		})
	}
	senders.Wait()
	struck.Wait()
	if got := hop.wait(mails); got != mails {
		for _, m := range members {
			t.Logf("log of %s:\n%s", m.addr, lastOf(m.log.String(), 6000))
		}
		t.Fatalf("%d of %d requests are acknowledged. In quarantine:\n%s\nOutbox:\n%s", got, mails, members[0].run("quarantine", "list"), members[0].run("outbox"))
	}
	took := time.Since(begun)
	// A copy of which nobody was told that it is kept may wait for whoever has the clock.
	awaitText(t, "the end of what is pending", func() bool { return strings.Contains(members[0].run("check", "--data"), " 0 pending") })
	stop()
	daemons.Wait()

	tickets := map[string]int{}
	for line := range strings.Lines(members[0].run("list", "--mails")) {
		tickets[strings.Fields(line)[1]]++
	}
	twice := 0
	for i := range mails {
		id := fmt.Sprintf("<kill.%d@example.net>", i)
		if tickets[id] != 1 {
			t.Errorf("%s is in %d tickets, want 1", id, tickets[id])
		}
		copies := hop.of(id)
		twice += len(copies) - 1
		for _, c := range copies {
			if c != copies[0] {
				t.Errorf("the copies of the acknowledgement of %s differ", id)
			}
		}
	}
	members[0].sound()
	return fmt.Sprintf("%d mails, %d daemons, which ended %d times, in %s: lost 0, doubled 0, missing 0; %d acknowledgements sent twice in the unavoidable window", mails, len(members), endsOf(members), took.Round(time.Second), twice)
}

// TestMailboxesOfSeveralDaemons has three daemons fetch three mailboxes, one each, of which they move, delete or
// leave the mails. When one is killed, or frozen, another one fetches its mailbox; one that wakes later does
// nothing there. Each mail makes one ticket, comes in once and is acknowledged.
func TestMailboxesOfSeveralDaemons(t *testing.T) {
	t.Parallel() // it waits for daemons to be missed
	server := dovecot.Start(t, dovecot.Options{})
	members, hop := openMembers(t, 3, pgserver.Database(t))
	var accounts []string
	for _, m := range members {
		accounts = addMailboxes(t, m.killable, server)
	}
	ctx, stop := context.WithCancel(t.Context())
	var daemons sync.WaitGroup
	for _, m := range members {
		daemons.Go(func() {
			if err := m.supervise(ctx); err != nil {
				t.Errorf("a daemon ended with %v:\n%s", err, &m.log)
			}
		})
	}
	defer daemons.Wait()
	defer stop()
	mails := 0
	bring := func(when string) { // a mail for each mailbox
		t.Helper()
		for _, account := range accounts {
			dovecot.Append(t, server.Client(account), "INBOX", time.Now(), string(killLetter(mails)))
			mails++
		}
		if got := hop.wait(mails); got != mails {
			t.Fatalf("%s, %d of %d mails are acknowledged: %v\n%s", when, got, mails, fetchers(members[0], accounts), members[0].run("mailboxes"))
		}
	}
	spread := func(when string) map[string]int {
		t.Helper()
		var found map[string]int
		awaitText(t, when+", a mailbox for each daemon", func() bool {
			found = fetchers(members[0], accounts)
			pids := map[int]bool{}
			for _, pid := range found {
				pids[pid] = true
			}
			return len(found) == len(accounts) && len(pids) == len(members)
		})
		return found
	}
	holder := func(account string) *member {
		pid := spread("before a fault")[account]
		for _, m := range members {
			if m.process().Pid == pid {
				return m
			}
		}
		t.Fatalf("process %d, which fetches %s, is none of the daemons", pid, account)
		return nil
	}
	awaitContact(t, members[0].killable, len(accounts))
	found := spread("at the start")
	out := members[0].run("check", "--data")
	for account, pid := range found {
		if !regexp.MustCompile(fmt.Sprintf(`(?m)^daemon: maildesk, process %d on .*, fetches "INBOX" of %s`, pid, regexp.QuoteMeta(account))).MatchString(out) {
			t.Errorf("process %d fetches %s, which check --data does not say:\n%s", pid, account, out)
		}
	}
	bring("at the start")
	holder(accounts[0]).signal(syscall.SIGKILL)
	bring("after a kill")
	frozen := holder(accounts[1])
	asleep := frozen.signal(syscall.SIGSTOP)
	bring("while one daemon is frozen")
	if pid, held := fetchers(members[0], accounts)[accounts[1]]; !held || pid == asleep.Process.Pid {
		t.Errorf("the mailbox of the frozen daemon is fetched by process %d (%t)", pid, held)
	}
	asleep.Process.Signal(syscall.SIGCONT)
	awaitText(t, "the end of a daemon that was frozen for longer than its lease", func() bool { return frozen.process() != asleep.Process })
	bring("after it woke")
	spread("at the end")
	stop()
	daemons.Wait()

	tickets := map[string]int{}
	for line := range strings.Lines(members[0].run("list", "--mails")) {
		tickets[strings.Fields(line)[1]]++
	}
	for i := range mails {
		if id := fmt.Sprintf("<kill.%d@example.net>", i); tickets[id] != 1 {
			t.Errorf("%s is in %d tickets, want 1", id, tickets[id])
		}
	}
	if figures := members[0].figures(); figures["new"] != mails || figures["duplicate"] != 0 {
		t.Errorf("of %d mails that came once check --data says %v", mails, figures)
	}
	awaitEmpty(t, server, accounts[:2])
	for i, folder := range []string{"Done", "", "INBOX"} {
		if n := len(uidsOf(t, server, accounts[i], cmp.Or(folder, "INBOX"))); folder != "" && n != mails/len(accounts) {
			t.Errorf("%s of %s has %d mails, want %d", folder, accounts[i], n, mails/len(accounts))
		}
	}
	members[0].sound()
}

func lastOf(s string, n int) string { return s[max(0, len(s)-n):] }
