package console

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// openTerminal returns a terminal of 40 columns, and what reads what was printed to it once
// it is closed.
func openTerminal(t *testing.T) (terminal *os.File, printed func() string) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	t.Cleanup(func() { master.Close() })
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(int(terminal.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 20, Col: 40})
	}
	if err != nil {
		t.Fatal(err)
	}
	all := make(chan string)
	go func() {
		text, _ := io.ReadAll(master) // it ends with an error when nobody has the terminal open
		all <- strings.ReplaceAll(string(text), "\r\n", "\n")
	}()
	return terminal, func() string { terminal.Close(); return <-all }
}

// TestPaged: what may be longer than a screen goes through the program in PAGER on a terminal,
// in styles and in its width, and nowhere else.
func TestPaged(t *testing.T) {
	const styled, plain = "\x1b[1mhead\x1b[0m 40 true\n", "head 40 true\n"
	for _, tt := range []struct {
		name, command string
		env           map[string]string
		want          string
	}{
		{"paged", "show <ticket>", map[string]string{"PAGER": "sed s/^/|/"}, "|" + styled},
		{"short", "check", map[string]string{"PAGER": "sed s/^/|/"}, styled},
		{"none is wanted", "list", map[string]string{"PAGER": ""}, styled},
		{"cat", "list", map[string]string{"PAGER": "cat"}, styled},
		{"there is none", "list", map[string]string{"PAGER": "/nonexistent/more"}, styled},
		{"no colours", "list", map[string]string{"PAGER": "sed s/^/|/", "NO_COLOR": "1"}, "|" + plain},
		{"a dumb terminal", "list", map[string]string{"PAGER": "cat", "TERM": "dumb"}, plain},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("TERM", "xterm")
			t.Setenv("NO_COLOR", "")
			for name, value := range tt.env {
				t.Setenv(name, value)
			}
			terminal, printed := openTerminal(t)
			err := Paged(tt.command, Stdio{Out: terminal}, func(io Stdio) error {
				width, is := Width(Visible{io.Out})
				_, err := fmt.Fprintln(io.Out, Bold.In(Visible{io.Out}, "head"), width, is)
				return err
			})
			if got := printed(); err != nil || got != tt.want {
				t.Errorf("%q is printed, %v; want %q", got, err, tt.want)
			}
		})
	}
}

// TestPagedNowhere: what is no terminal gets no pager and no styles.
func TestPagedNowhere(t *testing.T) {
	t.Setenv("PAGER", "sed s/^/|/")
	var out strings.Builder
	err := Paged("list", Stdio{Out: &out}, func(io Stdio) error {
		_, is := Width(io.Out)
		_, err := fmt.Fprintln(io.Out, Alarm.In(io.Out, "late"), is)
		return err
	})
	if out.String() != "late false\n" || err != nil {
		t.Errorf("%q is printed, %v", out.String(), err)
	}
}

// TestPagerLeft: whoever leaves the pager early has seen enough; that is no error.
func TestPagerLeft(t *testing.T) {
	t.Setenv("PAGER", "true")
	terminal, printed := openTerminal(t)
	err := Paged("list", Stdio{Out: terminal}, func(io Stdio) error {
		for {
			if _, err := fmt.Fprintln(io.Out, strings.Repeat("x", 1<<12)); err != nil {
				return fmt.Errorf("print: %w", err)
			}
		}
	})
	if got := printed(); got != "" || err != nil {
		t.Errorf("%q is printed, %v; want nothing", got, err)
	}
}
