package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"maildesk/faulttest"
	"maildesk/faulttest/pgserver"
)

// TestThreeDaemonsByTheBook runs the lines by which docs/postgresql.md lets a newcomer try three
// daemons on one machine, as they stand there, but for the address of the database and the ports.
func TestThreeDaemonsByTheBook(t *testing.T) {
	t.Parallel() // it waits for a daemon to be missed
	book, err := os.ReadFile("../../docs/postgresql.md")
	if err != nil {
		t.Fatal(err)
	}
	_, lines, found := strings.Cut(string(book), "```sh\nDATABASE=")
	_, lines, _ = strings.Cut(lines, "\n") // which database
	lines, _, closed := strings.Cut(lines, "```")
	if !found || !closed {
		t.Fatal("docs/postgresql.md has no lines that begin with DATABASE=")
	}
	var ports []string
	for _, port := range []string{"2521", "2522", "2523"} {
		addr, err := faulttest.FreeAddr()
		if err != nil {
			t.Fatal(err)
		}
		ports = append(ports, port, addr[strings.LastIndex(addr, ":")+1:])
	}
	lines = strings.NewReplacer(ports...).Replace(lines)             // at once: a new port may look like one of these
	printed, err := os.Create(filepath.Join(t.TempDir(), "printed")) // no pipe: the daemons outlive the script
	if err != nil {
		t.Fatal(err)
	}
	defer printed.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	script := exec.CommandContext(ctx, "sh", "-euc", lines)
	script.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // with all that it starts
	script.Dir = t.TempDir()
	script.Env = append(os.Environ(), "PATH="+filepath.Dir(program(t).command)+":"+os.Getenv("PATH"), "DATABASE="+pgserver.Database(t))
	script.Stdout, script.Stderr = printed, printed
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil { // not every init waits for orphans
		t.Fatal(err)
	}
	err = script.Start()
	if err == nil {
		defer endGroup(t, script.Process.Pid)
		err = script.Wait()
	}
	output, readErr := os.ReadFile(printed.Name())
	if err != nil || readErr != nil {
		t.Fatalf("the lines end with %v, %v:\n%s", err, readErr, output)
	}
	if err := syscall.Kill(-script.Process.Pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("after the lines daemons are left: %v", err)
	}
	out := string(output)
	if got := strings.Count(out, "daemon: "); got != 3 || strings.Count(out, ", has the clock") != 1 {
		t.Errorf("check --data lists %d daemons:\n%s", got, out)
	}
	for _, subject := range []string{"Printer", "Scanner"} {
		if !strings.Contains(out, subject) {
			t.Errorf("no list has the mail about the %s:\n%s", subject, out)
		}
	}
}

// endGroup ends a group of processes, and waits for that.
func endGroup(t *testing.T, group int) {
	t.Helper()
	syscall.Kill(-group, syscall.SIGTERM)
	await(t, "at their end: the daemons of the script", func() bool {
		for pid := 1; pid > 0; {
			pid, _ = syscall.Wait4(-group, nil, syscall.WNOHANG, nil)
		}
		return errors.Is(syscall.Kill(-group, 0), syscall.ESRCH)
	})
}
