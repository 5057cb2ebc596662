package pgserver

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// A process that is killed while it makes a cluster leaves none of its folders.
func TestKilledProcessLeavesNothing(t *testing.T) {
	if _, err := binaries(); err != nil {
		t.Skip(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 { // at other moments of the copy
		child := exec.Command(self, "-test.run=^TestChildCopies$")
		child.Env = append(os.Environ(), asChild+"=yes")
		out, err := child.StdoutPipe()
		if err == nil {
			err = child.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		var folders []string
		for lines := bufio.NewScanner(out); len(folders) < 2 && lines.Scan(); {
			if _, folder, is := strings.Cut(lines.Text(), "folder "); is {
				folders = append(folders, folder)
			}
		}
		time.Sleep(time.Duration(i) * 10 * time.Millisecond) // cp tells nobody how far it is
		child.Process.Kill()
		child.Wait() // of one that was killed
		if len(folders) != 2 {
			t.Fatalf("the child has named the folders %q", folders)
		}
		for _, folder := range folders {
			gone := func() bool { _, err := os.Stat(folder); return errors.Is(err, fs.ErrNotExist) }
			for try := 0; !gone(); try++ {
				if try == 100 {
					t.Errorf("%s is there 10 seconds after its process was killed", folder)
					os.RemoveAll(folder)
					break
				}
				time.Sleep(100 * time.Millisecond) // who removes it is nobody's child any more
			}
		}
	}
}

// asChild is the variable that tells the process that is killed.
const asChild = "MAILDESK_PGSERVER_CHILD"

// TestChildCopies is that process.
func TestChildCopies(t *testing.T) {
	if os.Getenv(asChild) == "" {
		t.Skip("it is part of TestKilledProcessLeavesNothing")
	}
	first, err := initial()
	if err != nil {
		t.Fatal(err)
	}
	s, err := newServer()
	if err != nil {
		t.Fatal(err)
	}
	copied := s.copyOf(first)
	if err := copied.Start(); err != nil {
		t.Fatal(err)
	}
	fmt.Printf("folder %s\nfolder %s\n", first.folder, s.folder)
	select {} // until it is killed
}

// A server of one test has ended, with its processes and its folder, when the test has.
func TestAloneEndsWithItsTest(t *testing.T) {
	var ended *Server
	t.Run("alone", func(t *testing.T) { ended, _ = Alone(t) })
	if ended == nil {
		t.Skip(errAbsent)
	}
	if _, err := os.Stat(ended.folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder of a server whose test is over: %v, want that there is none", err)
	}
	if _, err := os.Stat(fmt.Sprintf("/proc/%d", ended.keeper.Process.Pid)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the shell of a server whose test is over: %v, want that there is none", err)
	}
}
