// Package console has what the commands of the program maildesk share: standard input and
// output, exit codes, the configuration that they work with, the desk's data that they
// read or change, and how things are printed for people and as JSON.
//
// Begin with [View] and [Change].
package console

import (
	"errors"
	"fmt"
	"io"
)

// Exit codes. 75 is EX_TEMPFAIL of sysexits.h: a mail server that pipes a mail to us
// keeps it and tries again (ExitUsage: the command line is wrong).
const (
	exitFine  = 0
	exitNo    = 1
	ExitUsage = 2
	exitLater = 75
)

// Stdio is the standard input and output of a command.
type Stdio struct {
	In       io.Reader
	Out, Err io.Writer
}

// exitError is an error with an exit code. The error may be nil if the command has
// printed everything already.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// CodeOf prints an error and returns its exit code.
func CodeOf(err error, stderr io.Writer) int {
	if err == nil {
		return exitFine
	}
	code := exitNo
	if exit, ok := errors.AsType[*exitError](err); ok {
		code = exit.code
	}
	if text := err.Error(); text != "" {
		fmt.Fprintln(stderr, "maildesk:", text)
	}
	return code
}

// ErrNo is the error of a command whose answer is no, and that has said why.
var ErrNo error = &exitError{code: exitNo}

// UsageError says that the command line is wrong.
func UsageError(err error) error { return &exitError{ExitUsage, err} }

// LaterError says that the same command may succeed later.
func LaterError(err error) error { return &exitError{exitLater, err} }
