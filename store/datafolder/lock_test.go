package datafolder

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestHolder: whoever has the lock is known by the program and its command, and by no argument, which may be the
// name of somebody who is erased.
func TestHolder(t *testing.T) {
	was := os.Args
	defer func() { os.Args = was }()
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"/usr/bin/maildesk", "erase", "--name", "Ana Quillfeather", "--yes", "ana@example.net"}, "maildesk erase"},
		{[]string{"maildesk", "erase", "--name=Ana Quillfeather", "ana%40example.net"}, "maildesk erase"},
		{[]string{"maildesk", "-c", "/home/quillfeather/maildesk.toml", "serve"}, "maildesk serve"},
		{[]string{"maildesk", "-c", "quillfeather", "serve", "--log-format=json"}, "maildesk serve"},
		{[]string{"maildesk", "--config", "quillfeather", "erase", "quillfeather"}, "maildesk erase"},
		{[]string{"maildesk", "--config=quillfeather", "serve"}, "maildesk serve"},
		{[]string{"maildesk", "-cquillfeather", "serve"}, "maildesk serve"},
		{[]string{"maildesk", "-c", "quillfeather"}, "maildesk"},
		{[]string{"maildesk", "-c"}, "maildesk"},
		{[]string{"maildesk", "--name", "quillfeather", "erase"}, "maildesk"},
		{[]string{"maildesk", "--", "quillfeather"}, "maildesk"},
		{[]string{"maildesk", "serve"}, "maildesk serve"},
		{[]string{"maildesk"}, "maildesk"},
		{[]string{"/home/ana quillfeather/maildesk", "Quillfeather"}, "maildesk"},
	} {
		folder := t.TempDir()
		os.Args = tt.args
		f, err := Lock(folder)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(folder, "lock"))
		want := fmt.Sprintf("process %d: %s", os.Getpid(), tt.want)
		if err != nil || string(text) != want+"\n" {
			t.Errorf("%q: the lock has %q, %v; want %q", tt.args, text, err, want)
		}
		_, err = Lock(folder)
		if locked, is := errors.AsType[*LockedError](err); !is || locked.Holder != want {
			t.Errorf("%q: who comes next is told %v", tt.args, err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
