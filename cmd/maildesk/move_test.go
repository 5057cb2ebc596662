package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/faulttest/pgserver"
)

// oldLetter has a file, whose name and words the search finds.
const oldLetter = "Message-ID: <old.%[1]d@example.net>\r\nDate: Mon, 3 Mar 2025 10:%02[1]d:00 +0000\r\nFrom: u%[1]d@example.net\r\nTo: support@example.org\r\nSubject: Old matter %[1]d\r\n" +
	"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGrüße: the router hums.\r\n" +
	"--b\r\nContent-Type: text/plain; name=router%[1]d.log\r\nContent-Disposition: attachment; filename=router%[1]d.log\r\n\r\nflux capacitor overheated\r\n--b--\r\n"

// A desk goes to PostgreSQL and back, is killed on the way, and shows the same everywhere.
func TestMove(t *testing.T) {
	t.Parallel() // it only runs commands, one after the other
	database := pgserver.Database(t)
	k, hop := openKillable(t)
	k.run("import", oldLetters(t))
	k.start()
	const mails = 6
	for i := range mails {
		if !keepSending(t.Context(), k.addr, i) {
			t.Fatal("a mail was never taken")
		}
	}
	hop.await(t, mails)
	if out, err := k.command("move", "--to", database).CombinedOutput(); err == nil || !strings.Contains(string(out), "another maildesk works on this folder") {
		t.Errorf("beside the daemon: %v, %s", err, out)
	}
	k.stop()
	want := k.seen("show --json 14", "outbox --all")
	if !strings.Contains(want["search flux"], "Old matter") || !strings.Contains(want["list -a --json"], "request 5") {
		t.Fatalf("the desk has too little: %v", want)
	}

	k.moveKilled(database)
	if out, err := k.command("list").CombinedOutput(); err == nil || !strings.Contains(string(out), "were moved to "+database) {
		t.Errorf("with the old configuration: %v, %s", err, out)
	}
	k.configure(fmt.Sprintf("data = %q\nfolder = \"data\"\n", database))
	k.sound()
	got := k.seen("show --json 14", "outbox --all")
	for command := range want {
		if strings.HasPrefix(command, "search") { // each engine has its own order
			want[command], got[command] = sorted(want[command]), sorted(got[command])
		}
		if got[command] != want[command] {
			t.Errorf("on PostgreSQL maildesk %s prints\n%s\nwant\n%s", command, got[command], want[command])
		}
	}
	k.start()
	if !keepSending(t.Context(), k.addr, mails) {
		t.Fatal("a mail was never taken")
	}
	hop.await(t, mails+1)
	k.stop()
	if out := k.run("list"); !strings.Contains(out, "#19") {
		t.Errorf("the next ticket is not #19: %s", out)
	}

	want = k.seen("show --json 14", "outbox --all")
	back := filepath.Join(t.TempDir(), "back")
	k.moveKilled(back)
	if out, err := k.command("list").CombinedOutput(); err == nil || !strings.Contains(string(out), "were moved to "+back) {
		t.Errorf("with the configuration of PostgreSQL: %v, %s", err, out)
	}
	k.configure(fmt.Sprintf("data = %q\n", back))
	k.sound()
	got = k.seen("show --json 14", "outbox --all")
	for command := range want {
		if a, b := sorted(got[command]), sorted(want[command]); a != b {
			t.Errorf("back in a folder maildesk %s prints\n%s\nwant\n%s", command, a, b)
		}
	}
	if out := k.run("rebuild", back+".rebuilt"); !strings.Contains(out, "; 0 differences") {
		t.Errorf("rebuild says %s", out)
	}
	if there, err := filepath.Glob(filepath.Join(back, "mov*")); err != nil || len(there) > 0 {
		t.Errorf("%v (%v) are left over", there, err)
	}
}

