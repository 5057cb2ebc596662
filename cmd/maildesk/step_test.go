package main

import (
	"context"
	"errors"
	"fmt"
	"net/smtp"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"maildesk/faulttest"
)

// The steps of taking a mail are system calls: writes to the log of the
// database (pwrite64), the commit (fsync), the reply (write). SIGKILL comes
// as one of them begins, so that it does not happen.
func TestT001KillAtEachStep(t *testing.T) {
	faulttest.Long(t, "T001")
	k, hop := openKillable(t)
	var names []string
	kills := 0
	for _, call := range []string{"pwrite64", "fsync", "write"} {
		for n := 1; n <= 8; n++ {
			k.start()
			k.trace("-o", "/dev/null", "-e", fmt.Sprintf("inject=%s:signal=KILL:when=%d", call, n))
			for i := range 60 {
				name := fmt.Sprintf("%s.%d.%d", call, n, i)
				names = append(names, name)
				if a, err := k.deliver(name, request(name, 1000)); err == nil && a.code == 250 {
					continue
				}
				break // the last one had no 250
			}
			k.kill() // it is dead already, as a rule
			if status, ok := k.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
				kills++
			}
			k.start()
			k.mustDeliver(names[len(names)-1], 250)
			k.handled() // three kills while it is handled would be its own fault
			k.stop()
		}
	}
	k.start()
	hop.await(t, len(names))
	figures := k.handled()
	if figures["new"] != len(names) {
		t.Errorf("%d new mails, want %d: one for each that was sent", figures["new"], len(names))
	}
	k.sound()
	k.stop()
	faulttest.Seen(t, "T001", fmt.Sprintf("kill -9 as the n-th write to the log, commit or reply begins, %d times", kills),
		"%d mails, all of them once a ticket; those without a 250 after their retry (%d known as copies); conservation holds", len(names), figures["duplicate"])
}

func TestT003CommitComesBefore250(t *testing.T) {
	k, _ := openKillable(t)
	k.start()
	defer k.kill()
	path := filepath.Join(t.TempDir(), "calls")
	tr := k.trace("-y", "-s", "64", "-e", "trace=pwrite64,fdatasync,fsync,write", "-o", path)
	k.mustDeliver("ordered", 250)
	tr.end()
	calls, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	sync := regexp.MustCompile(`^f(data)?sync\(`)
	log, syncing := -1, map[string]bool{} // threads within a sync of the log
	synced, told := -1, -1
	for line := range strings.Lines(string(calls)) {
		n := len(order)
		thread, call, _ := strings.Cut(strings.TrimSpace(line), " ")
		call = strings.TrimSpace(call)
		order = append(order, call)
		ofLog := strings.Contains(call, "-wal>")
		switch {
		case log < 0 && ofLog && strings.HasPrefix(call, "pwrite64("):
			log = n
		case ofLog && sync.MatchString(call) && strings.Contains(call, "unfinished"):
			syncing[thread] = true
		case ofLog && sync.MatchString(call), syncing[thread] && strings.Contains(call, "sync resumed"):
			if log >= 0 && synced < 0 {
				synced = n
			}
		case told < 0 && strings.Contains(call, `"250 2.0.0 kept`):
			told = n
		}
	}
	if log < 0 || synced < log || told < synced {
		t.Errorf("log written at call %d, synced at %d, 250 at %d; want this order:\n%s", log, synced, told, strings.Join(order, "\n"))
	}
	faulttest.Seen(t, "T003", "strace of one mail", "write to the log, fsync of the log, then 250: calls %d, %d, %d of %d", log, synced, told, len(order))
}

func TestT005DiskThatDoesNotSync(t *testing.T) {
	k, hop := openKillable(t)
	k.start()
	k.trace("-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO")
	a := k.mustDeliver("doubtful", 451)
	code := k.ended()
	if code == 0 {
		t.Error("the desk ended with exit code 0, want a failure so that it is started again")
	}
	k.start()
	k.mustDeliver("doubtful", 250)
	figures := k.handled()
	hop.await(t, 1)
	k.stop()
	if figures["new"] != 1 || figures["duplicate"] > 1 || hop.acknowledged("doubtful") != 1 {
		t.Errorf("after the retry: %v, %d acknowledgements; want one ticket, one acknowledgement", figures, hop.acknowledged("doubtful"))
	}
	k.sound()
	faulttest.Seen(t, "T005", "every fsync fails with EIO during DATA (strace), then a restart and a retry",
		"%d %s; exit code %d; one ticket, %d copy recognised, one acknowledgement", a.code, a.text, code, figures["duplicate"])
}

