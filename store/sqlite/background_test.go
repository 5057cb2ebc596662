package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"
	"golang.org/x/sys/unix"
)

// nice returns the nice value of the calling thread.
func nice(t *testing.T) int {
	t.Helper()
	n, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	if err != nil {
		t.Fatal(err)
	}
	return 20 - n // as the system call returns it
}

// Only the thread that works in the background has a lower priority, and it ends with its work.
func TestInBackground(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("threads have no priority of their own")
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := nice(t)
	var during, thread int
	want := errors.New("found")
	err := InBackground(func() error {
		during, thread = nice(t), unix.Gettid()
		return want
	})
	if !errors.Is(err, want) {
		t.Errorf("returned %v, want %v", err, want)
	}
	if during < backgroundNice {
		t.Errorf("nice value %d in the background, want at least %d", during, backgroundNice)
	}
	if after := nice(t); after != before {
		t.Errorf("nice value of the caller: %d, then %d", before, after)
	}
	deadline := time.Now().Add(10 * time.Second)
	for gone := fmt.Sprintf("/proc/self/task/%d", thread); ; runtime.Gosched() {
		if _, err := os.Stat(gone); err != nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the thread did not end")
		}
	}
}

// A statement runs on the thread that asks for it, also where it can be interrupted: so the
// priority holds for SQLite.
func TestStatementsInBackground(t *testing.T) {
	hook := func(c *sqlite3.SQLiteConn) error { return c.RegisterFunc("thread", unix.Gettid, false) }
	db := sql.OpenDB(&connector{dsn: ":memory:", driver: sqlite3.SQLiteDriver{ConnectHook: hook}})
	defer db.Close()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	err = InBackground(func() error {
		var ran int
		err := conn.QueryRowContext(t.Context(), "SELECT thread()").Scan(&ran)
		if own := unix.Gettid(); ran != own {
			t.Errorf("the statement ran on thread %d, want %d", ran, own)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
