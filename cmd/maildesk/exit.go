package main

import (
	"errors"
	"fmt"
	"io"
)

// Exit codes. 75 is EX_TEMPFAIL of sysexits.h: a mail server that pipes a mail to us
// keeps it and tries again.
const (
	exitFine  = 0
	exitNo    = 1
	exitUsage = 2
	exitLater = 75
)

// stdio is the standard input and output of a command.
type stdio struct {
	in       io.Reader
	out, err io.Writer
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

// codeOf prints an error and returns its exit code.
func codeOf(err error, stderr io.Writer) int {
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

// errNo is the error of a command whose answer is no, and that has said why.
var errNo = &exitError{code: exitNo}

// usageError says that the command line is wrong.
func usageError(err error) error { return &exitError{exitUsage, err} }

// laterError says that the same command may succeed later.
func laterError(err error) error { return &exitError{exitLater, err} }
