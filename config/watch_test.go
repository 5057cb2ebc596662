package config

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestWatch changes a config as editors, package managers and orchestrators do.
func TestWatch(t *testing.T) {
	const text = "rules = 'rules/all.toml'\n" + minimal
	dir := filepath.Dir(write(t, "v1/maildesk.toml", text, "rules/all.toml", "", "v2/maildesk.toml", text+"# two\n")) + "/.."
	path := filepath.Join(dir, "maildesk.toml")
	save := func(name, text string) func() {
		return func() {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Error(err)
			}
		}
	}
	replace := func(make func()) func() {
		return func() {
			make()
			if err := os.Rename(path+".new", path); err != nil {
				t.Error(err)
			}
		}
	}
	link := func(to string) func() {
		return replace(func() {
			if err := os.Symlink(to, path+".new"); err != nil {
				t.Error(err)
			}
		})
	}
	remove := func() {
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
	save("maildesk.toml", text)()

	ctx, cancel := context.WithCancel(t.Context())
	changes, ended := make(chan struct{}, 100), make(chan error, 1)
	go func() { ended <- Watch(ctx, path, func() { changes <- struct{}{} }) }()
	wait := func(what string) {
		t.Helper()
		select {
		case <-changes:
		case <-time.After(20 * time.Second):
			t.Fatalf("Watch did not see %s", what)
		}
	}
	// The watcher may not be there yet: write until it sees something.
	for begun := false; !begun; {
		save("maildesk.toml", text)()
		select {
		case <-changes:
			begun = true
		case <-time.After(time.Second):
		}
	}
	for _, tt := range []struct {
		what   string
		change func()
	}{
		{"a rewritten file", save("maildesk.toml", text+"# edited\n")},
		{"a replaced file", replace(save("maildesk.toml.new", text+"# edited again\n"))},
		{"an included file", save("rules/all.toml", "[[rule]]\nname = 'x'\ntags = ['x']\n")},
		{"a link in its place", link("v1/maildesk.toml")},
		{"the link moved", link("v2/maildesk.toml")},
		{"a broken file", replace(save("maildesk.toml.new", "broken"))},
		{"the file removed", remove},
		{"the file back", save("maildesk.toml", text)},
		{"an included file after that", save("rules/all.toml", "")},
	} {
		tt.change()
		wait(tt.what)
	}
	save("other.toml", "x")()
	select {
	case <-changes:
		t.Error("Watch saw a change of a file that is not the config's")
	case <-time.After(3 * settle):
	}
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
