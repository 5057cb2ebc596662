package main

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"maildesk/daemon/auditanchor"
)

// What the tests of the fault catalogue do to a desk in a process of its own.

// answer is the reply that ended a dialogue.
type answer struct {
	code int
	text string
	at   string // the command it answers
}

// deliver hands a mail over and returns the last reply: the first that refuses, or
// the one to the final dot. An error is a connection that broke.
func (k *killable) deliver(name string, raw string) (answer, error) {
	return deliverTo(k.addr, name+"@example.net", "support@example.org", raw)
}

func deliverTo(addr, from, to, raw string) (answer, error) {
	c, err := textproto.Dial("tcp", addr)
	if err != nil {
		return answer{}, err
	}
	defer c.Close()
	return dialogue(c, from, to, raw)
}

// dialogue hands a mail over on a connection that is open already.
func dialogue(c *textproto.Conn, from, to, raw string) (answer, error) {
	var a answer
	for _, step := range []struct {
		command string
		code    int
	}{
		{"", 220}, {"EHLO client.example", 250}, {"MAIL FROM:<" + from + ">", 250}, {"RCPT TO:<" + to + ">", 250}, {"DATA", 354}, {raw + "\r\n.", 250},
	} {
		if step.command != "" {
			if err := c.PrintfLine("%s", step.command); err != nil {
				return a, err
			}
		}
		code, text, err := c.ReadResponse(step.code)
		a = answer{code, text, strings.SplitN(step.command, " ", 2)[0]}
		if _, refused := err.(*textproto.Error); refused {
			return a, nil
		}
		if err != nil {
			return a, err
		}
	}
	return a, nil
}

// request is a mail of NAME@example.net with the Message-ID <NAME@example.net>.
func request(name string, size int) string {
	return fmt.Sprintf("From: %s@example.net\r\nTo: support@example.org\r\nSubject: %s\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <%s@example.net>\r\n\r\n%s",
		name, name, name, strings.Repeat("please help me with the printer, it burns again\r\n", 1+size/50))
}

// mustDeliver hands over a request and wants a reply code.
func (k *killable) mustDeliver(name string, code int) answer {
	k.t.Helper()
	a, err := k.deliver(name, request(name, 1000))
	if err != nil || a.code != code {
		k.t.Fatalf("delivery of %s: %d %s at %s, %v; want %d\n%s", name, a.code, a.text, a.at, err, code, &k.log)
	}
	return a
}

// tracer is strace on the running desk.
type tracer struct {
	t   *testing.T
	cmd *exec.Cmd
}

// anchored waits until the desk has made the commit that each first start makes of itself: a fault is for those of mails.
func (k *killable) anchored() {
	k.t.Helper()
	head := filepath.Join(k.data(), auditanchor.File)
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(head); err == nil {
			return
		}
	}
	k.t.Fatalf("there is no %s", head)
}

// trace attaches strace and comes back when it sees every thread.
func (k *killable) trace(args ...string) *tracer {
	k.t.Helper()
	if _, err := exec.LookPath("strace"); err != nil {
		k.t.Skip("strace is not installed")
	}
	k.anchored()
	tr := &tracer{k.t, exec.Command("strace", append([]string{"-f", "-p", fmt.Sprint(k.pid())}, args...)...)}
	out, err := tr.cmd.StderrPipe()
	if err != nil {
		k.t.Fatal(err)
	}
	if err := tr.cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "attached") {
			go func() {
				for lines.Scan() {
				}
			}()
			k.t.Cleanup(tr.end)
			return tr
		}
	}
	tr.cmd.Wait()
	k.t.Skip("strace cannot trace here")
	return nil
}

// end lets go of the desk.
func (tr *tracer) end() {
	if tr.cmd.ProcessState == nil {
		tr.cmd.Process.Signal(syscall.SIGTERM)
		tr.cmd.Wait()
	}
}

// pid is the desk's own, also where another command started it (by exec).
func (k *killable) pid() int { return k.cmd.Process.Pid }

// stop ends the desk in order.
func (k *killable) stop() {
	k.t.Helper()
	k.cmd.Process.Signal(syscall.SIGTERM)
	if err := k.cmd.Wait(); err != nil {
		k.t.Errorf("the desk ended with %v\n%s", err, &k.log)
	}
}

// ended waits for the desk to end by itself and returns its exit code.
func (k *killable) ended() int {
	k.t.Helper()
	done := make(chan struct{})
	go func() {
		k.cmd.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(2 * time.Minute):
		k.cmd.Process.Kill()
		<-done
		k.t.Errorf("the desk did not end by itself\n%s", &k.log)
	}
	return k.cmd.ProcessState.ExitCode()
}

