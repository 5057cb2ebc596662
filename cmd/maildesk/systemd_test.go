package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"maildesk/faulttest"
)

// TestNotify plays the service manager: READY when mail is taken, WATCHDOG
// while the desk makes progress, STOPPING at the end (sd_notify(3)).
func TestNotify(t *testing.T) {
	k, _ := openKillable(t)
	path := filepath.Join(filepath.Dir(k.config), "notify")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	t.Setenv("NOTIFY_SOCKET", path)
	t.Setenv("WATCHDOG_USEC", "300000")
	k.start()
	await := func(want string) {
		t.Helper()
		b := make([]byte, 1000)
		for {
			manager.SetReadDeadline(time.Now().Add(2 * time.Minute))
			n, err := manager.Read(b)
			if err != nil {
				t.Fatalf("no %s: %v", want, err)
			}
			if string(b[:n]) == want {
				return
			}
		}
	}
	await("READY=1")
	for range 5 {
		await("WATCHDOG=1")
	}
	// A stopped process is one that makes no progress: nobody feeds the dog.
	k.cmd.Process.Signal(syscall.SIGSTOP)
	for fed := true; fed; {
		manager.SetReadDeadline(time.Now().Add(500 * time.Millisecond))
		_, err := manager.Read(make([]byte, 1000))
		fed = err == nil
	}
	k.cmd.Process.Signal(syscall.SIGCONT)
	await("WATCHDOG=1")
	k.cmd.Process.Signal(syscall.SIGTERM)
	await("STOPPING=1")
	if err := k.cmd.Wait(); err != nil {
		t.Errorf("the desk ended with %v", err)
	}
}

// TestSocketActivation: systemd listens, maildesk takes the socket over. The
// connection that woke it is served.
func TestSocketActivation(t *testing.T) {
	activate, err := exec.LookPath("systemd-socket-activate")
	if err != nil {
		t.Skip("systemd-socket-activate is not installed")
	}
	k, hop := openKillable(t)
	text, err := os.ReadFile(k.config)
	if err != nil {
		t.Fatal(err)
	}
	for name, config := range map[string]string{
		"no door of its own":    regexp.MustCompile(`\[smtp\]\nlisten = .*\n`).ReplaceAllString(string(text), ""),
		"the same door as well": string(text),
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(k.config, []byte(config), 0o600); err != nil {
				t.Fatal(err)
			}
			k.cmd = exec.Command(activate, "-l", k.addr, "--fdname=smtp", k.daemon, "-c", k.config, "serve")
			if err := k.cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer k.kill()
			if !keepSending(t.Context(), k.addr, len(name)) {
				t.Fatal("no mail was taken")
			}
			id := fmt.Sprintf("<kill.%d@example.net>", len(name))
			awaitText(t, "the acknowledgement", func() bool { return len(hop.of(id)) == 1 })
			k.cmd.Process.Signal(syscall.SIGTERM)
			if err := k.cmd.Wait(); err != nil {
				t.Errorf("the desk ended with %v", err)
			}
		})
	}
}

// maxExposure is what systemd-analyze security may say of our unit.
const maxExposure = 2.5

// TestT161Hardening: the unit is hardened, and a working desk needs no system
// call that the unit's filter takes away.
func TestT161Hardening(t *testing.T) {
	const unit = "../../packaging/maildesk.service"
	for _, tool := range []string{"systemd-analyze", "strace"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	out, err := exec.Command("systemd-analyze", "security", "--no-pager", "--offline=yes", unit).CombinedOutput()
	if err != nil {
		t.Skipf("systemd-analyze security works not here: %v %s", err, out)
	}
	m := regexp.MustCompile(`Overall exposure level for maildesk.service: ([0-9.]+)`).FindSubmatch(out)
	if m == nil {
		t.Fatalf("systemd-analyze says %s", out)
	}
	if exposure, err := strconv.ParseFloat(string(m[1]), 64); err != nil || exposure > maxExposure {
		t.Errorf("exposure %s, want at most %v:\n%s", m[1], maxExposure, out)
	}

	allowed := map[string]bool{}
	text, err := os.ReadFile(unit)
	if err != nil {
		t.Fatal(err)
	}
	for _, filter := range regexp.MustCompile(`(?m)^SystemCallFilter=(~?)(.*)$`).FindAllStringSubmatch(string(text), -1) {
		for set := range strings.FieldsSeq(filter[2]) {
			for _, call := range callsOf(t, set) {
				allowed[call] = filter[1] == ""
			}
		}
	}
	used := usedCalls(t)
	var missing []string
	for _, call := range used {
		if call == "fchown" && os.Geteuid() == 0 {
			continue // SQLite gives files to the owner of the folder, as root only; the service is not root
		}
		if !allowed[call] {
			missing = append(missing, call)
		}
	}
	if len(missing) > 0 {
		t.Errorf("a working desk uses system calls that the unit forbids: %v", missing)
	}
	faulttest.Seen(t, "T161", "systemd-analyze security --offline of the unit; a working desk (mail in, mail out, reload, backup beside) under strace",
		"exposure %s (at most %v); %d different system calls, none that SystemCallFilter forbids", m[1], maxExposure, len(used))
}

// callsOf returns the system calls of a set of systemd, sets within sets too.
func callsOf(t *testing.T, set string) (calls []string) {
	t.Helper()
	out, err := exec.Command("systemd-analyze", "syscall-filter", "--no-pager", set).Output()
	if err != nil {
		t.Skipf("systemd-analyze syscall-filter %s: %v", set, err)
	}
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSpace(line)
		switch {
		case line == set || line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "@"):
			calls = append(calls, callsOf(t, line)...)
		default:
			calls = append(calls, line)
		}
	}
	return calls
}

// usedCalls returns the system calls of a desk that works under strace.
func usedCalls(t *testing.T) []string {
	t.Helper()
	k, hop := openKillable(t)
	list := filepath.Join(t.TempDir(), "calls")
	k.cmd = exec.Command("strace", "-f", "-c", "-o", list, k.daemon, "-c", k.config, "serve")
	// Its own group, so that the desk gets the signal and strace its summary.
	k.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := k.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if !keepSending(t.Context(), k.addr, 1) {
		t.Fatal("no mail was taken")
	}
	awaitText(t, "the acknowledgement", func() bool { return len(hop.of("<kill.1@example.net>")) == 1 })
	k.run("backup", filepath.Join(t.TempDir(), "backup"))
	syscall.Kill(-k.cmd.Process.Pid, syscall.SIGHUP)
	syscall.Kill(-k.cmd.Process.Pid, syscall.SIGTERM)
	if err := k.cmd.Wait(); err != nil {
		t.Skipf("strace works not here: %v", err)
	}
	text, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	var used []string
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) >= 5 && regexp.MustCompile(`^[0-9.]+$`).MatchString(fields[0]) && fields[len(fields)-1] != "total" {
			used = append(used, fields[len(fields)-1])
		}
	}
	if len(used) < 20 || !slices.Contains(used, "accept4") {
		t.Fatalf("strace saw only %v", used)
	}
	return used
}
