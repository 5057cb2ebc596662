package memory

import (
	"slices"
	"sync"

	"maildesk/ticket"
)

// Front is what a process knows of the mails that are pending, so that it does not
// look at all that were ever kept each time it is asked: every mail up to high is
// handled, but those in open and those in the table begun. A mail that was handled
// becomes pending again only by a row of begun (Reconsider), so that holds
// whatever other processes do. The zero value knows nothing.
type Front struct {
	mu      sync.Mutex
	high    ticket.MailID
	open    []ticket.MailID
	changed int // counts
}

// OpenAtMost bounds the numbers that a front remembers.
const OpenAtMost = 8192

// Read returns what is known, and a mark to move it with.
func (f *Front) Read() (high ticket.MailID, open []ticket.MailID, changed int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.high, slices.Clone(f.open), f.changed
}

// Move keeps what was found by one who read the front at changed, unless another
// one was quicker.
func (f *Front) Move(high ticket.MailID, open []ticket.MailID, changed int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.changed == changed {
		f.high, f.open, f.changed = high, open, changed+1
	}
}
