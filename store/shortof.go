package store

import (
	"errors"
	"fmt"
	"syscall"

	"maildesk/ticket"
)

// shortOf returns of what the machine is short by the error of a system call,
// nil where it is short of nothing.
func shortOf(err error) error {
	for _, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT} {
		if errors.Is(err, errno) {
			return ticket.ErrStorageFull
		}
	}
	for _, errno := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM} {
		if errors.Is(err, errno) {
			return ticket.ErrResources
		}
	}
	return nil
}

// marked adds to an error of what the machine is short, if anything.
func marked(err, short error) error {
	if short == nil {
		return err
	}
	return fmt.Errorf("%w: %w", short, err)
}
