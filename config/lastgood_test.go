package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"maildesk/faulttest"
)

// TestT148Files: whatever happens to the files, Load says what is wrong and
// where, and hangs on nothing.
func TestT148Files(t *testing.T) {
	config := "rules = 'rules.toml'\n" + minimal
	tests := []struct {
		name   string
		change func(path, rules string) error
		want   string // in the error
	}{
		{"removed", func(path, _ string) error { return os.Remove(path) }, "no such file"},
		{"a folder", func(path, _ string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) }, "not a regular file"},
		{"a pipe", func(path, _ string) error { return errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o600)) }, "not a regular file"},
		{"huge", func(path, _ string) error { return os.Truncate(path, 1<<30) }, "more than 4 MiB"},
		{"a dangling link", func(path, _ string) error { return errors.Join(os.Remove(path), os.Symlink("nothing", path)) }, "no such file"},
		{"empty", func(path, _ string) error { return os.Truncate(path, 0) }, "maildesk.toml:1:1: [desk] name is missing"},
		{"partly written", func(path, _ string) error { return os.Truncate(path, 60) }, "maildesk.toml:5:14: unterminated"},
		{"rules removed", func(_, rules string) error { return os.Remove(rules) }, "maildesk.toml:1:9: the rules in \"rules.toml\" cannot be read: no such file"},
		{"rules are a pipe", func(_, rules string) error { return errors.Join(os.Remove(rules), syscall.Mkfifo(rules, 0o600)) }, "not a regular file"},
		{"rules huge", func(_, rules string) error { return os.Truncate(rules, 1<<30) }, "more than 4 MiB"},
		{"rules link outside", func(_, rules string) error { return errors.Join(os.Remove(rules), os.Symlink("/etc/passwd", rules)) }, "escapes"},
		{"rules partly written", func(_, rules string) error { return os.Truncate(rules, 12) }, "rules.toml:2:"},
		{"rules above the folder", func(path, _ string) error {
			return os.WriteFile(path, []byte("rules = '../../etc/passwd'\n"+minimal), 0o600)
		}, "maildesk.toml:1:9: the rules in \"../../etc/passwd\" cannot be read: path escapes"},
		{"rules name themselves", func(_, rules string) error { return os.WriteFile(rules, []byte("rules = 'rules.toml'\n"), 0o600) }, "rules.toml:1:1: unknown key \"rules\""},
		{"an unknown level", func(path, _ string) error {
			return os.WriteFile(path, []byte(minimal+"[[queue]]\nname = 'far'\nlevel = 4\n"), 0o600)
		}, "level"},
		{"rules of zeros", func(_, rules string) error { return os.WriteFile(rules, make([]byte, 100), 0o600) }, "rules.toml:1:1: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := write(t, "maildesk.toml", config, "rules.toml", "[[rule]]\nname = 'x'\nno_ack = true\n")
			if _, err := Load(path); err != nil {
				t.Fatalf("Load = %v", err)
			}
			if err := tt.change(path, filepath.Join(filepath.Dir(path), "rules.toml")); err != nil {
				t.Fatal(err)
			}
			c, err := Load(path)
			if c != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Load = %v, %v; want an error with %q", c, err, tt.want)
			}
		})
	}
	t.Run("rules empty", func(t *testing.T) { // that is no mistake: a desk may have no rules
		if _, err := Load(write(t, "maildesk.toml", config, "rules.toml", "")); err != nil {
			t.Errorf("Load = %v, want no error", err)
		}
	})
	t.Run("not readable", func(t *testing.T) {
		path := write(t, "maildesk.toml", config, "rules.toml", "")
		if err := os.Chmod(path, 0); err != nil {
			t.Fatal(err)
		}
		if f, err := os.Open(path); err == nil {
			f.Close()
			t.Skip("root can read everything")
		}
		if _, err := Load(path); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("Load = %v, want permission denied", err)
		}
	})
	bad, err := filepath.Glob("testdata/bad/*.toml")
	if err != nil || len(bad) < 100 {
		t.Fatalf("testdata/bad has %d files (%v), want 100 or more", len(bad), err)
	}
	faulttest.Seen(t, "T148", fmt.Sprintf("%d files with mistakes (TestBad) and %d files removed, cut, huge, dangling, of the wrong kind", len(bad), len(tests)),
		"each refused with file, line and remedy; nothing hung")
}

