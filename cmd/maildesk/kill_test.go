package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"maildesk/faulttest"
	"maildesk/faulttest/pgserver"
	"maildesk/mailparse"
)

// nextHop takes the mails of a desk and remembers them.
type nextHop struct {
	onMail func() // before the 250; may be nil
	mu     sync.Mutex
	mails  map[string][][sha256.Size]byte // the mail that is answered → prints of what came
}

func (h *nextHop) NewSession(*smtp.Conn) (smtp.Session, error) { return &hopSession{h}, nil }

type hopSession struct{ hop *nextHop }

func (s *hopSession) Mail(string, *smtp.MailOptions) error { return nil }
func (s *hopSession) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s *hopSession) Reset()                               {}
func (s *hopSession) Logout() error                        { return nil }
func (s *hopSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m := mailparse.Parse(raw, mailparse.Envelope{})
	if s.hop.onMail != nil {
		s.hop.onMail()
	}
	s.hop.mu.Lock()
	defer s.hop.mu.Unlock()
	if len(m.InReplyTo) == 1 {
		s.hop.mails[m.InReplyTo[0]] = append(s.hop.mails[m.InReplyTo[0]], sha256.Sum256(raw))
	}
	return nil
}

// killable is a desk in a process of its own.
type killable struct {
	t      *testing.T
	binary string // of its commands
	daemon string // that of its daemon
	config string
	addr   string
	prefix []string // a command that runs the desk
	env    []string // what its daemon has in its environment besides ours
	cmd    *exec.Cmd
	log    logBuffer
}

// logBuffer is a log that can be read while it is written.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (k *killable) start() {
	k.t.Helper()
	command := append(slices.Clone(k.prefix), k.daemon, "-c", k.config, "serve")
	k.cmd = exec.Command(command[0], command[1:]...)
	k.cmd.Stderr, k.cmd.Env = &k.log, append(os.Environ(), k.env...)
	if err := k.cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if c, err := net.Dial("tcp", k.addr); err == nil {
			c.Close()
			return
		}
	}
	k.t.Fatalf("the desk did not come up: %s", &k.log)
}

// kill ends the process at once: kill -9.
func (k *killable) kill() {
	k.cmd.Process.Kill()
	k.cmd.Wait()
}

