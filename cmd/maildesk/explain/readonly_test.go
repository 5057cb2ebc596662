package explain

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"maildesk/cmd/maildesk/console"
	"maildesk/config"
	"maildesk/daemon/localdesk"
	"maildesk/faulttest/pgserver"
	"maildesk/store"
	"maildesk/store/datafolder"
	"maildesk/ticket"
)

const tinyConfig = `
[desk]
name = "Desk"
hostname = "desk.example.org"
fallback = "first-line"
%s
[[address]]
mail = "support@example.org"
[[queue]]
name = "first-line"
level = 1
`

// dataKeys names the place of the data.
func dataKeys(folder, database string) string {
	if database == "" {
		return fmt.Sprintf("data = %q", folder)
	}
	return fmt.Sprintf("data = %q\nfolder = %q", database, folder)
}

const request = "From: Ana <ana@example.net>\r\nTo: support@example.org\r\nSubject: Printer on fire\r\nMessage-ID: <%s@example.net>\r\n\r\nIt burns.\r\n"

// restrict is the word that pg_dump makes up anew for each dump.
var restrict = regexp.MustCompile(`(?m)^\\(un)?restrict .*$`)

// readOnlyDesk is a desk with a mail that others would explain.
type readOnlyDesk struct {
	folder, database string
	config, mail     string
	local            *localdesk.Local
}

func newReadOnlyDesk(t *testing.T, database string) *readOnlyDesk {
	t.Helper()
	d := &readOnlyDesk{folder: filepath.Join(t.TempDir(), "data"), database: database}
	d.config, d.mail = filepath.Join(t.TempDir(), "maildesk.toml"), filepath.Join(t.TempDir(), "new.eml")
	err := errors.Join(os.WriteFile(d.config, fmt.Appendf(nil, tinyConfig, dataKeys(d.folder, database)), 0o600), os.WriteFile(d.mail, fmt.Appendf(nil, request, "new"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(d.config)
	if err != nil {
		t.Fatal(err)
	}
	if d.local, err = localdesk.OpenWith(t.Context(), cfg, console.Quiet(), store.Options{Exclusive: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.local.Desk.Keep(t.Context(), ticket.Envelope{Source: ticket.SourceSMTP, ForwardPaths: []string{"support@example.org"}}, fmt.Appendf(nil, request, "old")); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *readOnlyDesk) close(t *testing.T) {
	t.Helper()
	if err := d.local.Close(); err != nil {
		t.Fatal(err)
	}
}

// traces returns all bytes that a desk has, and the times of the last changes. What readers beside a daemon write into the index
// of a write-ahead log (-shm) is how they tell each other where they read.
func (d *readOnlyDesk) traces(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(d.folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || strings.HasSuffix(path, "-shm") {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if entry.IsDir() {
			all[path] = info.ModTime().Format(time.RFC3339Nano)
			return nil
		}
		text, err := os.ReadFile(path)
		all[path] = info.ModTime().Format(time.RFC3339Nano) + " " + string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if d.database != "" {
		all["dump"] = restrict.ReplaceAllString(string(pgserver.Dump(t, d.database)), "")
	}
	return all
}

// explain explains a new mail twice; it returns what was printed.
func (d *readOnlyDesk) explain(t *testing.T) (string, error) {
	t.Helper()
	var out bytes.Buffer
	c := Command{Files: []string{d.mail, d.mail}, To: []string{"support@example.org"}}
	err := c.Run(console.ConfigPath(d.config), t.Context(), console.Stdio{Out: &out, Err: io.Discard})
	return out.String(), err
}

// TestExplainLeavesNoTrace: neither explain nor replay changes, makes, locks or counts anything, on either engine.
func TestExplainLeavesNoTrace(t *testing.T) {
	for _, tt := range []struct {
		name string
		make func(*testing.T, *readOnlyDesk) // what is done to the desk before
	}{
		{"beside a daemon", func(*testing.T, *readOnlyDesk) {}},
		{"without a daemon", func(t *testing.T, d *readOnlyDesk) { d.close(t) }},
		{"without keys", func(t *testing.T, d *readOnlyDesk) {
			d.close(t)
			if err := os.Remove(filepath.Join(d.folder, datafolder.KeysFile)); err != nil {
				t.Fatal(err)
			}
		}},
		{"without numbers", func(t *testing.T, d *readOnlyDesk) {
			d.close(t)
			if err := os.Remove(filepath.Join(d.folder, "numbers")); err != nil {
				t.Fatal(err)
			}
		}},
		{"after a kill", func(t *testing.T, d *readOnlyDesk) { copied(t, d) }},
		{"after a kill, in a folder that cannot be written", func(t *testing.T, d *readOnlyDesk) { readOnly(t, copied(t, d)) }},
		{"in a folder that cannot be written", func(t *testing.T, d *readOnlyDesk) { d.close(t); readOnly(t, d.folder) }},
		{"beside a daemon, in a folder that cannot be written", func(t *testing.T, d *readOnlyDesk) { readOnly(t, d.folder) }},
	} {
		for engine, database := range map[string]func(testing.TB) string{"sqlite": func(testing.TB) string { return "" }, "postgresql": pgserver.Database} {
			t.Run(tt.name+"/"+engine, func(t *testing.T) {
				d := newReadOnlyDesk(t, database(t))
				t.Cleanup(func() { d.local.Close() }) // of a daemon that still runs
				tt.make(t, d)
				before := d.traces(t)
				if tt.name == "beside a daemon" {
					// The daemon itself explains something, too.
					if _, err := d.local.Desk.Explain(t.Context(), ticket.Envelope{Source: ticket.SourceSMTP}, fmt.Appendf(nil, request, "other")); err != nil {
						t.Error(err)
					}
				}
				out, err := d.explain(t)
				if err != nil || strings.Count(out, "acknowledgement to ana@example.net") != 2 {
					t.Errorf("explain = %q, %v", out, err)
				}
				replay := ReplayCommand{Rules: d.config}
				if err := replay.Run(console.ConfigPath(d.config), t.Context(), console.Stdio{Out: io.Discard, Err: io.Discard}); err != nil {
					t.Errorf("replay = %v", err)
				}
				after := d.traces(t)
				for _, name := range slices.Sorted(maps.Keys(after)) {
					if before[name] != after[name] {
						t.Errorf("%s was changed or made: %.400q, then %.400q", name, before[name], after[name])
					}
				}
				if len(after) < len(before) {
					t.Errorf("%d files of %d are left", len(after), len(before))
				}
			})
		}
	}
}

// copied gives a desk a copy of its folder, as a kill leaves it, and returns the new folder.
func copied(t *testing.T, d *readOnlyDesk) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(folder, os.DirFS(d.folder)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.config, fmt.Appendf(nil, tinyConfig, dataKeys(folder, d.database)), 0o600); err != nil {
		t.Fatal(err)
	}
	d.folder = folder
	return folder
}

// readOnly lets nobody write into a folder, not even root.
func readOnly(t *testing.T, folder string) {
	t.Helper()
	err := unix.Mount(folder, folder, "", unix.MS_BIND, "")
	if err == nil {
		t.Cleanup(func() { unix.Unmount(folder, unix.MNT_DETACH) })
		err = unix.Mount("", folder, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, "")
	}
	if err != nil {
		t.Skipf("a mount that cannot be written (root may make it): %v", err)
	}
}
