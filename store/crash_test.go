package store

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"maildesk/faulttest"
	"maildesk/store/groupcommit"
	"maildesk/ticket"
)

// Faults of a real process: this test binary runs itself again as a child that
// works on a data folder and reports each step on its standard output.

const childFolder, childDatabase, childJob = "MAILDESK_TEST_FOLDER", "MAILDESK_TEST_DATABASE", "MAILDESK_TEST_JOB"

func TestMain(m *testing.M) {
	jobs := map[string]func(*DB, string){"append": childAppend, "one": childOne, "fill": childFill, "migrate": childMigrate, "steady": childSteady, "open": childOpen}
	job, ok := jobs[os.Getenv(childJob)]
	if !ok {
		flag.Set("test.parallel", "4") // those that run beside others mostly wait; the command line overrules it
		os.Exit(m.Run())
	}
	endAtSplitStep()
	folder := os.Getenv(childFolder)
	db, err := Open(context.Background(), folder, Options{Exclusive: true, Reserve: 1, Database: os.Getenv(childDatabase)})
	if err != nil {
		fmt.Println("open:", err)
		os.Exit(1)
	}
	job(db, folder)
}

// child prepares this binary to do a job on the data of a site, run by the given command.
func child(t *testing.T, job string, at site, command ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command = append(command, self)
	cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
	cmd.Env = append(os.Environ(), childJob+"="+job, childFolder+"="+at.folder, childDatabase+"="+at.database)
	cmd.Stderr = os.Stderr
	return cmd
}

// childAppend keeps mails from several sessions until it is killed, and
// reports each only after Update has returned.
func childAppend(db *DB, _ string) {
	for session := range 8 {
		go func() {
			for n := 0; ; n++ {
				name := fmt.Sprintf("%d.%d.%d", os.Getpid(), session, n)
				m, raw := testMail(name)
				var id ticket.MailID
				if err := db.Update(context.Background(), func(tx ticket.Tx) (err error) {
					id, _, err = appendMail(db, m, raw)
					return err
				}); err != nil {
					fmt.Println("error:", err)
					return
				}
				fmt.Println(id, name)
			}
		}()
	}
	select {}
}

func TestT002KilledProcessLosesNothing(t *testing.T) {
	sites(t, func(t *testing.T, at site) {
		kept := make(map[ticket.MailID]string)
		for round := range 6 {
			cmd := child(t, "append", at)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(out)
			for n := 0; lines.Scan(); n++ {
				var id ticket.MailID
				var name string
				if _, err := fmt.Sscan(lines.Text(), &id, &name); err != nil {
					t.Errorf("child says %q", lines.Text())
				} else if other, twice := kept[id]; twice {
					t.Errorf("mail %d was given to %s and to %s", id, other, name)
				} else {
					kept[id] = name
				}
				if n == 40*(round+1) {
					cmd.Process.Kill() // what it still says is read to the end
				}
			}
			cmd.Wait() // "killed" is no news
		}
		db := at.open(t, Options{Exclusive: true})
		view(t, db, func(r ticket.Reader) error {
			for id, name := range kept {
				m, err := r.Mail(id)
				if err != nil || m.MessageID != "<"+name+"@example.net>" {
					t.Errorf("Mail(%d) = %s, %v; want the mail %s that was confirmed", id, m.MessageID, err, name)
				}
			}
			return nil
		})
		if len(kept) < 6*40 {
			t.Errorf("only %d mails were confirmed in all rounds", len(kept))
		}
		if problems, err := db.Check(t.Context()); len(problems) > 0 || err != nil {
			t.Errorf("Check = %v, %v", problems, err)
		}
		faulttest.Seen(t, "T002", "kill -9 of a store that eight sessions write to, six times", "%d mails confirmed, lost 0, numbers given twice 0", len(kept))
	})
}

// childOne makes two changes and reports how they went.
func childOne(db *DB, _ string) {
	for range 2 {
		err := db.Update(context.Background(), insert("one"))
		fmt.Println(errors.Is(err, groupcommit.ErrBroken), errors.Is(db.Broken(), groupcommit.ErrBroken), err)
	}
}

func TestT005FailedFsyncBreaksTheStore(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	folder := t.TempDir()
	openFolder(t, folder, Options{}) // the schema is there before the disk fails
	out, err := child(t, "one", site{folder: folder}, strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO").Output()
	if err != nil && len(out) == 0 {
		t.Skipf("strace cannot trace here: %v", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "true true") || !strings.HasPrefix(lines[1], "true true") {
		t.Errorf("two Updates on a disk whose fsync fails: %q, want both to fail with a broken store", lines)
	}
	faulttest.Seen(t, "T005", "every fsync of a store fails with EIO", "the change and all later ones fail as temporary, the store says that it is broken")
}

// childFill writes until the disk is full, makes room and writes again.
func childFill(db *DB, folder string) {
	n := 0
	fill := func() error {
		m, raw := testMail(fmt.Sprint(n))
		raw = append(raw, make([]byte, 20_000)...)
		m.SHA256 = sha256.Sum256(raw)
		n++
		return db.Update(context.Background(), func(tx ticket.Tx) error {
			_, _, err := appendMail(db, m, raw)
			return err
		})
	}
	var err error
	for err == nil && n < 10_000 {
		err = fill()
	}
	fmt.Println("full:", errors.Is(err, ticket.ErrStorageFull), errors.Is(err, groupcommit.ErrBroken), err)
	fmt.Println("room:", os.Remove(filepath.Join(folder, "ballast")))
	fmt.Println("again:", fill())
	problems, err := db.Check(context.Background())
	fmt.Println("check:", problems, err)
	fmt.Println("tally:", n-2, accepted(db))
}

func accepted(db *DB) (n int64) {
	err := db.View(context.Background(), func(r ticket.Reader) error {
		y, err := r.Tally()
		n = y.Accepted
		return err
	})
	if err != nil {
		return -1
	}
	return n
}

func TestT006RealFullDisk(t *testing.T) {
	folder := t.TempDir()
	script := `mount -t tmpfs -o size=4m none "$1" && head -c 1000000 /dev/zero > "$1/ballast" && shift && exec "$@"`
	out, err := child(t, "fill", site{folder: folder}, "unshare", "-Urm", "sh", "-c", script, "sh", folder).Output()
	if err != nil && len(out) == 0 {
		t.Skipf("no file system of our own here: %v", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != 5 || !strings.HasPrefix(lines[0], "full: true false") || lines[1] != "room: <nil>" || lines[2] != "again: <nil>" || lines[3] != "check: [] <nil>" {
		t.Fatalf("on a full disk:\n%s", out)
	}
	var confirmed, kept int64
	if _, err := fmt.Sscanf(lines[4], "tally: %d %d", &confirmed, &kept); err != nil || kept != confirmed+1 {
		t.Errorf("%s: want as many kept as confirmed, and the one after", lines[4])
	}
	faulttest.Seen(t, "T006", "mails into a file system of 4 MiB until it is full, then room is made", "storage full, temporary; %d confirmed, %d kept with the one after", confirmed, kept)
}
