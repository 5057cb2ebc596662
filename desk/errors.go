package desk

import (
	"fmt"

	"maildesk/ticket"
)

// ErrLoop says that a mail has gone round: too many Received fields (RFC 5321
// section 6.3). It wraps ErrRejected.
var ErrLoop = &loopError{}

type loopError struct{}

func (*loopError) Error() string { return "too many hops" }
func (*loopError) Unwrap() error { return ticket.ErrRejected }

// UnknownRecipientError says that no queue answers at an address.
type UnknownRecipientError struct{ ForwardPath string }

func (e *UnknownRecipientError) Error() string { return "no such recipient: " + e.ForwardPath }
func (e *UnknownRecipientError) Unwrap() error { return ticket.ErrRejected }

// ErrNotYourAddress says that a mail was sent by somebody who has logged in, and names
// another sender than them (RFC 6409 section 6.1). It wraps ErrRejected.
var ErrNotYourAddress = fmt.Errorf("%w: the sender is not an address of the account", ticket.ErrRejected)