func TestT006DiskFullDuringData(t *testing.T) {
	k, _ := openKillable(t)
	k.start()
	tr := k.trace("-o", "/dev/null", "-e", "trace=pwrite64", "-e", "inject=pwrite64:error=ENOSPC")
	full := k.mustDeliver("first", 452)
	if strings.Contains(full.text, "/") {
		t.Errorf("the reply %q tells of our folders", full.text)
	}
	tr.end()
	again := k.mustDeliver("first", 250)
	figures := k.handled()
	k.stop()
	if figures["new"] != 1 || figures["duplicate"] != 0 {
		t.Errorf("%v, want one new mail: what failed left nothing", figures)
	}
	k.sound()
	faulttest.Seen(t, "T006", "every pwrite fails with ENOSPC during DATA (strace), then no more", "%d %s; then %d without a restart; one ticket, nothing half", full.code, full.text, again.code)
}

// Nobody may wait for ever for a database that another program holds.
func TestT013LockedForLong(t *testing.T) {
	faulttest.Long(t, "T013")
	k, _ := openKillable(t)
	k.start()
	other := k.database()
	if _, err := other.ExecContext(t.Context(), "BEGIN EXCLUSIVE"); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	first := k.mustDeliver("first", 451)
	waited := time.Since(begun)
	if waited > 15*time.Second {
		t.Errorf("the reply came after %s, want within the 5 s that SQLite waits", waited)
	}
	if _, err := other.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	k.mustDeliver("first", 250)
	figures := k.handled()
	k.stop()
	if figures["new"] != 1 || !strings.Contains(k.log.String(), "level=ERROR") {
		t.Errorf("%v, want one new mail and an error in the log:\n%s", figures, &k.log)
	}
	k.sound()
	faulttest.Seen(t, "T013", "another process holds the database (BEGIN EXCLUSIVE) while a mail comes in", "%d after %s, an error in the log; 250 as soon as it is free, one ticket", first.code, waited.Round(time.Second))
}

func TestT018NoOneReadsThe250(t *testing.T) {
	k, hop := openKillable(t)
	k.start()
	for range 3 {
		c, err := smtp.Dial(k.addr)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(c.Mail("impatient@example.net"), c.Rcpt("support@example.org")); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Text.Cmd("DATA"); err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.Text.ReadResponse(354); err != nil {
			t.Fatal(err)
		}
		c.Text.PrintfLine("%s\r\n.", request("impatient", 1000))
		c.Close()
	}
	k.eventually("all three taken", func() bool { return k.figures()["new"]+k.figures()["duplicate"] == 3 })
	k.mustDeliver("impatient", 250)
	figures := k.handled()
	hop.await(t, 1)
	k.stop()
	if figures["new"] != 1 || figures["duplicate"] != 3 || hop.acknowledged("impatient") != 1 {
		t.Errorf("%v and %d acknowledgements, want one ticket, three copies, one acknowledgement", figures, hop.acknowledged("impatient"))
	}
	k.sound()
	faulttest.Seen(t, "T018", "a client leaves after the final dot without reading the 250, three times, then stays", "1 ticket, %d copies recorded, 1 acknowledgement", figures["duplicate"])
}

// A mail that takes long to understand does not delay its own 250.
func TestT019TimeTo250(t *testing.T) {
	faulttest.Long(t, "T019")
	k, _ := openKillable(t)
	k.start()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	const senders, each = 4, 25
	times := make(chan time.Duration, senders*each)
	for s := range senders {
		go func() {
			for i := 0; i < each && ctx.Err() == nil; i++ {
				times <- timeTo250(t, k, request(fmt.Sprintf("big.%d.%d", s, i), 1<<20))
			}
		}()
	}
	bomb := "From: ana@example.net\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\n\r\n", 100_000)
	ofBomb := timeTo250(t, k, bomb)
	var all []time.Duration
	for range senders * each {
		all = append(all, <-times)
	}
	p50, p99 := quantile(all, 0.50), quantile(all, 0.99)
	// A disk that is slow for us is slow for this file too.
	slow := syncTime(t, 1<<20)
	if bound := time.Second + 10*slow; p99 > bound || ofBomb > bound {
		t.Errorf("from the final dot to 250: p99 %s, %s for a mail of 100,000 parts; want less than %s", p99, ofBomb, bound)
	}
	k.handled()
	k.stop()
	k.sound()
	faulttest.Seen(t, "T019", fmt.Sprintf("%d mails of 1 MB over %d connections, one of 100,000 parts among them", senders*each, senders),
		"final dot to 250: median %s, p99 %s, the one of many parts %s", p50.Round(time.Millisecond), p99.Round(time.Millisecond), ofBomb.Round(time.Millisecond))
}
