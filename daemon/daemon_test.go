package daemon

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"maildesk/daemon/localdesk"

	"maildesk/config"
	"maildesk/faulttest"
	"maildesk/store"
	"maildesk/store/datafolder"
)

const firstConfig = `
[desk]
name = "Example IT"
hostname = "desk.example.org"
fallback = "first-line"
[smtp]
listen = "127.0.0.1:0"
[[address]]
mail = "support@example.org"
[[queue]]
name = "first-line"
level = 1
`

// logBuffer is a log that can be read while it is written.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *logBuffer) await(t *testing.T, text string) {
	t.Helper()
	l.awaitTimes(t, text, 1)
}

// awaitTimes waits until a text stands in the log a number of times.
func (l *logBuffer) awaitTimes(t *testing.T, text string, times int) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if strings.Count(l.String(), text) >= times {
			return
		}
	}
	t.Fatalf("%q is not in the log %d times:\n%s", text, times, l)
}

func writeConfig(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// start runs a daemon on a configuration until the test ends.
func start(t *testing.T, path string) (*Daemon, *logBuffer) {
	t.Helper()
	if _, err := config.Load(path); err != nil {
		t.Fatal(err)
	}
	return startWith(t, path)
}

// startWith is start with a file that may be broken.
func startWith(t *testing.T, path string) (*Daemon, *logBuffer) {
	t.Helper()
	cfg, refused, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	log := &logBuffer{}
	d, err := Open(t.Context(), cfg, Options{Log: slog.New(slog.NewTextHandler(log, nil)), Refused: refused})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-done, d.Close()); err != nil {
			t.Error(err)
		}
	})
	return d, log
}

// reloading reloads the configuration whenever the test sends a signal. It has ended
// before the folder is removed: a reload keeps a copy there.
func reloading(t *testing.T, d *Daemon, path string) chan<- os.Signal {
	hup := make(chan os.Signal)
	ctx, stop := context.WithCancel(t.Context())
	var ended sync.WaitGroup
	ended.Go(func() { d.ReloadOn(ctx, path, hup) })
	t.Cleanup(func() { stop(); ended.Wait() })
	return hup
}

func TestReloadKeepsTheOldWhenTheNewIsBroken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	writeConfig(t, path, firstConfig)
	d, log := start(t, path)
	hup := reloading(t, d, path)
	writeConfig(t, path, strings.ReplaceAll(firstConfig, "Example IT", "Better IT"))
	hup <- syscall.SIGHUP
	log.await(t, "configuration reloaded")
	if got := d.Desk().Settings().Name; got != "Better IT" {
		t.Errorf("after the reload the desk is %q, want Better IT", got)
	}
	writeConfig(t, path, strings.ReplaceAll(firstConfig, "name = \"first-line\"", "nmae = \"first-line\""))
	hup <- syscall.SIGHUP
	log.await(t, "the previous one stays in force")
	if got := d.Desk().Settings().Name; got != "Better IT" {
		t.Errorf("after a broken reload the desk is %q, want Better IT", got)
	}
	writeConfig(t, path, strings.ReplaceAll(firstConfig, "127.0.0.1:0", "127.0.0.1:1"))
	hup <- syscall.SIGHUP
	log.await(t, "restart to put this into force")
}

func TestT017SecondDaemonIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	writeConfig(t, path, firstConfig)
	start(t, path)
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler)})
	if _, ok := errors.AsType[*datafolder.LockedError](err); !ok {
		t.Errorf("a second Open = %v, want a LockedError", err)
	}
	faulttest.Seen(t, "T017", "a second daemon on the same data", "it ends at once and names the process that holds the folder")
}

func TestOccupiedPort(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	path := filepath.Join(t.TempDir(), "maildesk.toml")
	writeConfig(t, path, strings.ReplaceAll(firstConfig, "127.0.0.1:0", ln.Addr().String()))
	cfg, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler)})
	if err == nil || !strings.Contains(err.Error(), ln.Addr().String()) || !strings.Contains(err.Error(), "choose another") {
		t.Errorf("Open on an occupied port = %v, want the address and a remedy", err)
	}
	// What was opened is free again.
	db, err := store.Open(t.Context(), cfg.Desk.Data, store.Options{Exclusive: true})
	if err != nil {
		t.Fatalf("the data is still held: %v", err)
	}
	db.Close()
}

func TestKeysStayTheSame(t *testing.T) {
	folder := t.TempDir()
	for range 2 {
		if _, err := localdesk.OpenKeys(folder); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(folder, "keys")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := localdesk.OpenKeys(folder); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("opening again changed the keys (%v)", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file has mode %v (%v), want 0600", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(folder, ".new-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
