package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"maildesk/faulttest"
)

// TestT152BackupUnderLoad makes backups while mail comes in by SMTP, restores
// one beside, and looks at what the restored desk has and sends.
func TestT152BackupUnderLoad(t *testing.T) {
	const senders = 6
	k, hop := openKillable(t)
	k.start()
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Minute)
	defer stop()
	var mu sync.Mutex
	taken := 0 // numbers 0 to taken-1 and some more were told 250
	var done []bool
	var wg sync.WaitGroup
	next := 0
	for range senders {
		wg.Go(func() {
			for ctx.Err() == nil {
				mu.Lock()
				i := next
				next++
				done = append(done, false)
				mu.Unlock()
				ok := keepSending(ctx, k.addr, i)
				mu.Lock()
				done[i] = ok
				for taken < len(done) && done[taken] {
					taken++
				}
				mu.Unlock()
			}
		})
	}
	confirmed := func() int {
		mu.Lock()
		defer mu.Unlock()
		return taken
	}
	awaitText(t, "a hundred mails", func() bool { return confirmed() >= 100 })
	folder := filepath.Join(t.TempDir(), "backup")
	var before, after [2]int
	var took time.Duration
	for i := range 2 {
		before[i] = confirmed()
		begun := time.Now()
		out := k.run("backup", fmt.Sprint(folder, i))
		took = time.Since(begun)
		after[i] = confirmed()
		if !strings.Contains(out, "checked") {
			t.Errorf("maildesk backup says %s", out)
		}
	}
	if after[1] == before[0] {
		t.Error("no mail came in while the backups were made")
	}
	if out, err := exec.Command(k.binary, "-c", k.config, "backup", folder+"1").CombinedOutput(); err == nil || !strings.Contains(string(out), "is there already") {
		t.Errorf("backup onto a backup: %v %s, want it refused", err, out)
	}
	stop()
	wg.Wait()
	k.kill()

	// The other desk has the configuration of the backup, and its own doors.
	other, otherHop := openKillable(t)
	for _, damage := range []string{"maildesk.db", "journal.db", "keys"} {
		bad := filepath.Join(t.TempDir(), "bad")
		if err := os.CopyFS(bad, os.DirFS(folder+"1")); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(filepath.Join(bad, damage), os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt([]byte("?"), 100); err != nil {
			t.Fatal(err)
		}
		f.Close()
		if out, err := exec.Command(other.binary, "-c", other.config, "restore", bad).CombinedOutput(); err == nil || !strings.Contains(string(out), damage+" is not as it was written") {
			t.Errorf("restore of a damaged %s: %v %s", damage, err, out)
		}
	}
	if out := other.run("restore", folder+"1"); !strings.Contains(out, "The outbox is paused") {
		t.Errorf("maildesk restore says %s", out)
	}
	if text, err := os.ReadFile(filepath.Join(folder+"1", "config", "maildesk.toml")); err != nil || !strings.Contains(string(text), "support@example.org") {
		t.Errorf("the configuration in the backup: %v %s", err, text)
	}
	if out := other.run("check", "--data"); !strings.Contains(out, "is sound") {
		t.Errorf("check --data of the restored desk says %s", out)
	}
	restored := map[string]int{}
	for line := range strings.Lines(other.run("list", "--mails")) {
		restored[strings.Fields(line)[1]]++
	}
	pending := strings.Count(other.run("outbox"), "acknowledgement")

	// It takes mail, and answers nobody.
	other.start()
	if !keepSending(t.Context(), other.addr, 1_000_000) {
		t.Fatal("the restored desk takes no mail")
	}
	awaitText(t, "the new mail's acknowledgement in the outbox", func() bool {
		return strings.Contains(other.run("outbox", "--json"), "u1000000@example.net")
	})
	// Those whose handling the copy had not seen are handled now.
	handled := map[string]int{}
	awaitText(t, "the mails that were taken before the backup", func() bool {
		clear(handled)
		for line := range strings.Lines(other.run("list", "--mails")) {
			handled[strings.Fields(line)[1]]++
		}
		return !slices.ContainsFunc(ids(before[1]), func(id string) bool { return handled[id] == 0 })
	})
	for _, id := range ids(before[1]) {
		if handled[id] != 1 {
			t.Errorf("%s is in %d tickets of the restored desk, want 1: it was taken before the backup", id, handled[id])
		}
	}
	if n := otherHop.count(); n != 0 {
		t.Errorf("the restored desk sent %d mails before it was let", n)
	}
	other.handled() // those beyond, too, that the copy happens to have
	if out := other.run("outbox", "resume", "--cancel"); !strings.Contains(out, "is sent again") {
		t.Errorf("outbox resume says %s", out)
	}
	awaitText(t, "the new mail's acknowledgement", func() bool { return len(otherHop.of("<kill.1000000@example.net>")) == 1 })
	other.cmd.Process.Signal(syscall.SIGTERM)
	other.cmd.Wait()
	old := 0
	hop.mu.Lock()
	for id := range hop.mails {
		if len(otherHop.of(id)) > 0 {
			old++
		}
	}
	hop.mu.Unlock()
	if old > 0 {
		t.Errorf("%d acknowledgements were sent by both desks", old)
	}
	if out := other.run("check", "--data"); !strings.Contains(out, "0 pending") || !strings.Contains(out, "is sound") {
		t.Errorf("check --data after the restored desk ran says %s", out)
	}
	faulttest.Seen(t, "T152", "2 backups while 6 SMTP clients send; restored beside, resumed with --cancel",
		"backup of %d mails in %d ms, %d mails came in meanwhile; all %d that were taken before are there once; %d mails waited in the restored outbox, sent again 0; damaged copies refused; conservation holds",
		len(restored), took.Milliseconds(), after[1]-before[1], before[1], pending)
}

// ids returns the Message-IDs of the first n mails of keepSending.
func ids(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("<kill.%d@example.net>", i))
	}
	return all
}

func (h *nextHop) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.mails)
}

// of returns the prints of the mails that answer a mail.
func (h *nextHop) of(id string) [][sha256.Size]byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.mails[id]
}

// awaitText tries fn for up to three minutes: a slow machine may need them.
func awaitText(t *testing.T, what string, fn func() bool) {
	t.Helper()
	for end := time.Now().Add(3 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if fn() {
			return
		}
	}
	t.Fatalf("%s: not within three minutes", what)
}