// TestT149Kept: when the files are broken at start, the last good copy is there.
func TestT149Kept(t *testing.T) {
	path := write(t, "maildesk.toml", "rules = 'rules.toml'\n"+minimal+"[[list]]\nname = 'vip'\nfile = 'vip.txt'\n",
		"rules.toml", "[[rule]]\nname = 'vip'\nwhen = 'in_list(from, \"vip\")'\npriority = 'high'\n", "vip.txt", "# who\ndean@example.org # Ann\n\n")
	good, err := Load(path)
	if err != nil {
		t.Fatalf("Load = %v", err)
	}
	if _, err := LoadKept(path, DataFolder(path)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("LoadKept before Keep = %v, want fs.ErrNotExist", err)
	}
	for range 2 { // the second replaces the first
		if err := good.Keep(good.Desk.Data); err != nil {
			t.Fatalf("Keep = %v", err)
		}
	}
	for _, name := range []string{"maildesk.toml", "rules.toml", "vip.txt"} {
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), name), []byte("broken\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Load(path); err == nil {
		t.Fatal("Load of the broken files = nil, want an error")
	}
	kept, err := LoadKept(path, DataFolder(path))
	if err != nil {
		t.Fatalf("LoadKept = %v", err)
	}
	if kept.Rules.Version() != good.Rules.Version() {
		t.Errorf("LoadKept has the rules %s, want %s", kept.Rules.Version(), good.Rules.Version())
	}
	kept.Rules = good.Rules
	if !reflect.DeepEqual(kept, good) {
		t.Errorf("LoadKept = %+v, want %+v", kept, good)
	}
	names, err := filepath.Glob(filepath.Join(good.Desk.Data, "*"))
	if err != nil || len(names) != 1 {
		t.Errorf("Keep leaves %v (%v), want one file", names, err)
	}
	faulttest.Seen(t, "T149", "all three files of the config broken", "the last good copy loads, rules %s as before", kept.Rules.Version())
}

// TestKeptWithoutTexts: the admin's texts are not kept, and may be what is broken.
func TestKeptWithoutTexts(t *testing.T) {
	path := write(t, "maildesk.toml", strings.Replace(minimal, "[desk]\n", "[desk]\ntemplates = 'texts'\n", 1)+"[[rule]]\nname = 'exam'\ntemplate = 'exam'\n", "texts/en/acknowledgement-exam.txt", "Good luck.")
	good, err := Load(path)
	if err != nil {
		t.Fatalf("Load = %v", err)
	}
	if err := errors.Join(good.Keep(good.Desk.Data), os.RemoveAll(good.Desk.Templates)); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); err == nil {
		t.Error("Load without the folder of the texts = nil, want an error")
	}
	if kept, err := LoadKept(path, DataFolder(path)); err != nil || kept.Desk.Templates != "" {
		t.Errorf("LoadKept without the folder of the texts = %v, want the built-in texts", err)
	}
}

func TestDataFolder(t *testing.T) {
	tests := []struct{ text, want string }{
		{"[desk]\ndata = 'var'\n", "DIR/var"},
		{"[desk]\nname = 3\ndata = '/srv/desk'\n[[rule]]\nbroken", "/srv/desk"},
		{"[desk]\ndata = 'postgres://x'\n", "postgres://x"},
		{"[desk]\ndata = 7\n", "DIR/data"},
		{"broken", "DIR/data"},
		{"desk = 3\n[desk]\ndata = 'x'\n[[desk]]\n", "DIR/x"},
	}
	for _, tt := range tests {
		path := write(t, "maildesk.toml", tt.text)
		if got := strings.Replace(DataFolder(path), filepath.Dir(path), "DIR", 1); got != tt.want {
			t.Errorf("DataFolder(%q) = %s, want %s", tt.text, got, tt.want)
		}
	}
}

