package console

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
)

// long are the commands that may print more than a screen.
var long = []string{"list", "show", "search", "stats", "kb list", "kb show", "outbox list", "person"}

// Paged runs a command, named as it is called. Where it may print more than a screen to a
// terminal, it prints to the program in PAGER, or else to less; whoever wants none sets PAGER
// to nothing, or to cat.
func Paged(command string, stdio Stdio, run func(Stdio) error) error {
	command, _, _ = strings.Cut(command, " <")
	terminal := terminalOf(stdio.Out)
	name, chosen := os.LookupEnv("PAGER")
	if !chosen {
		name = "less"
	}
	words := strings.Fields(name)
	if terminal == nil || len(words) == 0 || !slices.Contains(long, command) {
		return run(stdio)
	}
	path, err := exec.LookPath(words[0])
	if err != nil {
		return run(stdio)
	}
	p := &pager{terminal: terminal, cmd: exec.Command(path, words[1:]...)}
	stdio.Out = p
	if err = run(stdio); errors.Is(err, syscall.EPIPE) {
		err = nil // the reader has left
	}
	p.end()
	return err
}

// pager is a program that shows what is printed a screen at a time. It begins with the first
// byte.
type pager struct {
	terminal *os.File
	cmd      *exec.Cmd
	in       io.WriteCloser
}

// Write prints to the program.
func (p *pager) Write(text []byte) (int, error) {
	if p.in == nil {
		if err := p.begin(); err != nil {
			return 0, fmt.Errorf("start the pager: %w", err)
		}
	}
	return p.in.Write(text)
}

func (p *pager) begin() (err error) {
	p.cmd.Stdout, p.cmd.Stderr = p.terminal, os.Stderr
	// As git does: what fits on a screen is printed (F), colours are shown (R), and what was
	// shown stays (X).
	if _, set := os.LookupEnv("LESS"); !set {
		p.cmd.Env = append(os.Environ(), "LESS=FRX")
	}
	in, err := p.cmd.StdinPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err == nil {
		p.in = in
	}
	return err
}

// end waits until the reader leaves. How the program ended is not our concern.
func (p *pager) end() {
	if p.in != nil {
		_ = p.in.Close()
		_ = p.cmd.Wait()
	}
}

// terminalOf returns the terminal on which a command prints, also through a pager; nil: there
// is none.
func terminalOf(w io.Writer) *os.File {
	switch to := w.(type) {
	case *pager:
		return to.terminal
	case Visible:
		return terminalOf(to.Writer)
	case *os.File:
		if isTerminal(to) {
			return to
		}
	}
	return nil
}

// Style is how a terminal shows a text.
type Style string

// The styles.
const (
	Plain Style = ""
	Bold  Style = "1"
	Faint Style = "2"
	Alarm Style = "31" // red
)

// In returns a text in the style, if w is a terminal that knows styles, and NO_COLOR is not
// set (https://no-color.org); else as it is.
func (s Style) In(w io.Writer, text string) string {
	if s == Plain || text == "" || terminalOf(w) == nil || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}