// eventually tries fn for up to two minutes.
func (k *killable) eventually(what string, fn func() bool) {
	k.t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if fn() {
			return
		}
	}
	k.t.Fatalf("%s: not within two minutes\n%s", what, &k.log)
}

// command is a command of the desk, beside it.
func (k *killable) command(args ...string) *exec.Cmd {
	return exec.Command(k.binary, append([]string{"-c", k.config}, args...)...)
}

// outgoingMaildir makes the desk write what it would send into its data folder.
func (k *killable) outgoingMaildir() {
	k.t.Helper()
	text, err := os.ReadFile(k.config)
	if err != nil {
		k.t.Fatal(err)
	}
	text = regexp.MustCompile(`smarthost = "[^"]*"`).ReplaceAll(text, []byte(`smarthost = "maildir:data/outgoing"`))
	if err := os.WriteFile(k.config, text, 0o600); err != nil {
		k.t.Fatal(err)
	}
}

// handledDamaged is handled on data that check finds fault with.
func (k *killable) handledDamaged() (figures map[string]int) {
	k.t.Helper()
	k.eventually("all mails handled", func() bool {
		out, _ := k.command("check", "--data").CombinedOutput()
		figures = figuresOf(string(out))
		return figures["pending"] == 0
	})
	return figures
}

// figures are the numbers of mails as check --data prints them, by disposition.
func (k *killable) figures() map[string]int {
	k.t.Helper()
	return figuresOf(k.run("check", "--data"))
}

func figuresOf(out string) map[string]int {
	found := map[string]int{}
	for _, pair := range regexp.MustCompile(`(\d+) ([a-z]+)(?: \+|$|\n)`).FindAllStringSubmatch(out, -1) {
		n := 0
		fmt.Sscan(pair[1], &n)
		found[pair[2]] = n
	}
	return found
}

// handled waits until no mail is pending and returns the figures.
func (k *killable) handled() (figures map[string]int) {
	k.t.Helper()
	k.eventually("all mails handled", func() bool {
		figures = k.figures()
		return figures["pending"] == 0
	})
	return figures
}

// acknowledged returns how many acknowledgements came for a request.
func (h *nextHop) acknowledged(name string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.mails["<"+name+"@example.net>"])
}

// data is the desk's data folder.
func (k *killable) data() string { return filepath.Join(filepath.Dir(k.config), "data") }

// database opens the desk's database and its journal behind its back.
func (k *killable) database() *sql.Conn {
	k.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(k.data(), "maildesk.db")+"?_busy_timeout=10000")
	if err != nil {
		k.t.Fatal(err)
	}
	conn, err := db.Conn(context.Background())
	if err == nil {
		_, err = conn.ExecContext(context.Background(), "ATTACH DATABASE ? AS journal", filepath.Join(k.data(), "journal.db"))
	}
	if err != nil {
		k.t.Fatal(err)
	}
	k.t.Cleanup(func() {
		conn.Close()
		db.Close()
	})
	return conn
}

func (k *killable) sql(statement string) {
	k.t.Helper()
	if _, err := k.database().ExecContext(context.Background(), statement); err != nil {
		k.t.Fatalf("%s: %v", statement, err)
	}
}

// ownDisk puts the data folder onto a small file system that only the desk
// sees, and returns the path by which the test sees it while the desk runs.
func (k *killable) ownDisk(options string) func() string {
	k.t.Helper()
	if err := exec.Command("unshare", "-Urm", "true").Run(); err != nil {
		k.t.Skipf("no file system of our own here: %v", err)
	}
	if err := os.MkdirAll(k.data(), 0o700); err != nil {
		k.t.Fatal(err)
	}
	k.prefix = []string{"unshare", "-Urm", "sh", "-c", `mount -t tmpfs -o "$0" none "$1" && shift && exec "$@"`, options, k.data()}
	return func() string { return fmt.Sprintf("/proc/%d/root%s", k.pid(), k.data()) }
}

// inside runs a command of the desk where it sees the desk's own file system.
func (k *killable) inside(args ...string) (string, error) {
	command := append([]string{"-t", fmt.Sprint(k.pid()), "-U", "-m", "--preserve-credentials", k.binary, "-c", k.config}, args...)
	out, err := exec.Command("nsenter", command...).CombinedOutput()
	return string(out), err
}
