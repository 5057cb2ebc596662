package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"sync"
	"syscall"
	"testing"

	"maildesk/faulttest/skew"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets this binary be the program under the name maildesk.
func TestMain(m *testing.M) {
	testscript.Main(withPrograms{m}, map[string]func(){"maildesk": func() {
		skew.FromEnvironment()
		main()
	}})
}

// programs are what tests run as maildesk. The race detector costs each start half a second of a
// processor, and tests start some two thousand commands: where it is on, daemons have it (of several
// at a time those of two tests), and commands, whose work the tests of their packages do with it, are
// built without.
type programs struct {
	daemon  string // this binary
	command string
	folder  string // for PATH: its maildesk is daemon for serve, else command
}

// programsFolder is where theirPrograms makes what there is to be made.
var programsFolder string

// withPrograms runs tests, and removes programsFolder then.
type withPrograms struct{ *testing.M }

func (w withPrograms) Run() int {
	flag.Set("test.parallel", "4") // those that run beside others mostly wait; the command line overrules it
	remove, err := makeProgramsFolder()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer remove()
	return w.M.Run()
}

// makeProgramsFolder makes programsFolder, and returns what removes it. A shell does so whose input ends then, or
// with this process, however that ends.
func makeProgramsFolder() (remove func(), err error) {
	if programsFolder, err = os.MkdirTemp("", "maildesk-programs-"); err != nil {
		return nil, err
	}
	shell := exec.Command("/bin/sh", "-c", `cat; rm -rf "$1"`, "sh", programsFolder)
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // it outlives a signal to all that a terminal runs
	life, err := shell.StdinPipe()
	if err == nil {
		err = shell.Start()
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(programsFolder))
	}
	return func() {
		life.Close()
		shell.Wait() // what it could not remove is no fault of the tests
	}, nil
}

// TestProgramsFolderIsRemoved kills a test process, which leaves no folder.
func TestProgramsFolderIsRemoved(t *testing.T) {
	const variable = "MAILDESK_TEST_PROGRAMS"
	if os.Getenv(variable) != "" {
		fmt.Println(programsFolder)
		select {}
	}
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), self, "-test.run", "^"+t.Name()+"$")
	child.Env = append(os.Environ(), variable+"=1", "TMPDIR="+t.TempDir()) // testscript leaves something too
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var folder string
	if _, err := fmt.Fscanln(out, &folder); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); err != nil {
		t.Error(err)
	}
	child.Process.Kill()
	child.Wait()
	awaitText(t, "the end of "+folder, func() bool { _, err := os.Stat(folder); return errors.Is(err, os.ErrNotExist) })
}

// theirPrograms makes the programs, once a test needs them.
var theirPrograms = sync.OnceValues(func() (p programs, err error) {
	if p.daemon, err = exec.LookPath("maildesk"); err != nil { // testscript has put it there
		return p, err
	}
	p.command, p.folder = p.daemon, filepath.Dir(p.daemon)
	built := map[string]string{}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			built[s.Key] = s.Value
		}
	}
	if built["-race"] != "true" {
		return p, nil
	}
	p.command, p.folder = filepath.Join(programsFolder, "maildesk"), filepath.Join(programsFolder, "path")
	launcher := fmt.Sprintf("#!/bin/sh\nfor word; do [ \"$word\" = serve ] && exec '%s' \"$@\"; done\nexec '%s' \"$@\"\n", p.daemon, p.command)
	if err := errors.Join(os.Mkdir(p.folder, 0o700), os.WriteFile(filepath.Join(p.folder, "maildesk"), []byte(launcher), 0o700)); err != nil {
		return p, err
	}
	build := exec.Command("go", "build", "-race=false", "-buildvcs=false", "-tags", built["-tags"], "-o", p.command, ".")
	if out, err := build.CombinedOutput(); err != nil {
		return p, fmt.Errorf("go build: %w\n%s", err, out)
	}
	return p, nil
})

// program returns what a test runs as maildesk.
func program(t *testing.T) programs {
	t.Helper()
	p, err := theirPrograms()
	if err != nil {
		t.Fatal(err)
	}
	return p
}