// TestPrivateQueueGone: a queue that is private in the configuration in force can be neither
// renamed nor taken out before somebody has said that it is open.
func TestPrivateQueueGone(t *testing.T) {
	queue := func(name, more string) string {
		return "[[queue]]\nname = '" + name + "'\nlevel = 1\nagents = ['a']\n" + more
	}
	const private, open = "private = true\n", "private = false\n"
	tests := []struct {
		name, before, now string
		gone              []string // that are named
	}{
		{"kept", queue("hr", private), queue("hr", private), nil},
		{"in another case", queue("hr", private), queue("HR", private), nil},
		{"beside one of another name", queue("hr", private), queue("hr", private) + queue("people", private), nil},
		{"renamed", queue("hr", private), queue("people", private), []string{"hr"}},
		{"taken out", queue("hr", private), "", []string{"hr"}},
		{"two", queue("hr", private) + queue("law", private), queue("people", private), []string{"hr", "law"}},
		{"opened", queue("hr", private), queue("hr", open), nil},
		{"taken out when it is open", queue("hr", open), "", nil},
		{"never private", queue("far", ""), queue("near", ""), nil},
		{"a word of an older version", queue("hr", private+"unheard = 1\n"), "", []string{"hr"}},
		{"written as a list", "queue = [{name = 'hr', level = 1, private = true}]\n", "", []string{"hr"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := write(t, "maildesk.toml", minimal+tt.now)
			kept := &Config{texts: map[string]string{"": strings.Replace(minimal+tt.before, minimal+"queue =", "queue =", 1)}}
			if err := kept.Keep(DataFolder(path)); err != nil {
				t.Fatal(err)
			}
			c, err := Load(path)
			if tt.gone == nil {
				if err != nil {
					t.Errorf("Load = %v, want no mistake", err)
				}
				return
			}
			mistakes, _ := errors.AsType[Mistakes](err)
			if c != nil || len(mistakes) != len(tt.gone) {
				t.Fatalf("Load = %v, %v; want %d mistakes", c, err, len(tt.gone))
			}
			for i, name := range tt.gone {
				if m := mistakes[i].String(); !strings.HasPrefix(m, path+": the queue \""+name+"\" is gone") || !strings.Contains(m, "private = false") {
					t.Errorf("Load says %s", m)
				}
			}
		})
	}
	t.Run("the copy is no copy", func(t *testing.T) { // a desk starts all the same
		path := write(t, "maildesk.toml", minimal, "data/"+keptName, "{")
		if _, err := Load(path); err != nil {
			t.Errorf("Load = %v", err)
		}
	})
}

// TestFollowBackup: a desk that is restored where none was has the configuration of the backup in
// force, of which a private queue stays private; where one is in force, that one counts.
func TestFollowBackup(t *testing.T) {
	queue := func(name, more string) string {
		return "[[queue]]\nname = '" + name + "'\nlevel = 1\nagents = ['a']\n" + more
	}
	const private = "private = true\n"
	for _, tt := range []struct {
		name, backup, force, now string // force: empty, there is none
		gone                     bool
	}{
		{"as before", queue("hr", private), "", queue("hr", private), false},
		{"lost", queue("hr", private), "", "", true},
		{"renamed", queue("hr", private), "", queue("people", private), true},
		{"opened", queue("hr", private), "", queue("hr", "private = false\n"), false},
		{"opened before the data were lost", queue("hr", private), queue("hr", "private = false\n"), "", false},
		{"made since the backup", "", queue("hr", private), "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := write(t, "maildesk.toml", minimal+tt.now, "backup/desk.toml", "rules = 'rules/own.toml'\n"+minimal+tt.backup, "backup/rules/own.toml", "[[rule]]\nname = 'vip'\nwhen = 'true'\npriority = 'high'\n")
			if tt.force != "" {
				if err := (&Config{texts: map[string]string{"": minimal + tt.force}}).Keep(DataFolder(path)); err != nil {
					t.Fatal(err)
				}
			}
			c, err := LoadBeforeRestore(path)
			if err != nil {
				t.Fatal(err)
			}
			err = c.FollowBackup(filepath.Join(filepath.Dir(path), "backup"))
			if _, is := errors.AsType[Mistakes](err); is != tt.gone || err != nil && !is {
				t.Fatalf("FollowBackup = %v, want a mistake: %t", err, tt.gone)
			}
			if tt.gone || tt.force != "" {
				return
			}
			kept, err := LoadKept(path, DataFolder(path))
			if err != nil || len(kept.Routing.Rules) != 1 {
				t.Fatalf("the configuration of the backup is not in force: %v", err)
			}
			if err := os.WriteFile(path, []byte(minimal), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Load(path); err == nil {
				t.Errorf("Load without the queue, after the restore = %v", err)
			}
		})
	}
	t.Run("where the one in force cannot be read", func(t *testing.T) {
		path := write(t, "maildesk.toml", minimal, "backup/desk.toml", minimal, "data/"+keptName, "{")
		c, err := LoadBeforeRestore(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.FollowBackup(filepath.Join(filepath.Dir(path), "backup")); err == nil || !strings.Contains(err.Error(), "last good config") {
			t.Errorf("FollowBackup = %v, want what cannot be read", err)
		}
		if kept, err := os.ReadFile(filepath.Join(DataFolder(path), keptName)); err != nil || string(kept) != "{" {
			t.Errorf("the one in force is now %q, %v", kept, err)
		}
	})
	t.Run("a backup without one", func(t *testing.T) {
		c, err := LoadBeforeRestore(write(t, "maildesk.toml", minimal))
		if err == nil {
			err = c.FollowBackup(filepath.Join(t.TempDir(), "config"))
		}
		if err != nil {
			t.Error(err)
		}
	})
}
