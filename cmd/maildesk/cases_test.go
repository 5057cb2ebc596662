package main

import (
	_ "embed"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"maildesk/faulttest"
)

// heldCases names the acceptance cases that hold, one a line, sorted.
//
//go:embed testdata/cases.txt
var heldCases string

// casesAtOnce bounds how many cases run at the same time: each has a desk of
// its own, and a minute.
const casesAtOnce = 2

// TestCases runs those of the acceptance cases that have been made true, so
// that none falls back. The cases are no part of the project: see [faulttest.Shared].
func TestCases(t *testing.T) {
	collection := faulttest.Shared(t, "cases")
	python := faulttest.Program(t, "python3", "python3")
	if err := exec.Command(python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))").Run(); err != nil {
		t.Skip("the cases need Python 3.11 or later")
	}
	binary := program(t).command // a case has a minute and bounds of memory, which the race detector does not keep
	turns := make(chan struct{}, casesAtOnce)
	for _, name := range strings.Fields(heldCases) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			turns <- struct{}{}
			defer func() { <-turns }()
			work := t.TempDir()
			folder := oneCase(t, collection, name, work)
			command := exec.Command(python, filepath.Join(collection, "run.py"), "-v", "--maildesk", binary, folder)
			command.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
			if out, err := command.CombinedOutput(); err != nil {
				t.Errorf("run.py: %v\n%s", err, out)
			}
		})
	}
}

// oneCase returns a folder with the files of one case, beside what they import.
func oneCase(t *testing.T, collection, name, work string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(collection, "given", name+".*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("the collection has no case %s (%v)", name, err)
	}
	folder := filepath.Join(work, "given")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	links := map[string]string{filepath.Join(work, "lib"): filepath.Join(collection, "lib")}
	for _, file := range files {
		links[filepath.Join(folder, filepath.Base(file))] = file
	}
	for link, file := range links {
		if err := os.Symlink(file, link); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
