package durable_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"maildesk/durable"
	"maildesk/faulttest"
)

func Example() {
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "numbers")
	fmt.Println(durable.Create(path, []byte("1")))
	fmt.Println(errors.Is(durable.Create(path, []byte("2")), fs.ErrExist))
	fmt.Println(durable.Replace(path, []byte("3")))
	text, err := os.ReadFile(path)
	fmt.Printf("%s %v", text, err)
	// Output:
	// <nil>
	// true
	// <nil>
	// 3 <nil>
}

// TestContents: each function leaves the new contents, for the owner alone, and no
// temporary file.
func TestContents(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(folder string) error
		want   map[string]string
	}{
		{"replace", func(f string) error { return durable.Replace(f+"/old", []byte("new")) }, map[string]string{"old": "new"}},
		{"replace none", func(f string) error { return durable.Replace(f+"/more", []byte("new")) }, map[string]string{"old": "text", "more": "new"}},
		{"create", func(f string) error { return durable.Create(f+"/more", nil) }, map[string]string{"old": "text", "more": ""}},
		{"copy", func(f string) error { return durable.Copy(f+"/old", f+"/more") }, map[string]string{"old": "text", "more": "text"}},
		{"copy after one that was cut off", func(f string) error {
			os.WriteFile(f+"/.more.partial", []byte("a longer text"), 0o600)
			return durable.Copy(f+"/old", f+"/more")
		}, map[string]string{"old": "text", "more": "text"}},
		{"write", func(f string) error { return durable.Write(f+"/old", f+"/temporary", strings.NewReader("new")) }, map[string]string{"old": "new"}},
		{"rename", func(f string) error { return durable.Rename(f+"/old", f+"/more") }, map[string]string{"more": "text"}},
		{"remove", func(f string) error { return durable.Remove(f + "/old") }, map[string]string{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, "old"), []byte("text"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := tt.change(folder); err != nil {
				t.Fatal(err)
			}
			files, err := os.ReadDir(folder)
			if err != nil || len(files) != len(tt.want) {
				t.Errorf("the folder has %v, %v; want %v", files, err, tt.want)
			}
			for name, want := range tt.want {
				path := filepath.Join(folder, name)
				got, err := os.ReadFile(path)
				if err != nil || string(got) != want {
					t.Errorf("%s = %q, %v; want %q", name, got, err, want)
				}
				if info, err := os.Stat(path); err == nil && info.Mode() != 0o600 {
					t.Errorf("%s has the mode %v", name, info.Mode())
				}
			}
		})
	}
}

// TestFailures: what cannot be done leaves everything as it was.
func TestFailures(t *testing.T) {
	folder := t.TempDir()
	old := filepath.Join(folder, "old")
	if err := os.WriteFile(old, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(folder, "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"create over a file":     durable.Create(old, []byte("new")),
		"replace a folder":       durable.Replace(folder+"/taken", []byte("new")),
		"replace in no folder":   durable.Replace(folder+"/none/x", []byte("new")),
		"copy what is not there": durable.Copy(folder+"/none", old),
		"write in no folder":     durable.Write(old, folder+"/none/x", strings.NewReader("new")),
		"write what fails":       durable.Write(old, folder+"/temporary", failing{}),
		"rename over a folder":   durable.Rename(old, folder+"/taken"),
		"remove nothing":         durable.Remove(folder + "/none"),
		"sync nothing":           durable.Sync(folder + "/none"),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	files, err := os.ReadDir(folder)
	text, _ := os.ReadFile(old)
	if err != nil || len(files) != 2 || string(text) != "text" {
		t.Errorf("the folder has %v, %v, old = %q; want it as it was", files, err, text)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("no more") }

// TestOrder: the contents are synced before the name changes, and the folder after it.
func TestOrder(t *testing.T) {
	if folder := os.Getenv("DURABLE_FOLDER"); folder != "" { // called by itself, below
		for _, err := range []error{
			durable.Create(folder+"/a", []byte("x")), durable.Replace(folder+"/a", []byte("y")), durable.Copy(folder+"/a", folder+"/b"),
			durable.Rename(folder+"/b", folder+"/c"), durable.Remove(folder + "/c"),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	strace := faulttest.Program(t, "strace", "strace")
	const calls = "fsync,rename,renameat,renameat2,link,linkat,unlink,unlinkat"
	cmd := exec.Command(strace, "-f", "-z", "-y", "-e", "trace="+calls, os.Args[0], "-test.run=^TestOrder$")
	folder := t.TempDir()
	cmd.Env = append(os.Environ(), "DURABLE_FOLDER="+folder)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Skipf("strace cannot trace here: %v\n%s", err, out)
	}
	got := ""
	for line := range strings.Lines(string(out)) {
		call := regexp.MustCompile(`\b(fsync|rename|link|unlink)[a-z0-9]*\(`).FindStringSubmatch(line)
		switch {
		case call == nil, !strings.Contains(line, folder):
		case call[1] == "fsync" && strings.Contains(line, "<"+folder+">"):
			got += " folder"
		case call[1] == "fsync":
			got += " file"
		default:
			got += " " + call[1]
		}
	}
	if want := " file link folder unlink file rename folder file rename folder rename folder unlink folder"; got != want {
		t.Errorf("calls:%s\nwant: %s\n%s", got, want, out)
	}
}

// TestCreateFrom: a file is there whole or not at all, and one that is there stays.
func TestCreateFrom(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "file")
	fault := errors.New("no more")
	half := func(w io.Writer) error {
		_, err := io.WriteString(w, "half")
		return errors.Join(err, fault)
	}
	if err := durable.CreateFrom(path, half); !errors.Is(err, fault) {
		t.Errorf("CreateFrom with a fault = %v, want that fault", err)
	}
	if all, err := os.ReadDir(folder); err != nil || len(all) > 0 {
		t.Errorf("a fault leaves %v, %v", all, err)
	}
	whole := func(w io.Writer) error {
		_, err := io.WriteString(w, "whole")
		return err
	}
	if err := durable.CreateFrom(path, whole); err != nil {
		t.Error(err)
	}
	if err := durable.CreateFrom(path, half); !errors.Is(err, fs.ErrExist) {
		t.Errorf("CreateFrom of a file that is there = %v, want fs.ErrExist", err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "whole" {
		t.Errorf("the file has %q, %v", text, err)
	}
}
