package config

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestWatch changes a config as editors do, and its included file.
func TestWatch(t *testing.T) {
	path := write(t, "maildesk.toml", "rules = 'rules/all.toml'\n"+minimal, "rules/all.toml", "")
	dir := filepath.Dir(path)
	ctx, cancel := context.WithCancel(t.Context())
	changes, ended := make(chan struct{}, 100), make(chan error, 1)
	go func() { ended <- Watch(ctx, path, func() { changes <- struct{}{} }) }()
	save := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// The first change may come before the watcher is there: write until it is seen.
	wait := func(what string, again func()) {
		t.Helper()
		deadline, retry := time.After(20*time.Second), time.NewTicker(time.Second)
		defer retry.Stop()
		for {
			select {
			case <-changes:
				return
			case <-retry.C:
				again()
			case <-deadline:
				t.Fatalf("Watch did not see %s", what)
			}
		}
	}
	edit := func() { save("maildesk.toml", "rules = 'rules/all.toml'\n"+minimal+"# edited\n") }
	wait("a rewritten file", edit)
	replace := func() {
		save("maildesk.toml.new", "rules = 'rules/all.toml'\n"+minimal)
		if err := os.Rename(filepath.Join(dir, "maildesk.toml.new"), path); err != nil {
			t.Fatal(err)
		}
	}
	replace()
	wait("a replaced file", replace)
	include := func() { save("rules/all.toml", "[[rule]]\nname = 'x'\n") }
	include()
	wait("an included file", include)
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Watch = %v after it was stopped, want nil", err)
	}
}

func TestWatchAbsentFolder(t *testing.T) {
	if err := Watch(t.Context(), filepath.Join(t.TempDir(), "absent", "maildesk.toml"), func() {}); err == nil {
		t.Error("Watch of an absent folder = nil, want an error")
	}
}
