package datafolder

import (
	"errors"
	"fmt"
	"syscall"

	"maildesk/ticket"
)

// Shortage returns of what the machine is short by the error of a system call,
// nil where it is short of nothing.
func Shortage(err error) error {
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

// Marked adds to an error of what the machine is short, if anything.
func Marked(err, short error) error {
	if short == nil {
		return err
	}
	return fmt.Errorf("%w: %w", short, err)
}