func (k *killable) run(args ...string) string {
	k.t.Helper()
	out, err := exec.Command(k.binary, append([]string{"-c", k.config}, args...)...).CombinedOutput()
	if err != nil {
		k.t.Fatalf("maildesk %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// TestT002KillUnderLoad ends the desk with kill -9 at five random times, fifty in
// the long half, while mail comes in. Every mail that was told 250 makes one ticket and gets
// its acknowledgement; a second copy of one has the very same bytes.
func TestT002KillUnderLoad(t *testing.T) {
	mails, kills := 150, 5
	if os.Getenv(faulttest.Variable) == "long" {
		mails, kills = 1500, 50
	}
	k, hop := openKillable(t)
	doubled := killUnderLoad(t, k, hop, mails, kills)
	if out := k.run("rebuild", k.data()+".rebuilt"); !strings.Contains(out, "; 0 differences") {
		t.Errorf("rebuild says %s", out)
	}
	faulttest.Seen(t, "T002", fmt.Sprintf("kill -9 at %d random times while %d mails come in over %d connections", kills, mails, killSenders),
		"lost 0, doubled 0, acknowledgements missing 0; %d sent twice, byte for byte, in the unavoidable window; conservation holds; tickets made anew from the journal are the same", doubled)
}

// TestKillUnderLoadOnServer is the same with the database on PostgreSQL.
func TestKillUnderLoadOnServer(t *testing.T) {
	t.Parallel() // it waits for mails to come
	mails, kills := 60, 3
	if os.Getenv(faulttest.Variable) == "long" {
		mails, kills = 1500, 50
	}
	database := pgserver.Database(t)
	k, hop := openKillable(t)
	text, err := os.ReadFile(k.config)
	if err == nil {
		err = os.WriteFile(k.config, []byte(strings.Replace(string(text), "[desk]\n", fmt.Sprintf("[desk]\ndata = %q\n", database), 1)), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	killUnderLoad(t, k, hop, mails, kills)
	if files, err := filepath.Glob(filepath.Join(k.data(), "*.db")); err != nil || len(files) > 0 {
		t.Errorf("the data folder has %v (%v), want no database", files, err)
	}
	if out := k.run("search", "subject:request 17"); strings.Contains(out, "No tickets") {
		t.Errorf("search says %s", out)
	}
	if out := k.run("rebuild", k.data()+".rebuilt"); !strings.Contains(out, "; 0 differences") {
		t.Errorf("rebuild says %s", out)
	}
	if out := k.run("erase", "--yes", "--open", "u1@example.net"); !strings.Contains(out, "nothing is left") || bytes.Contains(pgserver.Dump(t, database), []byte("u1@example.net")) {
		t.Errorf("maildesk erase says %s, and a dump of the database has the address: %t", out, bytes.Contains(pgserver.Dump(t, database), []byte("u1@example.net")))
	}
}

// killSenders is how many connections bring mail.
const killSenders = 6

// killUnderLoad ends a desk a number of times while mails come in, and returns how many
// acknowledgements went out twice. Whatever else is wrong fails the test.
func killUnderLoad(t *testing.T, k *killable, hop *nextHop, mails, kills int) (doubled int) {
	t.Helper()
	k.start()
	ctx, stop := context.WithTimeout(t.Context(), 4*time.Minute)
	defer stop()
	var wg sync.WaitGroup
	for s := range killSenders {
		wg.Go(func() {
			for i := s; i < mails; i += killSenders {
				if !keepSending(ctx, k.addr, i) {
					t.Errorf("mail %d was never taken", i)
					return
				}
				time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond) // spread over the kills
			}
		})
	}
	for range kills {
		time.Sleep(time.Duration(50+rand.IntN(250)) * time.Millisecond)
		k.kill()
		k.start()
	}
	wg.Wait()
	if got := hop.wait(mails); got != mails {
		t.Fatalf("%d of %d requests are acknowledged. In quarantine:\n%s\nTickets:\n%s\nOutbox:\n%s",
			got, mails, k.run("quarantine", "list"), k.run("list", "-a"), k.run("outbox"))
	}
	k.handled() // a copy of a mail whose 250 was lost waits until that is handled
	k.cmd.Process.Signal(syscall.SIGTERM)
	if err := k.cmd.Wait(); err != nil {
		t.Errorf("the desk ended with %v", err)
	}

	tickets := map[string]int{}
	for line := range strings.Lines(k.run("list", "--mails")) {
		tickets[strings.Fields(line)[1]]++
	}
	for i := range mails {
		id := fmt.Sprintf("<kill.%d@example.net>", i)
		if tickets[id] != 1 {
			t.Errorf("%s is in %d tickets, want 1", id, tickets[id])
		}
		copies := hop.of(id)
		doubled += len(copies) - 1
		for _, c := range copies {
			if c != copies[0] {
				t.Errorf("the copies of the acknowledgement of %s differ", id)
			}
		}
	}
	t.Logf("%d mails, %d kills: lost 0, acknowledgements sent twice in the unavoidable window: %d", mails, kills, doubled)
	k.sound()
	return doubled
}

// sound fails the test unless check --data finds everything whole and handled.
func (k *killable) sound() {
	k.t.Helper()
	if out := k.run("check", "--data"); !strings.Contains(out, " 0 pending") || !strings.Contains(out, "is sound") {
		k.t.Errorf("check --data says %s", out)
	}
}

// keepSending tries until the desk takes mail i, as a mail server would.
func keepSending(ctx context.Context, addr string, i int) bool {
	raw := killLetter(i)
	for ctx.Err() == nil {
		if sendMail(addr, fmt.Sprintf("u%d@example.net", i), "support@example.org", raw) == nil {
			return true
		}
		time.Sleep(20 * time.Millisecond)
	}
	return false
}

// wait waits until the acknowledgements of n requests came, or none has come for
// a minute, and returns how many came.
func (h *nextHop) wait(n int) int {
	got := 0
	for end := time.Now().Add(time.Minute); got < n && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		h.mu.Lock()
		now := len(h.mails)
		h.mu.Unlock()
		if now > got { // however slow the machine is
			got, end = now, time.Now().Add(time.Minute)
		}
	}
	return got
}

// twice returns the requests whose acknowledgements came more than once.
func (h *nextHop) twice() (ids []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id, copies := range h.mails {
		if len(copies) > 1 {
			ids = append(ids, id)
		}
	}
	return ids
}

func (h *nextHop) await(t *testing.T, n int) {
	t.Helper()
	if got := h.wait(n); got != n {
		t.Fatalf("%d of %d requests are acknowledged, and none in the last minute", got, n)
	}
}

func openKillable(t *testing.T) (*killable, *nextHop) {
	t.Helper()
	hop := &nextHop{mails: map[string][][sha256.Size]byte{}}
	return openKillableTo(t, hop), hop
}

// openKillableTo returns a desk that sends by a smarthost.
func openKillableTo(t *testing.T, hop smtp.Backend) *killable {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(hop)
	server.ErrorLog = log.New(io.Discard, "", 0) // killed clients are meant
	go server.Serve(ln)
	t.Cleanup(func() { server.Close() })
	addr, err := faulttest.FreeAddr()
	if err != nil {
		t.Fatal(err)
	}
	programs := program(t)
	k := &killable{t: t, addr: addr, config: filepath.Join(t.TempDir(), "maildesk.toml"), binary: programs.command, daemon: programs.daemon}
	text := fmt.Sprintf("[desk]\nname = \"Example IT\"\nhostname = \"desk.example.org\"\nfallback = \"first-line\"\n[smtp]\nlisten = %q\n[outgoing]\nsmarthost = \"smtp://%s\"\n[limits]\nacknowledgements_per_domain_hour = 0\nacknowledgements_per_hour = 0\n[[address]]\nmail = \"support@example.org\"\n[[queue]]\nname = \"first-line\"\nlevel = 1\n", addr, ln.Addr())
	if err := os.WriteFile(k.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if k.cmd != nil && k.cmd.ProcessState == nil {
			k.kill()
		}
	})
	return k
}
