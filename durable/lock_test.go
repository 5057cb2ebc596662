package durable_test

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/durable"
)

// TestLock: one at a time has the lock of a file, whether it exists or not; the next one gets it
// when it is given back, and nobody waits longer than they want to.
func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list")
	synctest.Test(t, func(t *testing.T) {
		unlock, err := durable.Lock(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if second, err := durable.TryLock(path); second != nil || err != nil {
			t.Errorf("a second lock: %t, %v", second != nil, err)
		}
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := durable.Lock(short, path); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who waits for a second = %v", err)
		}
		got := make(chan error, 1)
		go func() {
			next, err := durable.Lock(t.Context(), path)
			if err == nil {
				err = next()
			}
			got <- err
		}()
		synctest.Wait()
		select {
		case err := <-got:
			t.Fatalf("the lock was had twice (%v)", err)
		default:
		}
		if err := unlock(); err != nil {
			t.Fatal(err)
		}
		if err := <-got; err != nil {
			t.Errorf("the next = %v", err)
		}
	})
	if _, err := durable.Lock(t.Context(), filepath.Join(path, "none", "list")); err == nil {
		t.Error("a lock in no folder: no error")
	}
}

// TestLockEndsWithTheProcess: a process that was killed with a lock leaves nobody waiting.
func TestLockEndsWithTheProcess(t *testing.T) {
	if path := os.Getenv("DURABLE_LOCK"); path != "" { // called by itself, below
		unlock, err := durable.Lock(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer unlock() // kept until then: a file that nobody knows is closed
		os.Stdout.WriteString("locked\n")
		io.Copy(io.Discard, os.Stdin) // until it is killed
	}
	path := filepath.Join(t.TempDir(), "list")
	other := exec.Command(os.Args[0], "-test.run=^TestLockEndsWithTheProcess$")
	other.Env = append(os.Environ(), "DURABLE_LOCK="+path)
	out, err := other.StdoutPipe()
	if _, failed := other.StdinPipe(); err == nil {
		err = failed
	}
	if err == nil {
		err = other.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, len("locked\n"))); err != nil {
		t.Fatal(err)
	}
	if unlock, err := durable.TryLock(path); unlock != nil || err != nil {
		t.Errorf("while another process has the lock: %t, %v", unlock != nil, err)
	}
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	other.Wait() // killed
	unlock, err := durable.Lock(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
}
