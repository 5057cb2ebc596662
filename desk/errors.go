package desk

import "errors"

// ErrRejected is wrapped by every error that trying again cannot mend. All
// other errors are temporary: the sender keeps the mail and comes back.
var ErrRejected = errors.New("rejected")

// ErrLoop says that a mail has gone round: too many Received fields (RFC 5321
// section 6.3). It wraps ErrRejected.
var ErrLoop = &loopError{}

type loopError struct{}

func (*loopError) Error() string { return "too many hops" }
func (*loopError) Unwrap() error { return ErrRejected }

// ErrStorageFull says that the disk's reserve is reached. It is temporary.
var ErrStorageFull = errors.New("storage full")

// ErrResources says that the machine is short of file descriptors or memory. It
// is temporary.
var ErrResources = errors.New("system resources are short")

// UnknownRecipientError says that no queue answers at an address.
type UnknownRecipientError struct{ ForwardPath string }

func (e *UnknownRecipientError) Error() string { return "nobody lives at " + e.ForwardPath }
func (e *UnknownRecipientError) Unwrap() error { return ErrRejected }