// moveKilled moves the desk, and ends that with kill -9 again and again, later each time.
func (k *killable) moveKilled(to string) {
	k.t.Helper()
	for after := 30 * time.Millisecond; ; after *= 2 {
		command := k.command("move", "--to", to)
		if err := command.Start(); err != nil {
			k.t.Fatal(err)
		}
		ended := time.AfterFunc(after, func() { command.Process.Kill() })
		err := command.Wait()
		if ended.Stop() {
			// It came to its end: what it prints, the next one prints again.
			out := k.run("move", "--to", to)
			if err != nil || !strings.Contains(out, "were moved before") || !strings.Contains(out, "data = \""+to+"\"") {
				k.t.Fatalf("move --to %s: %v\n%s", to, err, out)
			}
			return
		}
	}
}

// configure puts lines into the section [desk], in the place of those before.
func (k *killable) configure(lines string) {
	k.t.Helper()
	text, err := os.ReadFile(k.config)
	if err != nil {
		k.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "name = ")
	if err := os.WriteFile(k.config, []byte("[desk]\n"+lines+"name = "+rest), 0o600); err != nil {
		k.t.Fatal(err)
	}
}

// oldLetters returns a folder with letters of an earlier time.
func oldLetters(t *testing.T) (folder string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "old")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprint(i, ".eml")), fmt.Appendf(nil, oldLetter, i), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// A backup of a desk on PostgreSQL is the same folder as ever, which goes to an empty database
// and into a folder. Whoever was erased since does not come back.
func TestBackupOnServer(t *testing.T) {
	t.Parallel() // it only runs commands, one after the other
	k, _ := openKillable(t)
	at := func(database, folder string) string {
		return fmt.Sprintf("data = %q\nfolder = %q\n", database, folder)
	}
	first := pgserver.Database(t)
	k.configure(at(first, "data"))
	k.run("import", oldLetters(t))
	want := k.seen()
	backup := filepath.Join(t.TempDir(), "backup")
	if out := k.run("backup", backup); !strings.Contains(out, "12 mails and 12 tickets") {
		t.Errorf("backup says %s", out)
	}
	if out, err := k.command("restore", backup).CombinedOutput(); err == nil || !strings.Contains(string(out), "it is not empty") {
		t.Errorf("over the desk: %v, %s", err, out)
	}
	for name, lines := range map[string]string{"PostgreSQL": at(pgserver.Database(t), "second"), "a folder": "data = \"third\"\n"} {
		k.configure(lines)
		if out := k.run("restore", backup); !strings.Contains(out, "Restored 12 mails and 12 tickets") {
			t.Errorf("%s: restore says %s", name, out)
		}
		k.sound()
		got := k.seen()
		for command := range want {
			if a, b := sorted(got[command]), sorted(want[command]); a != b {
				t.Errorf("%s: maildesk %s prints\n%s\nwant\n%s", name, command, a, b)
			}
		}
	}
	k.configure("data = \"third\"\n")
	k.run("erase", "--yes", "--open", "u3@example.net")
	list, err := os.ReadFile(filepath.Join(filepath.Dir(k.config), "third", "erasures"))
	fourth := filepath.Join(filepath.Dir(k.config), "fourth")
	if err == nil {
		err = os.Mkdir(fourth, 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(fourth, "erasures"), list, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	k.configure(at(pgserver.Database(t), "fourth"))
	if out := k.run("restore", backup); !strings.Contains(out, "1 people who were erased") {
		t.Errorf("restore says %s", out)
	}
	if out := k.run("search", "hums"); strings.Contains(out, "u3@example.net") || !strings.Contains(out, "u4@example.net") {
		t.Errorf("after the restore the search finds %s", out)
	}
	k.sound()
}

// seen returns what commands print of a desk.
func (k *killable) seen(more ...string) map[string]string {
	k.t.Helper()
	all := map[string]string{}
	for _, command := range append(more, "list -a --json", "list --mails", "show 3", "search flux", "search router3", "search request", "search hums", "person u3@example.net") {
		all[command] = k.run(strings.Fields(command)...)
	}
	return all
}

// sorted returns lines in the order of their text, without that which names files.
func sorted(lines string) string {
	all := slices.DeleteFunc(slices.Sorted(strings.Lines(lines)), func(line string) bool { return strings.HasPrefix(line, "FILES: ") })
	return strings.Join(all, "")
}
