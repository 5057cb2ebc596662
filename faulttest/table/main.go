// Command table runs the fault suite, every test of the house that is named
// for a case of the catalogue (TestT021…), and prints a table: the case, what
// was done, what was seen. It ends with exit code 1 when a case failed, or when
// one that the project owes has no row.
//
//	go run ./faulttest/table [-quick] [PACKAGE…]
//
// With packages only their tests run, and missing rows are not counted.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"maildesk/faulttest"
)

// bound is how long the whole suite may take.
const bound = 29 * time.Minute

func main() {
	quick := flag.Bool("quick", false, "only the quick half, which runs with the ordinary tests too")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s, err := run(ctx, *quick, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "table:", err)
	}
	s.print(os.Stdout)
	missing := s.missing()
	if flag.NArg() > 0 || *quick {
		missing = nil
	}
	printMissing(os.Stdout, missing)
	if err != nil || len(s.failed()) > 0 || len(s.broken) > 0 || len(missing) > 0 {
		os.Exit(1)
	}
}

// run runs the tests and returns what they reported, also after an error.
func run(ctx context.Context, quick bool, packages []string) (*suite, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, bound, fmt.Errorf("the suite took more than %s and was ended", bound))
	defer cancel()
	s := newSuite(os.Stderr)
	if len(packages) == 0 {
		packages = []string{"./..."}
	}
	// One package at a time: the long cases want the machine to themselves.
	args := []string{"test", "-json", "-tags", "sqlite_fts5", "-vet=off", "-count=1", "-p=1", "-timeout", bound.String(), "-run", casePattern}
	cmd := exec.CommandContext(ctx, "go", append(args, packages...)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	if !quick {
		cmd.Env = append(cmd.Env, faulttest.Variable+"=long")
	}
	cmd.Stderr = os.Stderr
	// The tests start daemons and mail servers: all of them end with the suite.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		return s, err
	}
	if err := cmd.Start(); err != nil {
		return s, err
	}
	if err := s.read(out); err != nil {
		io.Copy(io.Discard, out) // so that the tests can end
		return s, errors.Join(err, cmd.Wait())
	}
	err = cmd.Wait()
	if ctx.Err() != nil {
		return s, context.Cause(ctx)
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == 1 {
		return s, nil // tests failed: the table says which
	}
	return s, err
}
